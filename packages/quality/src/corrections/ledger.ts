import type { CorrectionRecord } from './record.ts';

/** One line of the append-only ledger of a series' corrections. Nothing is ever changed or taken out of it. */
export type CorrectionEntry =
  | { readonly kind: 'propose'; readonly at: number; readonly correction: CorrectionRecord }
  /** A person takes a suggestion, or takes back a revert. */
  | { readonly kind: 'accept'; readonly at: number; readonly id: string; readonly by: string }
  /** A person, or a rule that no longer holds to it, takes a correction back. */
  | { readonly kind: 'revert'; readonly at: number; readonly id: string; readonly by: string };

/**
 * The corrections in force at an instant of the ledger: what was shown then can be shown again. A proposal replaces an
 * earlier one of the same author, series and key. What was reverted stays so, however often it is proposed again, until it
 * is accepted. Accepted suggestions come back as `applied`.
 *
 * @param asOf UTC milliseconds, inclusive; default: everything
 */
export const correctionsAsOf = (
  entries: readonly CorrectionEntry[],
  asOf: number = Infinity,
): readonly CorrectionRecord[] => {
  const proposed = new Map<string, CorrectionRecord>();
  const decided = new Map<string, 'accept' | 'revert'>();
  for (const entry of entries.filter(({ at }) => at <= asOf).toSorted((a, b) => a.at - b.at)) {
    if (entry.kind === 'propose') {
      const { series, author, key } = entry.correction;
      proposed.set(JSON.stringify([series, author, key]), entry.correction);
    } else decided.set(entry.id, entry.kind);
  }
  return [...proposed.values()]
    .filter(({ id }) => decided.get(id) !== 'revert')
    .map((record) => (decided.get(record.id) === 'accept' ? { ...record, state: 'applied' as const } : record));
};
