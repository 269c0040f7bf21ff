import { CaudalError } from '@caudal/core';
import type { Mistake } from '../config/mistake.ts';

/** Why a change of kept data is refused. */
export type RefusalReason =
  /** There is no such thing. */
  | 'not-found'
  /** It was changed since it was read, or is there already. */
  | 'conflict'
  /** It stands in a data file and is changed there. */
  | 'read-only'
  /** The data would have mistakes. */
  | 'invalid'
  /** Others refer to it, or something was done with it. */
  | 'referred';

/** A change that was refused as a whole. Kind `config`: asking again gives the same. */
export class KeptRefusal extends CaudalError {
  readonly refusal: RefusalReason;
  /** What is wrong or in the way, each with its place. */
  readonly mistakes: readonly Mistake[];
  /** What stands there now, for `conflict`; null when there is nothing. */
  readonly etag: string | null | undefined;

  constructor(
    refusal: RefusalReason,
    message: string,
    more: { readonly mistakes?: readonly Mistake[]; readonly etag?: string | null } = {},
  ) {
    super('config', message, { sent: 'no', scope: 'item' });
    this.refusal = refusal;
    this.mistakes = more.mistakes ?? [];
    this.etag = more.etag;
  }
}
