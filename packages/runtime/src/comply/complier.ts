import { type CaudalError, toCaudalError } from '@caudal/core';
import type { TargetEntry } from '../plugins.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import { createSlots, runSlots } from '../schedule/slots.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { recheckReported } from './corrections.ts';
import { confirm, lookUp } from './ask-target.ts';
import { shadow, submit } from './send.ts';
import { alertsOf } from './submission-alerts.ts';
import { expectSlots, forgetSlots, nothingKnown, type Owed, owedBy } from './expect.ts';
import { createSendPauses, subjectsOf } from './pauses.ts';
import { recoverAttempts } from './recover.ts';
import { lookUpOf, readBackOf } from './settle.ts';
import { type Slot, takeSlots } from './take.ts';

const atOnce = 500;
const syncedAtOnce = 2_000;

/** What may be sent to a target, as one look over all its works found it; the last of `due` is the first to go. */
interface SendPlan {
  readonly at: number;
  readonly owed: ReadonlyMap<string, Owed>;
  /** Works that may send nothing more by this plan. */
  readonly waiting: Set<string>;
  readonly freshOnly: ReadonlySet<string>;
  /** Lanes in which something late was begun by this plan. */
  readonly lanes: Set<string>;
  readonly due: SubmissionRow[];
}

/** Failures that only a person ends. */
const peopleKinds = ['auth', 'config', 'quota'] as const;

