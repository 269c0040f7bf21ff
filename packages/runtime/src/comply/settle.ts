import type { CaudalError, Confirmation, Lookup, Outcome, ResendRule } from '@caudal/core';
import type { SubmissionRow } from '../store/rows.ts';
import type { AttemptEnd, SubmissionChange } from '../store/store.ts';
import { nextCalendarDay } from './calendar.ts';
import type { Owed } from './expect.ts';

/** What an attempt ends as, and what follows for its submission. */
export interface Settlement {
  readonly outcome: AttemptEnd['outcome'];
  readonly change: Omit<SubmissionChange, 'id' | 'epoch'>;
  /** What the regulator holds otherwise, by parameter. */
  readonly differences?: readonly { readonly parameter: string; readonly ours: string; readonly theirs: string }[];
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

/** Whether and after how long the regulator can be asked by natural key. */
export const lookUpOf = ({ target }: Owed) => (target.instance.find === undefined ? undefined : target.profile.lookUp);

/** How a record that was taken can be read back. */
export const readBackOf = (owed: Owed, receipt: string | null | undefined): 'confirm' | 'find' | undefined => {
  const { profile, instance } = owed.target;
  if (profile.readBack && instance.confirm !== undefined && typeof receipt === 'string') return 'confirm';
  return lookUpOf(owed) === undefined ? undefined : 'find';
};

/** The regulator answered. */
export const settleOutcome = (owed: Owed, outcome: Outcome, attempts: number, now: number): Settlement => {
  const { resend } = owed.target.profile;
  const readable = readBackOf(owed, 'receipt' in outcome ? outcome.receipt : undefined);
  const seenAt = now + (lookUpOf(owed)?.afterMs ?? 0);
  switch (outcome.status) {
    case 'accepted':
      return {
        outcome: 'accepted',
        change:
          readable !== undefined
            ? {
                state: 'accepted',
                nextAt: readable === 'find' ? seenAt : now,
                reason: null,
                ...(outcome.receipt === undefined ? {} : { receipt: outcome.receipt }),
              }
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
          readable !== undefined
            ? {
                state: 'received',
                nextAt: now,
                reason: 'the regulator has this slot already',
                ...(outcome.receipt === undefined ? {} : { receipt: outcome.receipt }),
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
        change: {
          state: 'retry',
          nextAt: Math.max(again(owed, resend, attempts, now), seenAt),
          reason: outcome.reason,
        },
      };
  }
};

/**
 * Nobody answered. What never left this machine may go again after the usual spacing; what perhaps did is unknown, and only
 * the regulator's resend rule says when it may be sent again.
 *
 * @param before the attempts before this one, and when the last of them left that perhaps did
 */
export const settleSilence = (
  owed: Owed,
  error: Pick<CaudalError, 'sent' | 'message'>,
  before: Pick<SubmissionRow, 'attempts' | 'sentAt'>,
  now: number,
): Settlement => {
  if (error.sent === 'no') {
    const reason = `not sent: ${error.message}`;
    // What left in an earlier attempt may be there: the question by key stays to be asked.
    const state = lookUpOf(owed) !== undefined && before.sentAt !== null ? 'unknown' : 'due';
    return { outcome: 'not-sent', change: { state, nextAt: now + 5 * minute, reason } };
  }
  const { resend, resendUnknown = resend } = owed.target.profile;
  const lookUp = lookUpOf(owed);
  if (lookUp !== undefined) {
    const reason = `sent perhaps: ${error.message}; the regulator is asked before anything goes again`;
    return { outcome: 'unknown', change: { state: 'unknown', nextAt: now + lookUp.afterMs, reason } };
  }
  const left = resendUnknown === 'never' ? '; it is never sent again by itself: a person has to decide' : '';
  return {
    outcome: 'unknown',
    change: {
      state: 'unknown',
      nextAt: again(owed, resendUnknown, before.attempts, now),
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
  receipt: { readonly receipt?: string } = {},
): Settlement => {
  if (confirmation?.status === 'confirmed')
    return {
      outcome: 'confirmed',
      change: { state: 'confirmed', nextAt: now, confirmedAt: now, reason: null, ...receipt },
    };
  if (confirmation?.status === 'conflict') {
    const differences = confirmation.differences
      .map(({ parameter, ours, theirs }) => `${parameter}: ours ${ours}, theirs ${theirs}`)
      .join('; ');
    return {
      outcome: 'conflict',
      change: { state: 'conflict', nextAt: now, reason: differences, ...receipt },
      differences: confirmation.differences,
    };
  }
  const wait = growing(Math.max(submission.attempts - 1, 0));
  const state = submission.state === 'received' ? 'received' : 'accepted';
  return {
    outcome: confirmation === undefined ? 'unknown' : 'not-found',
    change: { state, nextAt: now + wait, reason },
  };
};

/**
 * The regulator was asked by natural key. Found ends the submission; only `absent` lets a send that was never answered, or answered with
 * an error, go again, and then when the resend rule allows it. `undefined`: the question was not answered.
 *
 * @param sentAt the last moment at which it can have left; null when it never did
 */
export const settleLookup = (
  owed: Owed,
  submission: SubmissionRow,
  lookup: Lookup | undefined,
  reason: string,
  { now, sentAt }: { readonly now: number; readonly sentAt: number | null },
): Settlement => {
  if (lookup?.status === 'found' || lookup?.status === 'differs') {
    const receipt = lookup.receipt === undefined ? {} : { receipt: lookup.receipt };
    return settleConfirmation(
      submission,
      lookup.status === 'found' ? { ...lookup, status: 'confirmed' } : { ...lookup, status: 'conflict' },
      '',
      now,
      receipt,
    );
  }
  const { state, attempts } = submission;
  const taken = state === 'accepted' || state === 'received';
  const wait = growing(Math.max(attempts - 1, 0));
  if (lookup?.status !== 'absent' || taken)
    return {
      outcome: lookup === undefined ? 'unknown' : 'not-found',
      change: {
        state,
        nextAt: now + wait,
        reason: lookup?.status === 'absent' ? 'it was taken, and is not found yet' : reason,
      },
    };
  const { resend, resendUnknown = resend } = owed.target.profile;
  // What was answered waited for its day before it was asked about.
  const permittedAt = state === 'unknown' && sentAt !== null ? again(owed, resendUnknown, attempts - 1, sentAt) : now;
  const said = 'the regulator has no such record';
  const then = permittedAt === forAPerson ? '; it is never sent again by itself: a person has to decide' : '';
  return {
    outcome: 'not-found',
    change: { state, nextAt: Math.max(permittedAt, now), reason: `${said}${then}` },
  };
};
