import { randomUUID } from 'node:crypto';
import { type Answer, type Artifact, type CaudalError, type Report, toCaudalError } from '@caudal/core';
import { acts } from '../evidence/acts.ts';
import { sha256 } from '../evidence/chain.ts';
import type { Services } from '../services.ts';
import type { AuditEntry, NewAlert, SubmissionRow } from '../store/rows.ts';
import type { Owed } from './expect.ts';
import { type Settlement, settleConfirmation, settleOutcome, settleSilence } from './settle.ts';

const answerChars = 65_536;

/** Hash of an artifact with its slots unfilled, as stored and shown. */
export const artifactHash = (artifact: unknown): string => sha256(JSON.stringify(artifact));

/** What is known before the socket opens: what goes, when, and what stands behind it. */
const opening = async (
  { store }: Services,
  submission: SubmissionRow,
  attempt: {
    readonly id: string;
    readonly kind: 'submit' | 'confirm';
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
    ...(attempt.kind === 'confirm' ? { receipt: submission.receipt } : await store.read.evidenceOf(submission.id)),
  },
});

/** How far the regulator's clock is before ours, as its answer says, in whole seconds: milliseconds. */
const clockOffset = (answer: Answer | undefined, now: number): number | null => {
  const theirs = Date.parse(answer?.headers['date'] ?? '');
  return Number.isNaN(theirs) ? null : theirs - Math.floor(now / 1000) * 1000;
};

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
  const { store, clock } = services;
  const { instance } = owed.target;
  const report = submission.report as Report;
  let artifact: Artifact;
  try {
    artifact = instance.render(report);
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
  if (!opened) return undefined;
  const { attempts } = submission;
  let error: CaudalError | undefined;
  let settlement: Settlement;
  let answer: Answer | undefined;
  try {
    const result = await instance.submit({ artifact, report, sendTime, signal: timed(signal, services) });
    answer = result.answer;
    const outcome = result.outcomes[submission.id];
    settlement =
      outcome === undefined
        ? settleSilence(
            owed,
            { sent: 'maybe', message: 'the plugin gave no outcome for this submission' },
            attempts,
            clock.now(),
          )
        : settleOutcome(owed, outcome, attempts, clock.now());
  } catch (thrown) {
    error = toCaudalError(thrown, 'sending');
    settlement = settleSilence(owed, explained(thrown, services, 'sending'), attempts, clock.now());
  }
  await close(services, owed, submission, { id, kind: 'submit' }, settlement, answer, {
    sentAt: settlement.outcome === 'not-sent' ? undefined : sendTime,
  });
  return error ?? 'answered';
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

/** Reads a receipt back and compares. */
export const confirm = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<void> => {
  const { store, clock } = services;
  const { instance } = owed.target;
  if (instance.confirm === undefined || submission.receipt === null) return;
  const id = randomUUID();
  const startedAt = clock.now();
  const opened = await store.write.openAttempt({
    id,
    submission: submission.id,
    epoch: submission.epoch,
    kind: 'confirm',
    artifact: null,
    artifactHash: null,
    startedAt,
    audit: [await opening(services, submission, { id, kind: 'confirm', at: startedAt, hash: null })],
  });
  if (!opened) return;
  let settlement: Settlement;
  let answer: Answer | undefined;
  try {
    const confirmation = await instance.confirm({
      receipt: submission.receipt,
      report: submission.report as Report,
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
  await close(services, owed, submission, { id, kind: 'confirm' }, settlement, answer, {});
};

const timed = (signal: AbortSignal, { options }: Services) =>
  AbortSignal.any([signal, AbortSignal.timeout(options.comply.requestTimeoutMs)]);

const explained = (thrown: unknown, { redact }: Services, doing: string): Pick<CaudalError, 'sent' | 'message'> => {
  const error = toCaudalError(thrown, doing);
  return { sent: error.sent, message: redact.text(error.message) };
};

const close = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  attempt: { readonly id: string; readonly kind: 'submit' | 'confirm' },
  { outcome, change }: Settlement,
  answer: Answer | undefined,
  { sentAt }: { sentAt?: number | undefined },
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
  const closed = await services.store.write.closeAttempt({
    attempt: {
      id: attempt.id,
      endedAt: now,
      outcome,
      ...(reason === undefined ? {} : { reason }),
      ...(kept === undefined ? {} : { answer: kept }),
    },
    change: { ...change, id: submission.id, epoch: submission.epoch + 1, ...(sentAt === undefined ? {} : { sentAt }) },
    alerts: alertsOf(owed, submission, change.state, reason ?? '', now),
    ended: change.state === 'confirmed' ? endedBy(submission, now) : [],
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
          clockOffsetMs: clockOffset(answer, now),
        },
      },
    ],
  });
  services.metrics.add('caudal_attempts_total', { target: owed.target.name, outcome });
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
  else if (change.state === 'confirmed' || change.state === 'accepted') log.info(facts, `submission ${change.state}`);
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
const alertTable: Partial<Record<SubmissionRow['state'], { event: string; about: 'obligation' | 'submission' }>> = {
  rejected: { event: 'submission.rejected', about: 'obligation' },
  quarantined: { event: 'submission.rejected', about: 'obligation' },
  retry: { event: 'submission.rejected', about: 'obligation' },
  'failed-reported': { event: 'submission.rejected', about: 'obligation' },
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
  return [
    {
      event: row.event,
      rule: row.event,
      subject: subjectOf(submission, row.about),
      point: series.slice(0, series.indexOf('/')),
      severity: state === 'retry' ? 'warning' : 'critical',
      openedAt: now,
      facts: { work: submission.work, slot: new Date(submission.slot).toISOString(), state, reason },
    },
  ];
};

/** A confirmed slot ends the obligation's alert of refusals. */
const endedBy = (submission: SubmissionRow, at: number) => [
  { rule: 'submission.rejected', subject: subjectOf(submission, 'obligation'), at },
  { rule: 'submission.conflict', subject: subjectOf(submission, 'submission'), at },
];
