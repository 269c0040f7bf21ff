import { randomUUID } from 'node:crypto';
import { type Answer, type Artifact, type CaudalError, type Lookup, type Report, toCaudalError } from '@caudal/core';
import { acts } from '../evidence/acts.ts';
import { sha256 } from '../evidence/chain.ts';
import type { Services } from '../services.ts';
import type { AttemptKind, AuditEntry, NewAlert, SubmissionRow } from '../store/rows.ts';
import type { Owed } from './expect.ts';
import { skewOf, watchClock } from './clock-skew.ts';
import { stepOf } from './task-steps.ts';
import { onceWritten } from './once-written.ts';
import { type Settlement, settleConfirmation, settleLookup, settleOutcome, settleSilence } from './settle.ts';

const answerChars = 65_536;

/** Hash of an artifact with its slots unfilled, as stored and shown. */
export const artifactHash = (artifact: unknown): string => sha256(JSON.stringify(artifact));

/** What is known before the socket opens: what goes, when, and what stands behind it. */
const opening = async (
  { store }: Services,
  submission: SubmissionRow,
  attempt: {
    readonly id: string;
    readonly kind: AttemptKind;
    readonly at: number;
    readonly hash: string | null;
  },
): Promise<AuditEntry> => ({
  at: attempt.at,
  actor: 'comply',
  act: acts.attemptOpened,
  subject: submission.id,
  hash: attempt.hash,
  detail: {
    attempt: attempt.id,
    kind: attempt.kind,
    work: submission.work,
    slot: submission.slot,
    ...(attempt.kind === 'submit' ? await store.read.evidenceOf(submission.id) : { receipt: submission.receipt }),
  },
});

/**
 * One attempt of one submission: on disk before its socket opens, settled by its answer or its silence. Answers `answered`, the error
 * where there was no answer, or undefined when nothing was tried.
 */
export const submit = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<CaudalError | 'answered' | undefined> => {
  const { clock } = services;
  const { instance } = owed.target;
  const opened = await open(services, owed, submission);
  if (opened === undefined) return undefined;
  const { id, artifact, report, sendTime } = opened;
  let error: CaudalError | undefined;
  let settlement: Settlement;
  let answer: Answer | undefined;
  try {
    await services.assertHeld();
    const result = await instance.submit({ artifact, report, sendTime, signal: timed(signal, services) });
    answer = result.answer;
    const outcome = result.outcomes[submission.id];
    settlement =
      outcome === undefined
        ? settleSilence(
            owed,
            { sent: 'maybe', message: 'the plugin gave no outcome for this submission' },
            submission,
            clock.now(),
          )
        : settleOutcome(owed, outcome, submission.attempts, clock.now());
  } catch (thrown) {
    error = toCaudalError(thrown, 'sending');
    settlement = settleSilence(owed, explained(thrown, services, 'sending'), submission, clock.now());
  }
  await close(services, owed, submission, { id, kind: 'submit', startedAt: sendTime }, settlement, answer, {
    sentAt: settlement.outcome === 'not-sent' ? undefined : sendTime,
    signal,
  });
  return error ?? 'answered';
};

/** What was chosen for the slot, addressed as the configuration has it now: an informant may have changed since, a value never. */
const addressed = ({ obligation }: Owed, chosen: Report): Report => ({
  ...chosen,
  work: obligation.work,
  members: Object.fromEntries(
    Object.entries(chosen.members).map(([name, settings]) => [name, obligation.members[name]?.settings ?? settings]),
  ),
});

/** Renders and puts an attempt on disk. Undefined when it can not be rendered, or somebody else has the submission. */
const open = async (services: Services, owed: Owed, submission: SubmissionRow) => {
  const { store, clock } = services;
  const report = addressed(owed, submission.report as Report);
  let artifact: Artifact;
  try {
    artifact = owed.target.instance.render(report);
  } catch (thrown) {
    await refuse(services, owed, submission, services.redact.text(toCaudalError(thrown, 'rendering').message));
    return undefined;
  }
  const id = randomUUID();
  const sendTime = clock.now();
  const hash = artifactHash(artifact);
  const opened = await store.write.openAttempt({
    id,
    submission: submission.id,
    epoch: submission.epoch,
    kind: 'submit',
    artifact,
    artifactHash: hash,
    startedAt: sendTime,
    audit: [await opening(services, submission, { id, kind: 'submit', at: sendTime, hash })],
  });
  return opened ? { id, artifact, report, sendTime } : undefined;
};

/** Everything but the socket: the artifact is on disk with its hash, and the slot is over. */
export const shadow = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<void> => {
  const opened = await open(services, owed, submission);
  if (opened === undefined) return;
  const reason = 'shadow: rendered and kept, not sent';
  await close(
    services,
    owed,
    submission,
    { id: opened.id, kind: 'submit', startedAt: opened.sendTime },
    { outcome: 'shadowed', change: { state: 'shadowed', nextAt: opened.sendTime, reason } },
    undefined,
    { signal },
  );
};

