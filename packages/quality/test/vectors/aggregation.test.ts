/** Time-weighted means of other tools. Origins and licences are in `aggregation-vectors.json` under `sources`. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isCaudalError } from '@caudal/core';
import { integrals, type IntegralSettings, timeWeightedMean } from '@caudal/quality';

const vectors = JSON.parse(readFileSync(new URL('aggregation-vectors.json', import.meta.url), 'utf8'));

type Row = readonly [seconds: number, value: number];

interface TimeWeighted {
  readonly id: string;
  readonly method: 'locf' | 'linear' | 'both';
  readonly series: readonly Row[];
  readonly weighted_sum_after_each_point?: readonly number[];
  readonly weighted_sum?: number;
  readonly time_weighted_average?: number;
  readonly same_as?: readonly Row[];
  readonly previous?: Row;
  readonly next?: Row;
  readonly start?: number;
  readonly end?: number;
  readonly expected_error?: string;
}

const meanings: Readonly<Record<string, readonly IntegralSettings['interpretation'][]>> = {
  locf: ['mean-succeeding'],
  linear: ['instant'],
  both: ['mean-succeeding', 'instant'],
};

const over = (rows: readonly Row[], from: number, to: number, interpretation: IntegralSettings['interpretation']) => {
  const columns = {
    time: Float64Array.from(rows, ([at]) => at * 1000),
    value: Float64Array.from(rows, ([, value]) => value),
  };
  const [window] = integrals(columns, [from * 1000, to * 1000], { interpretation });
  if (window === undefined) throw new Error('one window was asked for');
  return window;
};

const leftOut: Readonly<Record<string, string>> = {
  'tw/duplicate-first-wins':
    'equal times are refused: which of two readings of an instant counts is decided before this',
  'tw/right-bound-locf':
    'holds the last value to the end of the window although it is given the next sample; asked below',
};

const all = vectors.time_weighted as readonly TimeWeighted[];
const pairs = all
  .filter(({ id }) => !(id in leftOut))
  .flatMap((vector) => (meanings[vector.method] ?? []).map((meaning) => [vector.id, meaning, vector] as const));

describe('time-weighted aggregates', () => {
  test.each(pairs)('%s, %s', (_, meaning, vector) => {
    const { series, previous, next } = vector;
    const rows = [...(previous === undefined ? [] : [previous]), ...series, ...(next === undefined ? [] : [next])];
    const first = vector.start ?? series[0]?.[0] ?? 0;
    const last = vector.end ?? series.at(-1)?.[0] ?? 0;
    if (vector.expected_error === 'order') {
      expect(() => over(rows, first, last + 1, meaning)).toThrow(expect.toSatisfy(isCaudalError));
    } else if (vector.expected_error === 'zero duration') {
      expect(timeWeightedMean(over(rows, first, first + 1, meaning))).toBeNaN();
    } else if (vector.expected_error !== undefined) {
      expect(over(rows, first, last, meaning).coveredMs).toBe(((series.at(-1)?.[0] ?? 0) - first) * 1000);
    } else if (vector.same_as !== undefined) {
      const [a, b] = [over(rows, first, last, meaning), over(vector.same_as, first, last, meaning)];
      expect([a.integral, a.coveredMs]).toEqual([b.integral, b.coveredMs]);
    } else if (vector.weighted_sum_after_each_point !== undefined) {
      for (const [index, sum] of vector.weighted_sum_after_each_point.entries())
        if (index > 0) expect(over(rows, first, series[index]?.[0] ?? 0, meaning).integral).toBe(sum);
    } else if (vector.weighted_sum !== undefined) {
      expect(over(rows, first, last, meaning).integral).toBe(vector.weighted_sum);
    } else expect(timeWeightedMean(over(rows, first, last, meaning))).toBe(vector.time_weighted_average);
  });
});

test('what is left out is exactly this', () => {
  const ids = new Set(all.map(({ id }) => id));
  expect(Object.keys(leftOut).filter((id) => !ids.has(id))).toEqual([]);
  expect(pairs).not.toHaveLength(0);
  for (const [id, reason] of Object.entries(leftOut)) console.info(`left out: ${id}: ${reason}`);
  console.info('left out: opcua/point-interpolation: single points between samples, which no window asks for');
});
