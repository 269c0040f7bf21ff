import type { Answer, Lookup, Report } from '@caudal/core';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Owed } from './expect.ts';
import { addressed, openQuestion } from './open-attempt.ts';
import { type Settlement, settleConfirmation, settleLookup } from './settle.ts';
import { explained, timed } from './target-call.ts';

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
  await closeAttempt(services, owed, submission, { id, kind: 'confirm', startedAt }, settlement, answer, { signal });
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
  await closeAttempt(services, owed, submission, { id, kind: 'find', startedAt }, settlement, answer, { signal });
  const after = absent ? await store.read.submission(submission.id) : null;
  return after !== null && after.state === submission.state && after.nextAt <= clock.now() ? after : undefined;
};
