import { keepHeads } from './audit-heads.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import { isTrouble } from '../store/trouble.ts';
import { type AlertRow, type NewAlert, submissionStates } from '../store/rows.ts';
import { watchConservation } from './conservation.ts';
import { judgeDeadlines, noticeMsOf } from './deadlines.ts';
import { judgeOutages } from './outages.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createClockWatch } from './own-clock.ts';
import { allOpenAlerts, changesOf } from './open-alerts.ts';
import { checkHealth } from './health-check.ts';
import { tellCompliance } from './reports/compliance-report.ts';
import { tellSummary } from './reports/daily-summary.ts';
import { judgeNoData } from './no-data.ts';
import { createRetention } from './retention.ts';
import { createSlots, runSlots, type SlotResult, type Taken } from './slots.ts';
import type { ScheduleName } from './schedule-table.ts';
import { nothingKnown, owedBy, uncreated } from '../comply/expect.ts';
import { spanAt } from '../notify/maintenance.ts';
import { watchTasks } from './tasks.ts';
import { createWatch, mayBeOnItsWay } from './watch.ts';

const day = 86_400_000;

/** @param moved called after each piece: what takes long is not what stands still */
type Work = (services: Services, taken: Taken, moved?: () => void) => Promise<SlotResult>;

/** What this stage does by the clock in one go. Retention takes its slot itself: it goes on for many steps. */
const works = {
  'health-check': checkHealth,
  'daily-compliance-report': tellCompliance,
  'send-daily-summary': tellSummary,
} as const satisfies Partial<Record<ScheduleName, Work>>;