/** due → receipt: creates what is owed, takes its values, sends within the regulator's rules, reads back. */
export const createComplier = (services: Services): Stage => {
  const { store, options, clock, plugins } = services;
  let { domain } = services;
  let owed = owedBy(services);
  const log = services.log.stream('compliance', { stage: 'comply' });
  const pauses = createSendPauses(clock, () => services.random());
  const flight = createInFlight(
    () => services.wake('comply'),
    (thrown) =>
      log.error(
        { error: toCaudalError(thrown) },
        'an attempt failed in an unforeseen way; it is unknown until the next start',
      ),
  );
  const knownSlots = nothingKnown();
  let recovered = false;
  const beganAt = clock.now();

  const takeValues = async (): Promise<boolean> => {
    const waiting = await store.read.dueSubmissions({
      states: ['expected', 'held', 'missing'],
      at: clock.now(),
      limit: atOnce,
    });
    const slots = waiting.flatMap((submission) => {
      const known = owed.get(submission.obligation);
      return known === undefined ? [] : [{ owed: known, submission }];
    });
    if (slots.length === 0) return false;
    const taken = (await takeSlots(services, slots, beganAt)).map((one, index) => ({
      ...(slots[index] as Slot),
      ...one,
    }));
    await store.write.changeSubmissions(
      taken.map(({ change }) => change),
      taken.flatMap(({ change, incidence }) =>
        incidence === undefined
          ? []
          : [{ at: clock.now(), actor: 'comply', act: `incidence: ${incidence}`, subject: change.id, hash: null }],
      ),
    );
    for (const { change, submission } of taken) {
      if (change.state === submission.state) continue;
      services.traces?.taken(submission, change.sources ?? [], change.state);
      services.events.emit('submission', {
        id: submission.id,
        obligation: submission.obligation,
        slot: submission.slot,
        state: change.state,
        receipt: null,
        reason: change.reason ?? null,
      });
    }
    const alerts = taken.flatMap(({ owed: known, submission, change }) =>
      alertsOf(known, submission, change.state, change.reason ?? '', clock.now()),
    );
    if (alerts.length > 0) {
      await store.write.changeAlerts({ open: alerts, close: [] });
      services.wake('notify');
    }
    return waiting.length === atOnce;
  };

  /**
   * What the old configuration was refused for comes back when the configuration is another one: at the start, and when the data changed.
   * Its values are taken anew where it was never sent.
   */
  const release = async () => {
    let released = 0;
    for (let after = ''; ;) {
      const held = await store.read.quarantined(after, atOnce);
      const free = held.filter((submission) => {
        const known = owed.get(submission.obligation);
        return known !== undefined && known.configuration !== submission.configuration;
      });
      const changed = await store.write.changeSubmissions(
        free.map(({ id, epoch, attempts }) => ({
          id,
          epoch,
          state: attempts === 0 ? 'expected' : 'due',
          nextAt: clock.now(),
          reason: null,
          configuration: null,
        })),
      );
      released += changed.length;
      if (held.length < atOnce) break;
      after = (held.at(-1) as SubmissionRow).id;
    }
    if (released > 0)
      log.info({ submissions: released }, 'the configuration changed: quarantined submissions may be sent again');
  };

  /** Works whose sends somebody stopped. */
  const stoppedWorks = async (): Promise<ReadonlySet<Owed>> => {
    const scopes = new Set((await store.read.switches()).map(({ scope }) => scope));
    if (scopes.size === 0) return new Set();
    return new Set(
      [...owed.values()].filter((one) => scopes.has('all') || subjectsOf(one).some((subject) => scopes.has(subject))),
    );
  };

  /** Who may not send now, and who may send what is in time alone. */
  const waitingWorks = async (target: TargetEntry, stopped: ReadonlySet<Owed>, now: number) => {
    const { ms, per } = target.profile.backlogSpacing;
    const last = new Map((await store.read.lastSends(target.name, now - ms)).map((send) => [send.work, send]));
    const own = [...owed.values()].filter((known) => known.target === target);
    const lateAt = new Map<string, number>();
    for (const { lane, obligation } of own)
      lateAt.set(lane, Math.max(lateAt.get(lane) ?? -Infinity, last.get(obligation.work.code)?.lateAt ?? -Infinity));
    const waiting = new Set<string>();
    const freshOnly = new Set<string>();
    for (const known of own) {
      const { code } = known.obligation.work;
      const before = last.get(code)?.at ?? -Infinity;
      if (
        stopped.has(known) ||
        flight.has(`${target.name} ${code}`) ||
        pauses.until(known) > now ||
        // One work keeps its distance in all it sends: nobody is in a hurry for five minutes.
        (per === 'work' && now < before + ms)
      )
        waiting.add(code);
      // Many works together could never send what is in time, if that had to keep a distance too.
      else if (now < (lateAt.get(known.lane) ?? -Infinity) + ms || (ms > 0 && flight.count(known.lane) > 0))
        freshOnly.add(code);
    }
    return { waiting, freshOnly, idle: own.every(({ obligation }) => waiting.has(obligation.work.code)) };
  };

  const trouble = async (known: Owed, submission: SubmissionRow, error: CaudalError) => {
    const subject = pauses.failed(known, error);
    if (subject === undefined || !peopleKinds.some((kind) => kind === error.kind)) return;
    await store.write.changeAlerts({
      open: [
        {
          event: 'system',
          rule: `comply.${error.kind}`,
          subject,
          point: null,
          severity: 'critical',
          openedAt: clock.now(),
          facts: { work: submission.work, reason: services.redact.text(error.message) },
        },
      ],
      close: [],
    });
    services.wake('notify');
  };

  const answeredAgain = async (known: Owed) => {
    const subjects = pauses.worked(known);
    if (subjects.length === 0) return;
    log.info({ target: known.target.name, subjects }, 'sends are answered again');
    const close = subjects.flatMap((subject) =>
      peopleKinds.map((kind) => ({ rule: `comply.${kind}`, subject, at: clock.now() })),
    );
    await store.write.changeAlerts({ open: [], close });
  };

  /** Nothing goes a second time where the regulator can be asked first. */
  const sendOne = async (known: Owed, waiting: SubmissionRow, signal: AbortSignal) => {
    const asks = lookUpOf(known) !== undefined && (waiting.state === 'unknown' || waiting.state === 'retry');
    const submission = asks ? await lookUp(services, known, waiting, signal) : waiting;
    if (submission === undefined) return;
    const came = await submit(services, known, submission, signal);
    if (came === 'answered') await answeredAgain(known);
    else if (came !== undefined) await trouble(known, submission, came);
  };

  const sendPlans = new Map<string, SendPlan>();
  /** A clock that was set back makes no plan older. */
  const isFresh = ({ at }: { readonly at: number }, now: number) => at <= now && now < at + options.comply.tickMs;

  /** What a target is to be sent. Found anew when all of it is begun, or after a while: not for each send that ends. */
  const planSends = async (target: TargetEntry, stopped: ReadonlySet<Owed>, now: number): Promise<SendPlan | null> => {
    const before = sendPlans.get(target.name);
    if (before !== undefined && before.due.length > 0 && before.owed === owed && isFresh(before, now)) return before;
    sendPlans.delete(target.name);
    const found = { states: ['due', 'retry', 'unknown'], at: now, limit: atOnce, target: target.name } as const;
    if ((await store.read.dueSubmissions({ ...found, limit: 1 })).length === 0) return null;
    const { waiting, freshOnly, idle } = await waitingWorks(target, stopped, now);
    // Everything stopped, for instance: the backlog that grows meanwhile is not read through each time.
    if (idle) return null;
    const due = [...(await store.read.dueSubmissions({ ...found, exceptWorks: [...waiting], only: 'fresh' }))];
    if (due.length < atOnce)
      due.push(
        ...(await store.read.dueSubmissions({
          ...found,
          limit: atOnce - due.length,
          exceptWorks: [...waiting, ...freshOnly],
          only: 'late',
        })),
      );
    const plan = { at: now, owed, waiting, freshOnly, lanes: new Set<string>(), due: due.toReversed() };
    sendPlans.set(target.name, plan);
    return plan;
  };

  const send = async (stopped: ReadonlySet<Owed>) => {
    for (const target of plugins.targets.values()) {
      const plan = await planSends(target, stopped, clock.now());
      if (plan === null) continue;
      const { ms } = target.profile.backlogSpacing;
      const { waiting, freshOnly, lanes, due } = plan;
      while (flight.size < options.comply.concurrency) {
        const submission = due.pop();
        if (submission === undefined) break;
        const now = clock.now();
        const key = `${target.name} ${submission.work}`;
        const known = owed.get(submission.obligation);
        const late = submission.dueAt < now;
        // What was found may have been stopped, paused or begun since.
        if (known === undefined || waiting.has(submission.work) || (late && freshOnly.has(submission.work))) continue;
        if (stopped.has(known) || flight.has(key) || pauses.until(known) > now) continue;
        if (expired(submission, now)) {
          await expire(known, submission);
          continue;
        }
        if (late && lanes.has(known.lane)) continue;
        if (late && ms > 0) lanes.add(known.lane);
        waiting.add(submission.work);
        flight.start(key, late ? [known.lane] : [], (signal) =>
          known.shadow ? shadow(services, known, submission, signal) : sendOne(known, submission, signal),
        );
      }
    }
  };

  /** Past the maximum lag a send is no longer a late datum but a failure that has to be reported as such. */
  const expired = (submission: SubmissionRow, now: number) => now > submission.maxLagAt && submission.attempts === 0;

  const expire = async (known: Owed, submission: SubmissionRow) => {
    const now = clock.now();
    const reason = 'the maximum lag passed before it could be sent';
    const changed = await store.write.changeSubmissions(
      [{ id: submission.id, epoch: submission.epoch, state: 'failed-reported', nextAt: now, reason }],
      [{ at: now, actor: 'comply', act: 'maximum lag passed', subject: submission.id, hash: null }],
    );
    // Somebody else had it meanwhile.
    if (changed.length === 0) return;
    await store.write.changeAlerts({ open: alertsOf(known, submission, 'failed-reported', reason, now), close: [] });
    services.wake('notify');
  };

  /** Found in one look and asked for as sends allow; the last is the first. */
  const toReadBack = new Map<string, { readonly at: number; readonly rows: SubmissionRow[] }>();

  const planReadBack = async (target: TargetEntry, stopped: ReadonlySet<Owed>, now: number) => {
    const before = toReadBack.get(target.name);
    if (before !== undefined && before.rows.length > 0 && isFresh(before, now)) return before.rows;
    const waiting = [...stopped]
      .filter((known) => known.target === target)
      .map(({ obligation }) => obligation.work.code);
    // Of a work one at a time: one with many receipts must not hide the others behind it.
    const prefix = `${target.name} `;
    for (const key of flight.keys()) if (key.startsWith(prefix)) waiting.push(key.slice(prefix.length));
    const rows = await store.read.dueSubmissions({
      states: ['accepted', 'received'],
      at: now,
      limit: atOnce,
      target: target.name,
      exceptWorks: waiting,
    });
    const plan = { at: now, rows: rows.toReversed() };
    toReadBack.set(target.name, plan);
    return plan.rows;
  };

  const readBack = async (stopped: ReadonlySet<Owed>) => {
    for (const target of plugins.targets.values()) {
      if (flight.size >= options.comply.concurrency) return;
      const rows = await planReadBack(target, stopped, clock.now());
      while (flight.size < options.comply.concurrency) {
        const submission = rows.pop();
        if (submission === undefined) break;
        const known = owed.get(submission.obligation);
        const key = `${submission.target} ${submission.work}`;
        if (known === undefined || stopped.has(known) || flight.has(key)) continue;
        flight.start(key, [], async (signal) => {
          if (readBackOf(known, submission.receipt) === 'find') await lookUp(services, known, submission, signal);
          else await confirm(services, known, submission, signal);
        });
      }
    }
  };

  const synced = createSlots(services, 'sync-compliance-sources');

  /**
   * Receipts that were asked for in vain wait longer each time: they are asked for now. What is owed is looked up instead of remembered.
   * Nothing here leads to a send: what was taken is never sent again.
   */
  const sync = async () => {
    forgetSlots(knownSlots);
    const now = clock.now();
    const waiting = (await store.read.submissionList({ states: ['accepted', 'received'], limit: syncedAtOnce })).filter(
      ({ reason, nextAt }) => reason !== null && nextAt > now,
    );
    await store.write.changeSubmissions(waiting.map(({ id, epoch, state }) => ({ id, epoch, state, nextAt: now })));
    return { receipts: waiting.length, created: await expectSlots(services, owed, knownSlots) };
  };

  return {
    name: 'comply',
    restMs: options.comply.tickMs,
    async step() {
      if (!recovered) {
        const unknown = await recoverAttempts(services, owed);
        if (unknown > 0)
          log.warn({ attempts: unknown }, 'attempts were open when the last run ended: they are unknown');
        await release();
        recovered = true;
      }
      if (services.domain !== domain) {
        ({ domain } = services);
        owed = owedBy(services);
        await release();
      }
      await runSlots(synced, clock.now(), sync);
      const created = await expectSlots(services, owed, knownSlots);
      const recheck = await recheckReported(services, owed);
      const more = await takeValues();
      const stopped = await stoppedWorks();
      await send(stopped);
      await readBack(stopped);
      return more || recheck || created > 0;
    },
    finish: (signal) => flight.finish(signal),
  };
};
