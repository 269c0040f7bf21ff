import type { Column, Columns, RuleOutput, RuleRun } from '@caudal/core';
import { mulberry32 } from '../fakes/mulberry32.ts';

/** Samples of one role, as plain lists. */
export interface Samples {
  /** UTC milliseconds, strictly ascending. */
  readonly time: readonly number[];
  /** `null` where there is no value. */
  readonly value: readonly (number | null)[];
  /** Default: 1 (good) for every sample. */
  readonly flag?: readonly number[];
  /** For totals. */
  readonly increase?: readonly number[];
}

/** Data for a rule, by role. */
export interface RuleCase {
  readonly name: string;
  readonly samples: Readonly<Record<string, Samples>>;
  /** How far time goes after the last sample. Default: one day. */
  readonly silenceMs?: number;
  /** Codes that must be among the findings; `[]`: there must be none. Absent: not looked at. */
  readonly codes?: readonly string[];
}

const column = (samples: Samples, from: number, to: number): Column => ({
  length: to - from,
  time: Float64Array.from(samples.time.slice(from, to)),
  value: Float64Array.from(samples.value.slice(from, to), (value) => value ?? Number.NaN),
  flag: Uint8Array.from(
    samples.flag?.slice(from, to) ?? { length: to - from },
    (flag: number | undefined) => flag ?? 1,
  ),
  ...(samples.increase === undefined ? {} : { increase: Float64Array.from(samples.increase.slice(from, to)) }),
});

/** First and last instant of a case, and where time ends. */
export const spanOf = ({ samples, silenceMs = 24 * 3_600_000 }: RuleCase) => {
  const times = Object.values(samples).flatMap(({ time }) => time);
  const first = Math.min(...times);
  const last = Math.max(...times);
  return { first, last, end: last + silenceMs };
};

/** A case cut into chunks at the given instants; each chunk has the samples of every role before its end. */
export const chunksOf = ({ samples }: RuleCase, cuts: readonly number[]): Columns[] => {
  const at: Record<string, number> = {};
  return [...cuts, Number.POSITIVE_INFINITY].map((cut) => {
    const columns: Record<string, Column> = {};
    for (const [role, list] of Object.entries(samples)) {
      const from = at[role] ?? 0;
      const found = list.time.findIndex((time, index) => index >= from && time >= cut);
      const to = found < 0 ? list.time.length : found;
      at[role] = to;
      if (to > from) columns[role] = column(list, from, to);
    }
    return columns;
  });
};

/** Every instant of a case, so that each chunk is one instant. */
export const everyInstant = ({ samples }: RuleCase): number[] =>
  [...new Set(Object.values(samples).flatMap(({ time }) => time))].toSorted((a, b) => a - b).slice(1);

/** What stands after all outputs: later ones replace earlier ones of their key, and withdrawn ones are gone. */
export const standing = (outputs: readonly RuleOutput[]): Record<string, unknown> => {
  const said = new Map<string, unknown>();
  for (const { findings, corrections, withdrawn } of outputs) {
    for (const key of withdrawn) {
      said.delete(`finding ${key}`);
      said.delete(`correction ${key}`);
    }
    for (const finding of findings) said.set(`finding ${finding.key}`, structuredClone(finding));
    for (const correction of corrections) said.set(`correction ${correction.key}`, structuredClone(correction));
  }
  return Object.fromEntries([...said].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Pushes chunks and advances to the end. `between` may replace the run after each chunk. */
export const feed = (
  run: RuleRun,
  chunks: readonly Columns[],
  end: number,
  between: (run: RuleRun, chunk: Columns) => RuleRun = (same) => same,
): RuleOutput[] => {
  const outputs: RuleOutput[] = [];
  let current = run;
  for (const chunk of chunks) {
    // Copied at once: a rule may hand out lists that it fills again.
    outputs.push(structuredClone(current.push(chunk)));
    current = between(current, chunk);
  }
  outputs.push(structuredClone(current.advance(end)));
  return outputs;
};

const minute = 60_000;

/** Cases that no author thinks of, for the given roles; the same in every run. */
export const generatedCases = (roles: readonly string[]): RuleCase[] => {
  const random = mulberry32(77);
  const start = Date.UTC(2026, 0, 1);
  const series = (
    length: number,
    next: (index: number, before: number) => number | null,
    step = 60 * minute,
  ): Samples => {
    let before = 10;
    const value = Array.from({ length }, (_, index) => {
      const made = next(index, before);
      before = made ?? before;
      return made;
    });
    const time = value.map((_, index) => start + index * step);
    return {
      time,
      value,
      increase: value.map((now, index) => Math.max(0, (now ?? 0) - (value[index - 1] ?? now ?? 0))),
    };
  };
  const shapes: readonly (readonly [string, () => Samples])[] = [
    ['one sample', () => series(1, () => 5)],
    ['one missing sample', () => series(1, () => null)],
    ['all missing', () => series(30, () => null)],
    ['flat', () => series(60, () => 3)],
    ['rising', () => series(60, (_, before) => before + random())],
    ['walk with holes', () => series(80, (_, before) => (random() < 0.2 ? null : before + random() - 0.5))],
    ['spikes', () => series(80, (index) => (index % 17 === 5 ? 1e6 : 10 + random()))],
    ['zeros now and then', () => series(80, (index) => (index % 11 === 3 ? 0 : 10 + index))],
    ['extremes', () => series(20, (index) => [1e300, -1e300, 5e-324, -0, 2 ** 53][index % 5] ?? 0)],
    ['once a year', () => series(5, (_, before) => before + 1, 365 * 24 * 60 * minute)],
    ['each millisecond', () => series(50, (_, before) => before + 1, 1)],
  ];
  return shapes.map(([name, shape]) => ({
    name,
    samples: Object.fromEntries(roles.map((role) => [role, shape()])),
  }));
};
