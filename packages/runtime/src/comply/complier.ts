import { type CaudalError, toCaudalError } from '@caudal/core';
import type { TargetEntry } from '../plugins.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { alertsOf, confirm, submit } from './attempt.ts';
import { expectSlots, type Owed, owedBy } from './expect.ts';
import { createSendPauses } from './pauses.ts';
import { recoverAttempts } from './recover.ts';
import { takeSlot } from './take.ts';

const atOnce = 500;

/** Failures that only a person ends. */
const peopleKinds = ['auth', 'config', 'quota'] as const;

/** due → receipt: creates what is owed, takes its values, sends within the regulator's rules, reads back. */
export const createComplier = (services: Services): Stage => {
  const { store, options, clock, plugins } = services;
  const owed = owedBy(services);
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
  let recovered = false;

  const takeValues = async (): Promise<boolean> => {
    const waiting = await store.read.dueSubmissions({
      states: ['expected', 'held', 'missing'],
      at: clock.now(),
      limit: atOnce,
    });
    const taken = [];
    for (const submission of waiting) {
      const known = owed.get(submission.obligation);
      if (known !== undefined) taken.push({ known, submission, ...(await takeSlot(services, known, submission)) });
    }
    if (taken.length === 0) return false;
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
      services.events.emit('submission', {
        id: submission.id,
        obligation: submission.obligation,
        slot: submission.slot,
        state: change.state,
        receipt: null,
        reason: change.reason ?? null,
      });
    }
    const alerts = taken.flatMap(({ known, submission, change }) =>
      alertsOf(known, submission, change.state, change.reason ?? '', clock.now()),
    );
    if (alerts.length > 0) {
      await store.write.changeAlerts({ open: alerts, close: [] });
      services.wake('notify');
    }
    return waiting.length === atOnce;
  };

  /** What the old configuration was refused for comes back when the configuration is another one. */
  const release = async () => {
    const held = await store.read.dueSubmissions({ states: ['quarantined'], at: clock.now(), limit: atOnce });
    const free = held.filter((submission) => {
      const known = owed.get(submission.obligation);
      return known !== undefined && known.configuration !== submission.configuration;
    });
    if (free.length === 0) return;
    await store.write.changeSubmissions(
      free.map(({ id, epoch }) => ({
        id,
        epoch,
        state: 'due',
        nextAt: clock.now(),
        reason: null,
        configuration: null,
      })),
    );
    log.info({ submissions: free.length }, 'the configuration changed: quarantined submissions may be sent again');
  };

  /** Works that may not send now: one is under way, its spacing has not passed, or something of it rests. */
  const waitingWorks = async (target: TargetEntry, now: number): Promise<Set<string>> => {
    const { ms, per } = target.profile.backlogSpacing;
    const sends = await store.read.lastSends(target.name);
    const newest = Math.max(-Infinity, ...sends.map(({ at }) => at));
    const last = new Map(sends.map(({ work, at }) => [work, at]));
    const waiting = new Set<string>();
    for (const known of owed.values()) {
      if (known.target !== target) continue;
      const { code } = known.obligation.work;
      const before = per === 'instance' ? newest : (last.get(code) ?? -Infinity);
      if (now < before + ms || flight.has(`${target.name} ${code}`) || pauses.until(known) > now) waiting.add(code);
    }
    return waiting;
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

  const sendOne = async (known: Owed, submission: SubmissionRow, signal: AbortSignal) => {
    const came = await submit(services, known, submission, signal);
    if (came === 'answered') await answeredAgain(known);
    else if (came !== undefined) await trouble(known, submission, came);
  };

  const send = async () => {
    for (const target of plugins.targets.values()) {
      const now = clock.now();
      const waiting = await waitingWorks(target, now);
      const due = await store.read.dueSubmissions({
        states: ['due', 'retry', 'unknown'],
        at: now,
        limit: atOnce,
        target: target.name,
        exceptWorks: [...waiting],
      });
      const together = target.profile.backlogSpacing.per === 'instance' && target.profile.backlogSpacing.ms > 0;
      for (const submission of due) {
        const known = owed.get(submission.obligation);
        if (known === undefined || flight.size >= options.comply.concurrency || waiting.has(submission.work)) continue;
        if (expired(submission, now)) {
          await expire(submission);
          continue;
        }
        waiting.add(submission.work);
        flight.start(`${target.name} ${submission.work}`, [target.name], (signal) =>
          sendOne(known, submission, signal),
        );
        if (together) break;
      }
    }
  };

  /** Past the maximum lag a send is no longer a late datum but a failure that has to be reported as such. */
  const expired = (submission: SubmissionRow, now: number) => now > submission.maxLagAt && submission.attempts === 0;

  const expire = async (submission: SubmissionRow) => {
    await store.write.changeSubmissions(
      [
        {
          id: submission.id,
          epoch: submission.epoch,
          state: 'failed-reported',
          nextAt: clock.now(),
          reason: 'the maximum lag passed before it could be sent',
        },
      ],
      [{ at: clock.now(), actor: 'comply', act: 'maximum lag passed', subject: submission.id, hash: null }],
    );
  };

  const readBack = async () => {
    for (const submission of await store.read.dueSubmissions({
      states: ['accepted', 'received'],
      at: clock.now(),
      limit: atOnce,
    })) {
      const known = owed.get(submission.obligation);
      if (
        known === undefined ||
        flight.size >= options.comply.concurrency ||
        flight.has(`${submission.target} ${submission.work}`)
      )
        continue;
      flight.start(`${submission.target} ${submission.work}`, [submission.target], (signal) =>
        confirm(services, known, submission, signal),
      );
    }
  };

  return {
    name: 'comply',
    restMs: options.comply.tickMs,
    stallMs: Math.max(60_000, 3 * options.comply.tickMs),
    async step() {
      if (!recovered) {
        const unknown = await recoverAttempts(services, owed);
        if (unknown > 0)
          log.warn({ attempts: unknown }, 'attempts were open when the last run ended: they are unknown');
        recovered = true;
      }
      const created = await expectSlots(services, owed);
      const more = await takeValues();
      await release();
      await send();
      await readBack();
      return more || created > 0;
    },
    finish: (signal) => flight.finish(signal),
  };
};
