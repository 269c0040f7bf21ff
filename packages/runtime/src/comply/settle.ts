import type { CaudalError, Confirmation, Outcome } from '@caudal/core';
import type { SubmissionRow } from '../store/rows.ts';
import type { AttemptEnd, SubmissionChange } from '../store/store.ts';
import { nextCalendarDay } from './calendar.ts';
import type { Owed } from './expect.ts';

/** What an attempt ends as, and what follows for its submission. */
export interface Settlement {
  readonly outcome: AttemptEnd['outcome'];
  readonly change: Omit<SubmissionChange, 'id' | 'epoch'>;
}

const minute = 60_000;

/** When something without an accepting answer may be sent again, by the regulator's resend rule. */
const again = ({ target }: Owed, now: number): number =>
  target.profile.resend === 'next-calendar-day'
    ? nextCalendarDay(now, target.profile.utcOffsetMinutes)
    : now + 5 * minute;

/** The regulator answered. */
export const settleOutcome = (owed: Owed, outcome: Outcome, now: number): Settlement => {
  const readable = owed.target.profile.readBack && owed.target.instance.confirm !== undefined;
  switch (outcome.status) {
    case 'accepted':
      return {
        outcome: 'accepted',
        change:
          outcome.receipt !== undefined && readable
            ? { state: 'accepted', nextAt: now, receipt: outcome.receipt, reason: null }
            : {
                state: 'accepted-unverified',
                nextAt: now,
                ...(outcome.receipt === undefined
                  ? { reason: 'accepted without a receipt; it can not be read back and is never sent again' }
                  : { receipt: outcome.receipt, reason: null, confirmedAt: now }),
              },
      };
    case 'duplicate':
      return {
        outcome: 'duplicate',
        change:
          outcome.receipt !== undefined && readable
            ? {
                state: 'received',
                nextAt: now,
                receipt: outcome.receipt,
                reason: 'the regulator has this slot already',
              }
            : {
                state: 'accepted-unverified',
                nextAt: now,
                reason: 'the regulator has this slot already and gave no receipt; its values can not be compared',
              },
      };
    case 'rejected':
      if (outcome.until === 'final')
        return { outcome: 'rejected', change: { state: 'rejected', nextAt: now, reason: outcome.reason } };
      if (outcome.until === 'configuration') {
        return {
          outcome: 'rejected',
          change: { state: 'quarantined', nextAt: now, reason: outcome.reason, configuration: owed.configuration },
        };
      }
      return { outcome: 'rejected', change: { state: 'retry', nextAt: again(owed, now), reason: outcome.reason } };
  }
};

/**
 * Nobody answered. What never left this machine may go again after the usual spacing; what perhaps did is unknown, and only
 * the regulator's resend rule says when it may be sent again.
 */
export const settleSilence = (owed: Owed, error: Pick<CaudalError, 'sent' | 'message'>, now: number): Settlement =>
  error.sent === 'no'
    ? { outcome: 'not-sent', change: { state: 'due', nextAt: now + 5 * minute, reason: `not sent: ${error.message}` } }
    : {
        outcome: 'unknown',
        change: { state: 'unknown', nextAt: again(owed, now), reason: `sent perhaps: ${error.message}` },
      };

/** A receipt was read back, or could not be. Reading changes nothing there, so it may be repeated: ever more rarely. */
export const settleConfirmation = (
  submission: SubmissionRow,
  confirmation: Confirmation | undefined,
  reason: string,
  now: number,
): Settlement => {
  if (confirmation?.status === 'confirmed')
    return { outcome: 'confirmed', change: { state: 'confirmed', nextAt: now, confirmedAt: now, reason: null } };
  if (confirmation?.status === 'conflict') {
    const differences = confirmation.differences
      .map(({ parameter, ours, theirs }) => `${parameter}: ours ${ours}, theirs ${theirs}`)
      .join('; ');
    return { outcome: 'conflict', change: { state: 'conflict', nextAt: now, reason: differences } };
  }
  const wait = Math.min(24 * 60 * minute, 5 * minute * 2 ** Math.min(Math.max(submission.attempts - 1, 0), 9));
  const state = submission.state === 'received' ? 'received' : 'accepted';
  return {
    outcome: confirmation === undefined ? 'unknown' : 'not-found',
    change: { state, nextAt: now + wait, reason },
  };
};
