import { createHash } from 'node:crypto';
import type { Correction } from '@caudal/core';

/** A correction as it is kept: a rule's proposal or a person's, of one series, under an id made of its content. */
export interface CorrectionRecord extends Correction {
  /** 64 hex digits. The same proposal has the same id whenever a rule makes it again. */
  readonly id: string;
  readonly series: string;
  /** `auto:RULE_ID@version` or `user:name`. */
  readonly author: string;
}

export interface CorrectionSource {
  readonly series: string;
  readonly author: string;
}

/**
 * The id covers everything that decides what is shown and why; not `state`, because accepting a suggestion does not make it
 * another one. Numbers are written as JavaScript writes them, so an open end is `Infinity`.
 */
const contentHash = (correction: Correction, { series, author }: CorrectionSource): string => {
  const { key, role, from, to, method, amount, origin, because } = correction;
  const content = [series, author, key, role, String(from), String(to), method, String(amount), origin, because];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
};

/** A proposal as it is kept. Proposing it again gives the same record. */
export const recordCorrection = (proposal: Correction, source: CorrectionSource): CorrectionRecord => {
  const { key, role, from, to, method, amount, origin, state, because } = proposal;
  return {
    id: contentHash(proposal, source),
    series: source.series,
    author: source.author,
    key,
    role,
    from,
    to,
    method,
    ...(amount === undefined ? {} : { amount }),
    origin,
    state,
    because,
  };
};
