import type { Flag } from '@caudal/core';
import type { AlertRow, SubmissionRow, ValueRow } from './rows.ts';

/** Kinds of change that may go outward. `value` is final, `provisional` may still be judged anew. */
export const outgoingKinds = ['value', 'provisional', 'alert', 'submission'] as const;
export type OutgoingKind = (typeof outgoingKinds)[number];

/** A value as it stood when it was written. */
export interface OutgoingValue extends Pick<
  ValueRow,
  'series' | 'at' | 'value' | 'text' | 'origin' | 'raw' | 'device' | 'variable'
> {
  readonly flag: Flag;
  readonly codes: readonly string[];
  /** 1, and one more for each number that this one came after. */
  readonly revision: number;
}

/** An alert as it was opened or closed. */
export type OutgoingAlert = Pick<
  AlertRow,
  'id' | 'event' | 'rule' | 'subject' | 'point' | 'severity' | 'openedAt' | 'closedAt' | 'facts'
>;

/** A submission as it is in its new state. */
export interface OutgoingSubmission extends Pick<
  SubmissionRow,
  | 'id'
  | 'obligation'
  | 'target'
  | 'work'
  | 'slot'
  | 'state'
  | 'receipt'
  | 'reason'
  | 'attempts'
  | 'sentAt'
  | 'confirmedAt'
> {
  readonly before: SubmissionRow['state'];
}

interface Noted {
  /** Rises with every change of this database, in the order in which they were committed. */
  readonly serial: number;
  /** When it was noted. */
  readonly at: number;
  /** The one outlet it is for; null: all. */
  readonly outlet: string | null;
}

export type Outgoing = Noted &
  (
    | { readonly kind: 'value' | 'provisional'; readonly content: OutgoingValue }
    | { readonly kind: 'alert'; readonly content: OutgoingAlert }
    | { readonly kind: 'submission'; readonly content: OutgoingSubmission }
  );

/** How far an outlet is. */
export interface OutletRow {
  readonly name: string;
  readonly wants: readonly OutgoingKind[];
  /** Serial after the last change that it acknowledged. */
  readonly next: number;
  /** Whether older values are still to be noted for it. */
  readonly filling: boolean;
  readonly ackedAt: number | null;
  /** Changes it has not acknowledged, at most: some may be of no concern to it. */
  readonly backlog: number;
  /** When the oldest of them was noted; null when there is none. */
  readonly oldestAt: number | null;
}
