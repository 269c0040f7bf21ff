import type { CaudalError, Clock } from '@caudal/core';

const second = 1_000;

/** First and longest pause after a failure, by kind. Each failure in a row doubles it. */
const pauseTable: Readonly<Record<CaudalError['kind'], { readonly first: number; readonly most: number }>> = {
  config: { first: 300 * second, most: 3_600 * second },
  auth: { first: 300 * second, most: 3_600 * second },
  'rate-limit': { first: 60 * second, most: 900 * second },
  quota: { first: 3_600 * second, most: 21_600 * second },
  transient: { first: 15 * second, most: 900 * second },
  timeout: { first: 30 * second, most: 900 * second },
  'invalid-data': { first: 60 * second, most: 3_600 * second },
  rejected: { first: 300 * second, most: 3_600 * second },
  unsupported: { first: 3_600 * second, most: 21_600 * second },
  bug: { first: 300 * second, most: 3_600 * second },
};

/** What worked and was cut is tried again after this, twice as long each time after; the first of it is spread over as long again. */
const firstAfterCut = 1 * second;
const cuttable: ReadonlySet<CaudalError['kind']> = new Set(['transient', 'timeout']);

interface Rest {
  readonly until: number;
  /** In a row. */
  readonly failures: number;
  /** How many of them, since it last worked for good, were cuts of what had worked. */
  readonly cuts: number;
}

/** What is left alone for a while, by the subject of the alert that tells of it. */
export interface PauseTable {
  /** Until when the last of these subjects rests; 0 when all may go. */
  until(subjects: readonly string[]): number;
  /** Whether one of these failed last, and has not worked since. */
  failing(subjects: readonly string[]): boolean;
  /**
   * @param cut what failed had worked, though not yet for good: it is tried again soon, and what had to be tried before it worked is
   *   forgotten, but not the cuts before this one
   */
  failed(subject: string, error: CaudalError, cut?: boolean): void;
  /** Nothing of these is paused any more. Answers those that were. */
  worked(subjects: readonly string[]): readonly string[];
}

/** @param random in [0, 1): spreads repeats by up to a fifth */
export const createPauseTable = (clock: Clock, random: () => number): PauseTable => {
  const paused = new Map<string, Rest>();
  const count = (known: Rest | undefined, cut: boolean): Omit<Rest, 'until'> => {
    // Many that fail at once, as when a vendor goes down, are one failure.
    if (known !== undefined && known.until > clock.now()) return known;
    const cuts = (known?.cuts ?? 0) + (cut ? 1 : 0);
    return { cuts, failures: cut ? cuts : (known?.failures ?? 0) + 1 };
  };
  const waitOf = ({ failures, cuts }: Omit<Rest, 'until'>, kind: CaudalError['kind']) => {
    const { first, most } = pauseTable[kind];
    const soon = cuts > 0 && cuttable.has(kind);
    const spread = soon && failures === 1 ? 1 : 1 / 5;
    return Math.min(most, (soon ? firstAfterCut : first) * 2 ** Math.min(failures - 1, 16)) * (1 + random() * spread);
  };
  return {
    until: (subjects) => Math.max(0, ...subjects.map((subject) => paused.get(subject)?.until ?? 0)),
    failing: (subjects) => subjects.some((subject) => paused.has(subject)),
    failed(subject, error, cut = false) {
      const known = paused.get(subject);
      const { failures, cuts } = count(known, cut);
      const wait = error.retryAfterMs ?? waitOf({ failures, cuts }, error.kind);
      paused.set(subject, { until: Math.max(known?.until ?? 0, clock.now() + wait), failures, cuts });
    },
    worked: (subjects) => subjects.filter((subject) => paused.delete(subject)),
  };
};
