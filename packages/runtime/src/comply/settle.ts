import type { CaudalError, Confirmation, Outcome, ResendRule } from '@caudal/core';
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

/** A repetition that may go at once waits at least so long, twice as long each time, and never longer than a day. */
const growing = (attempts: number) => Math.min(24 * 60 * minute, 5 * minute * 2 ** Math.min(attempts, 9));

/** The last instant that a date can name: nothing happens by itself before a person decides. */
const forAPerson = 8_640_000_000_000_000;

/**
 * When something without an accepting answer may be sent again, by the regulator's resend rule.
 *
 * @param attempts how many were made before this one
 */
const again = ({ target }: Owed, rule: ResendRule, attempts: number, now: number): number =>
  ({
    'next-calendar-day': () => nextCalendarDay(now, target.profile.utcOffsetMinutes),
    immediately: () => now + growing(attempts),
    never: () => forAPerson,
  })[rule]();

/** The regulator answered. */
export const settleOutcome = (owed: Owed, outcome: Outcome, attempts: number, now: number): Settlement => {
  const { resend } = owed.target.profile;
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
      if (outcome.until === 'final' || (outcome.until === 'next-permitted-day' && resend === 'never'))
        return { outcome: 'rejected', change: { state: 'rejected', nextAt: now, reason: outcome.reason } };
      if (outcome.until === 'configuration') {
        return {
          outcome: 'rejected',
          change: { state: 'quarantined', nextAt: now, reason: outcome.reason, configuration: owed.configuration },
        };
      }
      return {
        outcome: 'rejected',
        change: { state: 'retry', nextAt: again(owed, resend, attempts, now), reason: outcome.reason },
      };
  }
};

/**
 * Nobody answered. What never left this machine may go again after the usual spacing; what perhaps did is unknown, and only
 * the regulator's resend rule says when it may be sent again.
 */
export const settleSilence = (
  owed: Owed,
  error: Pick<CaudalError, 'sent' | 'message'>,
  attempts: number,
  now: number,
): Settlement => {
  if (error.sent === 'no') {
    const reason = `not sent: ${error.message}`;
    return { outcome: 'not-sent', change: { state: 'due', nextAt: now + 5 * minute, reason } };
  }
  const { resend, resendUnknown = resend } = owed.target.profile;
  const left = resendUnknown === 'never' ? '; it is never sent again by itself: a person has to decide' : '';
  return {
    outcome: 'unknown',
    change: {
      state: 'unknown',
      nextAt: again(owed, resendUnknown, attempts, now),
      reason: `sent perhaps: ${error.message}${left}`,
    },
  };
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
  const wait = growing(Math.max(submission.attempts - 1, 0));
  const state = submission.state === 'received' ? 'received' : 'accepted';
  return {
    outcome: confirmation === undefined ? 'unknown' : 'not-found',
    change: { state, nextAt: now + wait, reason },
  };
};
