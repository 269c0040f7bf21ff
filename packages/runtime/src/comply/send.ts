import { type Answer, type CaudalError, toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Owed } from './expect.ts';
import { openSend } from './open-attempt.ts';
import { type Settlement, settleOutcome, settleSilence } from './settle.ts';
import { explained, timed } from './target-call.ts';

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
  const opened = await openSend(services, owed, submission);
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
  await closeAttempt(services, owed, submission, { id, kind: 'submit', startedAt: sendTime }, settlement, answer, {
    sentAt: settlement.outcome === 'not-sent' ? undefined : sendTime,
    signal,
  });
  return error ?? 'answered';
};

/** Everything but the socket: the artifact is on disk with its hash, and the slot is over. */
export const shadow = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  signal: AbortSignal,
): Promise<void> => {
  const opened = await openSend(services, owed, submission);
  if (opened === undefined) return;
  const reason = 'shadow: rendered and kept, not sent';
  await closeAttempt(
    services,
    owed,
    submission,
    { id: opened.id, kind: 'submit', startedAt: opened.sendTime },
    { outcome: 'shadowed', change: { state: 'shadowed', nextAt: opened.sendTime, reason } },
    undefined,
    { signal },
  );
};
