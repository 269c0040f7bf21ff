import { isCaudalError, toCaudalError } from '@caudal/core';
import type { RuntimeConfig } from '../config/define.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { NewAlert, RawRow, Reopen } from '../store/rows.ts';
import type { Processed } from '../store/store.ts';
import { createBinder } from './bind.ts';
import { unjudged } from './choose.ts';
import { decodeRaw, type DecodedRaw } from './decode.ts';
import { openPointJudge } from './judging.ts';
import { findNeeds } from './needs.ts';
import { createOverlap } from './overlap.ts';
import { createZoneWatch } from './zones.ts';
import { createPointProcessor, type PointChange, type PointProcessor, type PointReads } from './point.ts';

const alertsFor = 24 * 3_600_000;
const suspicionsAtMost = 100_000;

/** An alert of the maintainer: no value of now ends it. */
const noData = 'ALERT_NO_DATA';

const suspect = (suspicions: Map<string, Set<string>>, series: string, rule: string) =>
  suspicions.set(series, (suspicions.get(series) ?? new Set()).add(rule));

/** Findings about silence: people hear of it once for the device, not again for each of its series. */
const silence: ReadonlySet<string> = new Set(['STALE', 'TIME_GAP', 'TIME_LATE']);

/** A batch that was decoded and judged, and is not on disk yet. */
interface Prepared {
  /** When its preparation began. */
  readonly from: number;
  readonly decoded: readonly DecodedRaw[];
  readonly processed: Processed;
}