/** What can not be rendered is not sent: it waits for another configuration, and people are told. */
const refuse = async (
  { store, clock }: Services,
  owed: Owed,
  submission: SubmissionRow,
  reason: string,
): Promise<void> => {
  const now = clock.now();
  const { id, epoch } = submission;
  await store.write.changeSubmissions([
    { id, epoch, state: 'quarantined', nextAt: now, reason, configuration: owed.configuration },
  ]);
  await store.write.changeAlerts({ open: alertsOf(owed, submission, 'quarantined', reason, now), close: [] });
};

/** Puts a question on disk before it is asked; undefined when somebody else has the submission. */
const openQuestion = async (
  services: Services,
  submission: SubmissionRow,
  kind: Exclude<AttemptKind, 'submit'>,
): Promise<string | undefined> => {
  const id = randomUUID();
  const startedAt = services.clock.now();
  const opened = await services.store.write.openAttempt({
    id,
    submission: submission.id,
    epoch: submission.epoch,
    kind,
    artifact: null,
    artifactHash: null,
    startedAt,
    audit: [await opening(services, submission, { id, kind, at: startedAt, hash: null })],
  });
  return opened ? id : undefined;
};

/** Reads a receipt back and compares. */
export const confirm = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<void> => {
  const { clock } = services;
  const { instance } = owed.target;
  if (instance.confirm === undefined || submission.receipt === null) return;
  const startedAt = clock.now();
  const id = await openQuestion(services, submission, 'confirm');
  if (id === undefined) return;
  let settlement: Settlement;
  let answer: Answer | undefined;
  try {
    const confirmation = await instance.confirm({
      receipt: submission.receipt,
      report: addressed(owed, submission.report as Report),
      signal: timed(signal, services),
    });
    answer = confirmation.answer;
    settlement = settleConfirmation(
      submission,
      confirmation,
      confirmation.status === 'not-found' ? confirmation.reason : '',
      clock.now(),
    );
  } catch (thrown) {
    settlement = settleConfirmation(
      submission,
      undefined,
      `not read back yet: ${explained(thrown, services, 'reading back').message}`,
      clock.now(),
    );
  }
  await close(services, owed, submission, { id, kind: 'confirm', startedAt }, settlement, answer, { signal });
};

/**
 * Asks by natural key what the regulator has. Answers the submission when it has none and the resend rule lets it go now: the question is as
 * fresh then as it can be.
 */
export const lookUp = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<SubmissionRow | undefined> => {
  const { clock, options, store } = services;
  const { instance } = owed.target;
  if (instance.find === undefined) return undefined;
  const startedAt = clock.now();
  const id = await openQuestion(services, submission, 'find');
  if (id === undefined) return undefined;
  // The last moment at which it can have left.
  const sentAt = submission.sentAt === null ? null : submission.sentAt + options.comply.requestTimeoutMs;
  const settle = (found: Lookup | undefined, reason: string) =>
    settleLookup(owed, submission, found, reason, { now: clock.now(), sentAt });
  let settlement: Settlement;
  let answer: Answer | undefined;
  let absent = false;
  try {
    const found = await instance.find({
      report: addressed(owed, submission.report as Report),
      signal: timed(signal, services),
    });
    answer = found.answer;
    absent = found.status === 'absent';
    settlement = settle(found, found.status === 'unclear' ? services.redact.text(found.reason) : '');
  } catch (thrown) {
    settlement = settle(undefined, `not asked yet: ${explained(thrown, services, 'asking by key').message}`);
  }
  await close(services, owed, submission, { id, kind: 'find', startedAt }, settlement, answer, { signal });
  const after = absent ? await store.read.submission(submission.id) : null;
  return after !== null && after.state === submission.state && after.nextAt <= clock.now() ? after : undefined;
};

const timed = (signal: AbortSignal, { options }: Services) =>
  AbortSignal.any([signal, AbortSignal.timeout(options.comply.requestTimeoutMs)]);

const explained = (thrown: unknown, { redact }: Services, doing: string): Pick<CaudalError, 'sent' | 'message'> => {
  const error = toCaudalError(thrown, doing);
  return { sent: error.sent, message: redact.text(error.message) };
};

/** States that go into the log as what was hoped for. */
const quiet: ReadonlySet<SubmissionRow['state']> = new Set(['confirmed', 'accepted', 'shadowed']);

/** What ends an obligation's troubles. */
const arrived: ReadonlySet<SubmissionRow['state']> = new Set(['confirmed', 'accepted-unverified']);

