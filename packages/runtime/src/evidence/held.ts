import type { Report } from '@caudal/core';
import { acts } from './acts.ts';
import type { AttemptKind } from '../store/rows.ts';
import { taskActs, type TaskCause, type TaskState, type TaskStep } from '../store/tasks.ts';
import type { AuditEntry } from './chain.ts';

/** What the regulator held for a slot, as far as was known. */
export interface Held {
  /**
   * `confirmed`: read back and equal. `differs`: read back, and other than sent. `received`: accepted, or known there already, not
   * read back. `unknown`: sent perhaps. `none`: nothing that we know of.
   */
  readonly held: 'confirmed' | 'differs' | 'received' | 'unknown' | 'none';
  readonly receipt: string | null;
  /** When the last attempt that could have brought it began, UTC milliseconds. */
  readonly sentAt: number | null;
  /** The entry of the audit that says it; null for none. */
  readonly since: number | null;
}

interface Detail {
  readonly kind?: AttemptKind;
  readonly state?: string;
  readonly receipt?: string | null;
}

const meanings: Readonly<Record<string, Held['held']>> = {
  confirmed: 'confirmed',
  conflict: 'differs',
  accepted: 'received',
  'accepted-unverified': 'received',
  received: 'received',
  elsewhere: 'received',
  unknown: 'unknown',
};

/** Entries from before the audit was a chain say the state in words. */
const stateOf = ({ act, detail }: AuditEntry): string | undefined =>
  (detail as Detail | undefined)?.state ?? /^submission ([a-z-]+)$/.exec(act)?.[1];

const isHeld = (held: Held['held']) => held === 'confirmed' || held === 'differs' || held === 'received';

/**
 * What was known of a submission at an instant, from the entries about it, oldest first. What was held once is held: a later failure
 * of a read-back takes nothing away.
 */
export const heldAt = (entries: readonly AuditEntry[], at: number): Held => {
  let known: Held = { held: 'none', receipt: null, sentAt: null, since: null };
  for (const entry of entries) {
    if (entry.at > at) continue;
    const detail = entry.detail as Detail | undefined;
    if (entry.act === acts.attemptOpened && detail?.kind === 'submit') {
      // Until it is answered nobody knows.
      known = {
        ...known,
        sentAt: entry.at,
        ...(isHeld(known.held) ? {} : { held: 'unknown' as const, since: entry.at }),
      };
      continue;
    }
    const state = stateOf(entry);
    if (state === undefined) continue;
    const receipt = detail?.receipt ?? known.receipt;
    const held = meanings[state] ?? 'none';
    known = isHeld(known.held) && !isHeld(held) ? { ...known, receipt } : { ...known, held, receipt, since: entry.at };
  }
  return known;
};

/** A slot with what was sent for it. */
export interface HeldSlot extends Held {
  readonly submission: string;
  readonly obligation: string;
  readonly slot: number;
  /** The values as they were sent, by the regulator's parameter; null where none were. */
  readonly values: Readonly<Record<string, string | null>> | null;
  /** Corrections that were known then, in the order of their members. The values are those that were sent. */
  readonly corrections: readonly KnownCorrection[];
}

/** A correction of one member, as it stood. */
export interface KnownCorrection {
  readonly member: string;
  readonly state: TaskState;
  readonly held: string | null;
  readonly value: string | null;
  readonly cause: TaskCause;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly since: number;
}

/** A task as it stood at an instant, from everything that happened to it; undefined when it was not there yet. */
export const correctionAt = (member: string, steps: readonly TaskStep[], at: number): KnownCorrection | undefined => {
  const last = steps.findLast((step) => step.at <= at);
  if (last === undefined) return undefined;
  const { act, held, value, cause, reason, reference } = last;
  return { member, state: taskActs[act], held, value, cause, reason, reference, since: last.at };
};

/** The values of a slot as exact decimal text. */
export const valuesOf = (report: Report | null, submission: string): HeldSlot['values'] => {
  const sent = report?.submissions.find(({ id }) => id === submission);
  return sent === undefined
    ? null
    : Object.fromEntries(Object.entries(sent.values).map(([parameter, { value }]) => [parameter, value]));
};