/** raw → values: decode, bind, convert, judge, and one transaction for everything that follows from it. */
export const createProcessor = (services: Services, extra?: RuntimeConfig['rules']): Stage => {
  const { store, options, clock, metrics, events } = services;
  /** The data that everything is prepared by, and the serial it stands for. Changes between batches only. */
  let { domain } = services;
  let { serial } = services.kept;
  const log = services.log.stream('telemetry', { stage: 'process' });
  const points = new Map<string, PointProcessor>();
  /** What the points read has to show the batch before, which may be on its way to disk. */
  const reads: PointReads = {
    async values(input) {
      await overlap.landed();
      return store.read.values(input);
    },
    async valuesAt(requests) {
      await overlap.landed();
      return store.read.valuesAt(requests);
    },
    async checkpointBefore(point, before, rules) {
      await overlap.landed();
      return store.read.checkpointBefore(point, before, rules);
    },
    async rawList(filter, limit) {
      await overlap.landed();
      return store.read.rawList(filter, limit);
    },
  };
  const processorOf = (id: string): PointProcessor | undefined => {
    const point = domain.points.get(id);
    if (point === undefined) return undefined;
    let found = points.get(id);
    if (found === undefined) {
      found = createPointProcessor(point, () => openPointJudge(point, options, extra), reads);
      points.set(id, found);
    }
    return found;
  };
  const bind = () => createBinder(domain, (point) => processorOf(point)?.rules ?? '');
  let binder = bind();
  const zones = createZoneWatch(services, () => binder, store.read);
  let advancedAt = clock.now();

  const gather = async (decoded: readonly DecodedRaw[], reopens: readonly Reopen[]): Promise<Processed> => {
    const claimed = decoded.flatMap((one) => one.claimed);
    const rows = Map.groupBy(
      claimed.map(unjudged),
      (row) => (domain.series.get(row.series) as { point: string }).point,
    );
    const arrivals = new Map(claimed.map(({ raw }) => [raw.id, raw.receivedAt]));
    const changes: PointChange[] = [];
    const from = new Map<string, number>();
    for (const reopen of reopens) from.set(reopen.point, Math.min(reopen.from, from.get(reopen.point) ?? Infinity));
    for (const id of new Set([...rows.keys(), ...from.keys()])) {
      const change = await processorOf(id)?.process(rows.get(id) ?? [], arrivals, from.get(id));
      if (change !== undefined) changes.push(change);
    }
    return {
      ...joined(changes),
      ...bookkeeping(decoded),
      settled: reopens,
    };
  };

  const joined = (changes: readonly PointChange[]): Processed => {
    const values = changes.flatMap((change) => change.values);
    const findings = changes.flatMap((change) => change.findings);
    const { open, end } = alertsOf(
      findings,
      values,
      changes.filter(({ rejudgedFrom }) => rejudgedFrom !== undefined),
    );
    return {
      marks: [],
      values,
      findings,
      corrections: changes.flatMap((change) => change.corrections),
      withdrawn: changes.flatMap((change) => change.withdrawn),
      rejudged: changes.flatMap(({ rejudgedFrom, checkpoint }) =>
        rejudgedFrom === undefined || checkpoint === undefined ? [] : [{ point: checkpoint.point, from: rejudgedFrom }],
      ),
      checkpoints: changes.flatMap((change) => change.checkpoint ?? []),
      watermarks: [],
      contacts: [],
      unclaimed: [],
      basis: [...new Set(values.map((row) => row.basis))].flatMap((id) => {
        const content = binder.basis(id);
        return content === null ? [] : [{ id, content }];
      }),
      reopened: [],
      settled: [],
      alerts: open,
      ended: end,
    };
  };

  /** By series: rules with an open alert. Read at first use, so that a clean value costs no write. */
  let suspicions: Map<string, Set<string>> | undefined;
  /** The same of alerts about the water. */
  let crossings: Map<string, Set<string>> | undefined;
  const recallSuspicions = async () => {
    if (suspicions !== undefined) return;
    await overlap.landed();
    const open = await store.read.openAlerts({ limit: suspicionsAtMost });
    const recalled = new Map<string, Set<string>>();
    const water = new Map<string, Set<string>>();
    for (const { event, rule, subject } of open) {
      if (event === 'value.suspect') suspect(recalled, subject, rule);
      if (event === 'water.alert' && rule !== noData) suspect(water, subject, rule);
    }
    suspicions = recalled;
    crossings = water;
  };

  /** People are told of what is wrong now, not of what a backfill finds in last year's data. */
  const alertsOf = (findings: Processed['findings'], values: Processed['values'], rejudged: readonly PointChange[]) => {
    const now = clock.now();
    const open: NewAlert[] = [];
    const end: { rule: string; subject: string; at: number }[] = [];
    const lasting = new Set<string>();
    for (const finding of findings) {
      const name = domain.points.get(finding.point);
      const over = finding.about === 'event' && finding.status === 'final';
      if (
        over ||
        name === undefined ||
        name.state === 'MAINTENANCE' ||
        silence.has(finding.code) ||
        Math.min(finding.to, now) < now - alertsFor
      )
        continue;
      if (finding.about === 'event') {
        open.push(alert('water.alert', finding, now));
        lasting.add(`${finding.series} ${finding.code}`);
        if (crossings !== undefined) suspect(crossings, finding.series, finding.code);
      } else if (finding.flag === 3 || finding.flag === 4) {
        open.push(alert('value.suspect', finding, now));
        if (suspicions !== undefined) suspect(suspicions, finding.series, finding.rule);
      }
    }
    // Judged again, what is over long ago is said again, and what was told may turn out not to be: what lasts is said each time.
    const ended = [
      ...findings.filter(({ about, status }) => about === 'event' && status === 'final'),
      ...rejudged.flatMap((change) =>
        [...new Set(change.values.map((row) => row.series))].flatMap((series) =>
          [...(crossings?.get(series) ?? [])].map((code) => ({ series, code })),
        ),
      ),
    ];
    for (const { series, code } of ended) {
      if (lasting.has(`${series} ${code}`) || crossings?.get(series)?.delete(code) !== true) continue;
      end.push({ rule: code, subject: series, at: now });
    }
    const troubled = new Set(findings.map((finding) => finding.series));
    const newest = new Map<string, Processed['values'][number]>();
    for (const row of values) if ((newest.get(row.series)?.at ?? -Infinity) < row.at) newest.set(row.series, row);
    for (const row of newest.values()) {
      if (troubled.has(row.series) || row.flag !== 1 || row.at <= now - alertsFor) continue;
      for (const rule of suspicions?.get(row.series) ?? []) end.push({ rule, subject: row.series, at: now });
      suspicions?.delete(row.series);
    }
    return { open, end };
  };

  const alert = (event: string, finding: Processed['findings'][number], now: number): NewAlert => ({
    event,
    rule: event === 'value.suspect' ? finding.rule : finding.code,
    subject: finding.series,
    point: finding.point,
    severity: finding.flag === 4 ? 'critical' : 'warning',
    openedAt: now,
    facts: { code: finding.code, from: new Date(finding.from).toISOString() },
  });

  const bookkeeping = (
    decoded: readonly DecodedRaw[],
  ): Pick<Processed, 'marks' | 'watermarks' | 'contacts' | 'unclaimed'> => {
    const watermarks = new Map<string, { device: string; variable: string; decodedTo: number }>();
    const contacts = new Map<string, number>();
    const unclaimed = new Map<string, Processed['unclaimed'][number]>();
    for (const one of decoded) {
      for (const [device, variables] of one.newest) {
        for (const [variable, at] of variables) {
          const known = watermarks.get(`${device.id}\0${variable}`);
          if ((known?.decodedTo ?? -Infinity) < at)
            watermarks.set(`${device.id}\0${variable}`, { device: device.id, variable, decodedTo: at });
          contacts.set(device.id, Math.max(at, contacts.get(device.id) ?? -Infinity));
        }
      }
      for (const { instance, device, variable, at, raw } of one.unclaimed) {
        const known = unclaimed.get(`${instance}\0${device}\0${variable}`);
        const newer = known === undefined || known.lastAt < at;
        unclaimed.set(`${instance}\0${device}\0${variable}`, {
          instance,
          device,
          variable,
          count: (known?.count ?? 0) + 1,
          lastAt: newer ? at : known.lastAt,
          lastRaw: newer ? raw : known.lastRaw,
        });
      }
    }
    return {
      marks: decoded.map((one) => one.mark),
      watermarks: [...watermarks.values()],
      contacts: [...contacts].map(([device, at]) => ({ device, at })),
      unclaimed: [...unclaimed.values()],
    };
  };

  const prepare = async (raws: readonly RawRow[], reopens: readonly Reopen[] = []): Promise<Prepared> => {
    const from = clock.now();
    await recallSuspicions();
    const needs = await findNeeds(raws, services);
    const decoded = raws.map((raw) => {
      const needed = needs.found.get(raw.id);
      const key = raw.envelope.needs;
      return key !== undefined && needed === undefined
        ? needs.waiting(raw, key)
        : decodeRaw(raw, services, binder, needed);
    });
    return { from, decoded, processed: await gather(decoded, reopens) };
  };

  const write = async (raws: readonly RawRow[], { from, decoded, processed }: Prepared): Promise<void> => {
    await store.write
      .as(raws[0]?.lane === 'live' || raws.length === 0 ? 'live' : 'backfill')
      .commitProcessed(processed);
    services.traces?.processed(raws, processed.marks, processed.values, from);
    tell(raws, decoded, processed);
  };

  const tell = (raws: readonly RawRow[], decoded: readonly DecodedRaw[], processed: Processed) => {
    zones.see(raws, decoded);
    raws.forEach((raw, index) => {
      const one = decoded[index] as DecodedRaw;
      metrics.add('caudal_raw_processed_total', { instance: raw.instance, status: one.mark.status });
      metrics.add('caudal_readings_total', { instance: raw.instance }, one.mark.readings);
      metrics.add('caudal_readings_unclaimed_total', { instance: raw.instance }, one.unclaimed.length);
      if (one.mark.status === 'FAILED')
        log.warn(
          { raw: raw.id, instance: raw.instance, reason: one.mark.reason },
          'raw record can not be read; it is kept',
        );
    });
    for (const [flag, rows] of Map.groupBy(processed.values, (row) => row.flag))
      metrics.add('caudal_values_total', { flag: String(flag) }, rows.length);
    for (const finding of processed.findings) metrics.add('caudal_findings_total', { code: finding.code });
    if (processed.values.length > 0) events.emit('values', processed.values);
    if (processed.findings.length > 0) events.emit('findings', processed.findings);
    for (const opened of processed.alerts) events.emit('alert', { ...opened, open: true });
    if (processed.alerts.length > 0) services.wake('notify');
    if (processed.values.length > 0) services.wake('comply');
  };

  const forget = () => {
    for (const point of points.values()) point.forget();
    suspicions = undefined;
    crossings = undefined;
  };

  /** One bad record must not stop its batch: after a failure each goes alone, and the one that fails alone is marked. */
  const commitSingly = async (raws: readonly RawRow[]) => {
    for (const raw of raws) {
      try {
        await write([raw], await prepare([raw]));
      } catch (thrown) {
        const error = toCaudalError(thrown, 'processing');
        if (error.kind === 'transient') throw error;
        forget();
        log.error({ raw: raw.id, error }, 'raw record can not be processed; it is kept');
        await store.write.commitProcessed({
          ...joined([]),
          marks: [
            { id: raw.id, status: 'FAILED', reason: services.redact.text(error.message).slice(0, 500), readings: 0 },
          ],
        });
      }
    }
  };

  const advance = async () => {
    const now = clock.now();
    if (now - advancedAt < options.process.advanceMs) return;
    advancedAt = now;
    await zones.judge();
    const changes: PointChange[] = [];
    for (const point of domain.points.values()) {
      const slowest = Math.max(3_600_000, ...point.series.map((one) => one.intervalMs ?? 0));
      const change = await points.get(point.id)?.advance(now - 2 * slowest);
      if (change !== undefined) changes.push(change);
    }
    if (changes.length > 0) {
      await recallSuspicions();
      const processed = joined(changes);
      await store.write.commitProcessed(processed);
      tell([], [], processed);
    }
  };

  /** Records of a batch that failed are PROCESSING until this could be written. */
  let stranded = false;
  const recover = async () => {
    if (!stranded) return;
    await store.write.recoverRaw();
    stranded = false;
  };

  const fail = async (raws: readonly RawRow[], thrown: unknown): Promise<void> => {
    forget();
    try {
      if (raws.length === 0 || (isCaudalError(thrown) && thrown.kind === 'transient')) throw thrown;
      log.error(
        { error: toCaudalError(thrown), records: raws.length },
        'a batch failed; its records are processed one by one',
      );
      await commitSingly(raws);
    } catch (again) {
      forget();
      await overlap.drop();
      stranded = true;
      await recover();
      throw again;
    }
  };

  const overlap = createOverlap<Prepared>({
    claim: () => store.write.claimRaw({ limit: options.process.batchRecords, maxBytes: options.process.batchBytes }),
    prepare,
    write,
    fail,
  });

  /**
   * Goes on with other data: what was prepared by the data before is on disk first, so that nothing old is written over what replaces it.
   */
  const adopt = async () => {
    if (services.domain === domain) return;
    try {
      await overlap.landed();
    } catch {
      // The next step deals with the batch that failed; the data can wait so long.
      return;
    }
    const before = domain;
    ({ domain } = services);
    ({ serial } = services.kept);
    for (const id of points.keys()) if (domain.points.get(id) !== before.points.get(id)) points.delete(id);
    binder = bind();
    redecoding = true;
  };

  /** Whether what a change asked for is asked by the data at hand; when not, that is brought in first. */
  const isAdopted = async () => {
    if ((await store.read.keptSerial()) === serial) return true;
    await services.kept.refresh();
    return false;
  };

  /** What a change of the data asked for may wait from the last run. */
  let redecoding = true;
  const redecode = async () => {
    if (!redecoding) return;
    const asked = await store.read.redecodes(20);
    if (asked.length > 0 && !(await isAdopted())) return;
    for (const one of asked) {
      const records = await store.write.redecode(one, {
        at: clock.now(),
        actor: 'runtime',
        act: 'decode again, because the data changed',
        subject: `device:${one.device}`,
        hash: null,
        detail: { serial: one.serial },
      });
      if (records > 0) log.info({ device: one.device, records }, 'records are decoded again, because the data changed');
    }
    redecoding = asked.length === 20;
  };

  return {
    name: 'process',
    restMs: options.process.idleMs,
    async step() {
      await recover();
      await adopt();
      await redecode();
      if (await overlap.step()) return true;
      const reopens = await store.read.reopens(20);
      if (reopens.length > 0 && !(await isAdopted())) return true;
      try {
        if (reopens.length > 0) await write([], await prepare([], reopens));
        else await advance();
      } catch (thrown) {
        await fail([], thrown);
      }
      return reopens.length > 0;
    },
    async finish() {
      try {
        await overlap.landed();
      } catch (thrown) {
        log.error({ error: toCaudalError(thrown) }, 'the last batch failed; it is processed again at the next start');
      }
    },
  };
};
