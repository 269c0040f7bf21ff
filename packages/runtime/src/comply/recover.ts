import { acts } from '../evidence/acts.ts';
import type { Services } from '../services.ts';
import { type Owed } from './expect.ts';
import { settleSilence } from './settle.ts';

/**
 * An attempt that is open at start was under way when the last run died: whether it arrived nobody knows. A send is unknown
 * until the regulator's resend rule allows it again; a read-back is simply due again.
 */
export const recoverAttempts = async (services: Services, owed: ReadonlyMap<string, Owed>): Promise<number> => {
  const { store, clock, options } = services;
  const open = await store.read.openAttempts();
  for (const attempt of open) {
    const submission = await store.read.submission(attempt.submission);
    const known = submission === null ? undefined : owed.get(submission.obligation);
    if (submission === null) continue;
    const now = clock.now();
    const reason = 'the program ended before the answer came';
    // The rule counts from the last moment at which it can have left, not from this start, which may be days later. Of several instances the
    // one that opened it may be frozen, not dead, and by another clock: it had this until now at the latest.
    const { requestTimeoutMs } = options.comply;
    const lastSent =
      store.claims === null ? Math.min(now, attempt.startedAt + requestTimeoutMs) : now + requestTimeoutMs;
    // An obligation that is no longer configured has no resend rule: its attempt waits a day.
    const nextAt =
      known === undefined
        ? now + 86_400_000
        : settleSilence(
            known,
            { sent: 'maybe', message: reason },
            { ...submission, attempts: submission.attempts - 1 },
            lastSent,
          ).change.nextAt;
    await store.write.closeAttempt({
      attempt: { id: attempt.id, endedAt: now, outcome: 'unknown', reason },
      change:
        attempt.kind === 'submit'
          ? { id: submission.id, epoch: submission.epoch, state: 'unknown', nextAt, reason, sentAt: attempt.startedAt }
          : { id: submission.id, epoch: submission.epoch, state: submission.state, nextAt: now },
      alerts: [],
      ended: [],
      audit: [
        {
          at: now,
          actor: 'comply',
          act: acts.attemptClosed,
          subject: submission.id,
          hash: null,
          detail: {
            attempt: attempt.id,
            kind: attempt.kind,
            outcome: 'unknown',
            state: attempt.kind === 'submit' ? 'unknown' : submission.state,
            receipt: submission.receipt,
            why: reason,
          },
        },
      ],
    });
  }
  return open.length;
};