const close = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  attempt: { readonly id: string; readonly kind: AttemptKind; readonly startedAt: number },
  { outcome, change, differences = [] }: Settlement,
  answer: Answer | undefined,
  { sentAt, signal }: { readonly sentAt?: number | undefined; readonly signal: AbortSignal },
) => {
  const now = services.clock.now();
  const { redact } = services;
  const reason = change.reason ?? undefined;
  const kept =
    answer === undefined
      ? undefined
      : {
          ...answer,
          headers: redact.deep(answer.headers) as Answer['headers'],
          body: redact.text(answer.body).slice(0, answerChars),
        };
  const closed = await onceWritten(services, signal, (write) =>
    write.closeAttempt({
      attempt: {
        id: attempt.id,
        endedAt: now,
        outcome,
        ...(reason === undefined ? {} : { reason }),
        ...(kept === undefined ? {} : { answer: kept }),
      },
      change: {
        ...change,
        id: submission.id,
        epoch: submission.epoch + 1,
        ...(sentAt === undefined ? {} : { sentAt }),
      },
      alerts: alertsOf(owed, submission, change.state, reason ?? '', now),
      ended: arrived.has(change.state) ? endedBy(submission, now) : [],
      tasks: differences
        .filter(({ parameter }) => Object.hasOwn(owed.obligation.members, parameter))
        .map(({ parameter, ours, theirs }) =>
          stepOf(
            submission,
            parameter,
            undefined,
            { held: theirs, value: ours, cause: 'conflict', detail: { attempt: attempt.id } },
            now,
          ),
        ),
      audit: [
        {
          at: now,
          actor: 'comply',
          act: acts.attemptClosed,
          subject: submission.id,
          hash: kept === undefined ? null : artifactHash(kept),
          detail: {
            attempt: attempt.id,
            kind: attempt.kind,
            outcome,
            state: change.state,
            receipt: change.receipt ?? submission.receipt,
            clockOffsetMs: skewOf(answer, now),
          },
        },
      ],
    }),
  );
  if (answer !== undefined) await watchClock(services, owed.target.name, answer, now);
  services.metrics.add('caudal_attempts_total', { target: owed.target.name, outcome });
  services.traces?.attempted(submission, attempt, {
    target: owed.target.name,
    outcome,
    state: change.state,
    receipt: change.receipt ?? submission.receipt,
  });
  const facts = {
    submission: submission.id,
    work: submission.work,
    slot: new Date(submission.slot).toISOString(),
    outcome,
    state: change.state,
    reason,
  };
  const log = services.log.stream('compliance', { target: owed.target.name });
  if (!closed) log.error(facts, 'the submission changed while it was sent; the attempt is kept, the change refused');
  else if (quiet.has(change.state)) log.info(facts, `submission ${change.state}`);
  else log.warn(facts, `submission ${change.state}`);
  services.events.emit('submission', {
    id: submission.id,
    obligation: submission.obligation,
    slot: submission.slot,
    state: change.state,
    receipt: change.receipt ?? submission.receipt,
    reason: reason ?? null,
  });
  services.wake('comply');
  services.wake('notify');
};

/**
 * What is told of a submission, and about what: refusals are one alert an obligation, however many slots they hit, because they
 * have one cause; each conflict is a person's task of its own.
 */
const alertTable: Partial<
  Record<SubmissionRow['state'], { event: string; about: 'obligation' | 'submission'; rule?: string }>
> = {
  rejected: { event: 'submission.rejected', about: 'obligation' },
  quarantined: { event: 'submission.rejected', about: 'obligation' },
  retry: { event: 'submission.rejected', about: 'obligation' },
  'failed-reported': { event: 'submission.rejected', about: 'obligation', rule: 'submission.failed' },
  conflict: { event: 'submission.conflict', about: 'submission' },
};

const subjectOf = (submission: SubmissionRow, about: 'obligation' | 'submission') =>
  about === 'obligation' ? `obligation:${submission.obligation}` : `submission:${submission.id}`;

/** The alert that a submission's new state raises, if any. */
export const alertsOf = (
  owed: Owed,
  submission: SubmissionRow,
  state: SubmissionRow['state'],
  reason: string,
  now: number,
): NewAlert[] => {
  const row = alertTable[state];
  if (row === undefined) return [];
  const series = Object.values(owed.obligation.members)[0]?.series ?? '';
  const told = state === 'failed-reported' ? { report: `caudal failures --obligation ${owed.obligation.id}` } : {};
  return [
    {
      event: row.event,
      rule: row.rule ?? row.event,
      subject: subjectOf(submission, row.about),
      point: series.slice(0, series.indexOf('/')),
      severity: state === 'retry' ? 'warning' : 'critical',
      openedAt: now,
      facts: { work: submission.work, slot: new Date(submission.slot).toISOString(), state, reason, ...told },
    },
  ];
};

/** A slot that arrived ends the obligation's alert of refusals. A failure stays: it is owed to the regulator as a report. */
const endedBy = (submission: SubmissionRow, at: number) => [
  { rule: 'submission.rejected', subject: subjectOf(submission, 'obligation'), at },
  { rule: 'submission.conflict', subject: subjectOf(submission, 'submission'), at },
];
