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

/** What is left alone for a while, by the subject of the alert that tells of it. */
export interface PauseTable {
  /** Until when the last of these subjects rests; 0 when all may go. */
  until(subjects: readonly string[]): number;
  /** Whether one of these failed last, and has not worked since. */
  failing(subjects: readonly string[]): boolean;
  failed(subject: string, error: CaudalError): void;
  /** Nothing of these is paused any more. Answers those that were. */
  worked(subjects: readonly string[]): readonly string[];
}

/** @param random in [0, 1): spreads repeats by up to a fifth */
export const createPauseTable = (clock: Clock, random: () => number): PauseTable => {
  const paused = new Map<string, { until: number; failures: number }>();
  return {
    until: (subjects) => Math.max(0, ...subjects.map((subject) => paused.get(subject)?.until ?? 0)),
    failing: (subjects) => subjects.some((subject) => paused.has(subject)),
    failed(subject, error) {
      const known = paused.get(subject);
      // Many that fail at once, as when a vendor goes down, are one failure.
      const failures = known !== undefined && known.until > clock.now() ? known.failures : (known?.failures ?? 0) + 1;
      const { first, most } = pauseTable[error.kind];
      const wait = error.retryAfterMs ?? Math.min(most, first * 2 ** Math.min(failures - 1, 16)) * (1 + random() / 5);
      paused.set(subject, { until: Math.max(known?.until ?? 0, clock.now() + wait), failures });
    },
    worked: (subjects) => subjects.filter((subject) => paused.delete(subject)),
  };
};