/** What nobody else looks after: silence, deadlines, gauges and retention. */
export const createMaintainer = (services: Services): Stage => {
  const { store, options, clock, metrics } = services;
  const watch = createWatch(services);
  const watchOwnClock = createClockWatch(services);
  const retention = createRetention(services);
  const heartbeat = createHeartbeat(services);
  const scheduled = Object.entries(works).map(([name, work]: [string, Work]) => ({
    slots: createSlots(services, name as ScheduleName),
    work,
  }));

  /** Every obligation as it is owed, made anew when the data changes. */
  let { domain } = services;
  let owed = owedBy(services);
  const knownSlots = nothingKnown();

  const put = async (judged: Parameters<Services['store']['write']['changeAlerts']>[0], known: readonly AlertRow[]) => {
    const { open, close } = changesOf(judged, known);
    if (open.length + close.length > 0) await store.write.changeAlerts({ open, close });
    if (open.length > 0) services.wake('notify');
  };

  /** Devices that said nothing for longer than they may. A watch that begins anew gives each the same time before it says so. */
  const watchSilence = async (now: number) => {
    const watched = await watch(now);
    const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
    const open: NewAlert[] = [];
    const close: { rule: string; subject: string; at: number }[] = [];
    for (const device of services.domain.devices.values()) {
      const last = heard.get(device.id);
      const subject = `device:${device.id}`;
      const bindings = [...(services.domain.bindings.get(device.id)?.values() ?? [])].flat();
      const point = bindings[0] === undefined ? null : (services.domain.series.get(bindings[0].series)?.point ?? null);
      const state = point === null ? undefined : services.domain.points.get(point)?.state;
      if (state === 'INACTIVE' || state === 'MAINTENANCE') continue;
      // What is old when the watch begins may be about to be read: silence counts from there at the earliest.
      if (now - Math.max(last ?? watched.since, watched.since) <= device.silentAfterMs) {
        if (last !== undefined && now - last <= device.silentAfterMs)
          close.push({ rule: 'device.silent', subject, at: now });
      } else if (!mayBeOnItsWay(watched, device.silentAfterMs, now)) {
        open.push({
          event: 'device.silent',
          rule: 'device.silent',
          subject,
          point,
          severity: 'warning',
          openedAt: now,
          facts: { device: device.name ?? device.id, since: last === undefined ? '' : new Date(last).toISOString() },
        });
      }
    }
    const noData = await judgeNoData(services, now, watched);
    open.push(...noData.open);
    close.push(...noData.close);
    const outages = judgeOutages(services.domain, new Set(open.map(({ subject }) => subject)), now);
    open.push(...outages.open);
    close.push(...outages.close);
    await put({ open, close }, await allOpenAlerts(services));
  };

  /** People are told before a submission is late, never after; once per obligation, however many slots wait. */
  const watchDeadlines = async (now: number) => {
    if (services.domain !== domain) {
      ({ domain } = services);
      owed = owedBy(services);
    }
    const owing = [...(await store.read.owing(now)), ...(await uncreated(services, owed, knownSlots))];
    const known = await allOpenAlerts(services);
    const judged = judgeDeadlines(
      services.domain,
      owing,
      now,
      {
        noticeMs: noticeMsOf(options.comply.deadlineNoticeMinutes, options.maintain.tickMs),
        lagStages: options.comply.lagStages,
      },
      known,
    );
    for (const target of services.plugins.targets.keys()) {
      const own = owing.filter(({ obligation }) => services.domain.obligations.get(obligation)?.target === target);
      // Without anything open there is no deadline: a gauge that stands still would lie.
      const soonest = own.reduce((least, { nearestDueAt }) => Math.min(least, nearestDueAt), Infinity);
      metrics.set('caudal_next_deadline_seconds', { target }, (soonest - now) / 1000);
      metrics.set('caudal_submissions_late', { target }, own.filter(({ nearestDueAt }) => nearestDueAt < now).length);
    }
    metrics.set(
      'caudal_maintenance_windows',
      {},
      services.domain.maintenance.filter((window) => spanAt(window, now) !== undefined).length,
    );
    metrics.set('caudal_sends_stopped', {}, (await store.read.switches()).length);
    await put(judged, known);
  };

  let groups = 0;
  const gauges = async () => {
    const committed = Number((await store.facts())['groups'] ?? 0);
    metrics.add('caudal_commit_groups_total', {}, committed - groups);
    groups = committed;
    const counts = await store.read.counts();
    for (const state of submissionStates) metrics.set('caudal_submissions', { state }, counts.submissions[state] ?? 0);
    metrics.set('caudal_raw_pending', {}, counts.raw.PENDING);
    metrics.set('caudal_alerts_open', {}, counts.openAlerts);
    const { packed, nextEnd } = await store.read.retained({ years: options.retention.submissionYears });
    metrics.set('caudal_raw_packed', {}, packed.records);
    metrics.set('caudal_raw_packed_bytes', { state: 'before' }, packed.bytes);
    metrics.set('caudal_raw_packed_bytes', { state: 'after' }, packed.storedBytes);
    metrics.set('caudal_next_end_seconds', {}, ((nextEnd ?? Infinity) - clock.now()) / 1000);
    for (const { stage, lastAt } of services.progress.report())
      metrics.set('caudal_stage_last_progress_seconds', { stage }, lastAt / 1000);
  };

  /** Records that waited too long for another one they need. */
  const endWaiting = async () => {
    for (let ended = Infinity; ended > 0;) ended = await store.write.endWaiting(500);
  };

  /** Counters each time, the rows themselves at the start and once a day. */
  let rowsCountedAt = -Infinity;
  const countAll = async (now: number) => {
    const rows = now - rowsCountedAt >= day;
    if (rows) rowsCountedAt = now;
    await watchConservation(services, rows);
  };

  /** What may go frees pages for what comes, so it goes first while the disk is full. */
  const roomAgain = async (now: number): Promise<boolean> => {
    const since = store.disk?.since ?? now;
    try {
      await retention.makeRoom(now);
    } catch (thrown) {
      if (!isTrouble(thrown)) throw thrown;
    }
    if (!(await store.probe())) return false;
    services.log.stream('system').warn({ fullForMs: now - since }, 'the disk takes data again: everything goes on');
    for (const stage of ['collect', 'process', 'comply', 'notify', 'subscribe'] as const) services.wake(stage);
    return true;
  };

  return {
    name: 'maintain',
    restMs: options.maintain.tickMs,
    async step(_signal, moved) {
      const now = clock.now();
      if (store.disk !== null && !(await roomAgain(now))) return false;
      for (const part of [
        () => services.kept.refresh(),
        () => watchOwnClock(now),
        () => watchSilence(now),
        () => watchDeadlines(now),
        () => watchTasks(services, now),
        gauges,
        endWaiting,
        () => countAll(now),
        () => keepHeads(services),
        ...scheduled.map(
          ({ slots, work }) =>
            () =>
              runSlots(slots, now, (taken) => work(services, taken, moved)),
        ),
      ]) {
        await part();
        moved?.();
      }
      heartbeat.look(now);
      return retention.step(now, moved);
    },
    finish: () => heartbeat.finish(),
  };
};
