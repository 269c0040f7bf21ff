import { CaudalError } from '@caudal/core';
import { autocorrelation } from './autocorrelation.ts';
import { type Dependence, type MannKendall, mannKendall } from './mann-kendall.ts';
import { median } from './order.ts';
import { theilSen } from './theil-sen.ts';

const dayMs = 86_400_000;

/** Spans whose median stands for their values when there are too many: the shortest that leaves few enough. */
const spans = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, quarter: 91 * dayMs, year: 365 * dayMs } as const;
export type TrendSpan = keyof typeof spans;

export interface TrendColumns {
  /** UTC milliseconds, ascending. */
  readonly time: Float64Array;
  /** NaN where there is no value. */
  readonly value: Float64Array;
}

export interface TrendSettings {
  /** Of the interval of the slope, default 0.95. */
  readonly confidence?: number;
  /** Below this the trend is called one; default 0.05. */
  readonly significance?: number;
  /** Most values whose pairs are all looked at, default 2,000. */
  readonly most?: number;
}

export interface Trend {
  /** Unit of the values per day. */
  readonly slopePerDay: number;
  readonly slopeLow: number;
  readonly slopeHigh: number;
  /** The point about which the line turns: median time (UTC milliseconds) and median value. */
  readonly at: number;
  readonly value: number;
  readonly test: MannKendall;
  /** How the test took account of values that depend on one another. */
  readonly dependence: Dependence;
  /** Span whose medians were used instead of the values; null: the values. */
  readonly span: TrendSpan | null;
}

const medians = ({ time, value }: TrendColumns, spanMs: number): TrendColumns => {
  const at: number[] = [];
  const of: number[] = [];
  for (let start = 0; start < time.length;) {
    const span = Math.floor((time[start] as number) / spanMs);
    let end = start;
    while (end < time.length && Math.floor((time[end] as number) / spanMs) === span) end += 1;
    at.push((span + 0.5) * spanMs);
    of.push(median(value.subarray(start, end)));
    start = end;
  }
  return { time: Float64Array.from(at), value: Float64Array.from(of) };
};

const withoutGaps = ({ time, value }: TrendColumns): TrendColumns => {
  const there = (_: number, index: number) => !Number.isNaN(value[index]);
  return { time: time.filter(there), value: value.filter(there) };
};

/**
 * Whether and how fast a level or a use changes: Theil–Sen slope with its interval, and the Mann–Kendall test, by Hamed and Rao where
 * neighbours are alike (correlation above 0.1), as groundwater levels are.
 *
 * @throws CaudalError `invalid-data` with fewer than four values
 */
export const trend = (
  columns: TrendColumns,
  { confidence = 0.95, significance = 0.05, most = 2_000 }: TrendSettings = {},
): Trend => {
  const all = withoutGaps(columns);
  if (all.time.length < 4)
    throw new CaudalError('invalid-data', `a trend needs four values, not ${all.time.length}`, {
      scope: 'item',
      sent: 'no',
    });
  let used = all;
  let span: TrendSpan | null = null;
  for (const [name, spanMs] of Object.entries(spans)) {
    if (used.time.length <= most) break;
    used = medians(all, spanMs);
    span = name as TrendSpan;
  }
  const at = median(used.time);
  const days = used.time.map((time) => (time - at) / dayMs);
  const { slope, slopeLow, slopeHigh } = theilSen(days, used.value, confidence);
  const plain = mannKendall(used.value, { significance });
  const left = used.value.map((value, index) => value - slope * (days[index] as number));
  const alike = Math.abs(autocorrelation(left, 1)[1] ?? 0) > 0.1;
  // Further correlations of so few values are noise, and noise in all of them makes the variance anything.
  const lags = Math.ceil(10 * Math.log10(used.value.length));
  const careful = alike ? mannKendall(used.value, { dependence: 'hamed-rao', significance, lags }) : plain;
  // It is there to be careful: where it would see more than the plain test does, the plain one stands.
  const [test, dependence] =
    careful.variance > plain.variance ? ([careful, 'hamed-rao'] as const) : ([plain, 'none'] as const);
  return {
    slopePerDay: slope,
    slopeLow,
    slopeHigh,
    at,
    value: median(used.value),
    test,
    dependence,
    span,
  };
};

export interface Crossing {
  /** UTC milliseconds; null: never, as the line goes. */
  readonly at: number | null;
  /** By the ends of the slope's interval; null: perhaps never. */
  readonly earliest: number | null;
  readonly latest: number | null;
}

/**
 * When the line of a trend reaches a limit, for example the level at which a pump runs dry.
 *
 * @param from UTC milliseconds; a line that is at or past the limit by then, as seen from its middle, crosses at once
 */
export const crossing = (found: Trend, limit: number, from: number): Crossing => {
  const side = Math.sign(limit - found.value);
  const reach = (slope: number): number | null => {
    if (side === 0) return from;
    const towards = slope * side;
    return towards > 0 ? Math.max(from, found.at + ((limit - found.value) / slope) * dayMs) : null;
  };
  const [first, last] = [reach(found.slopeLow), reach(found.slopeHigh)];
  return {
    at: reach(found.slopePerDay),
    earliest: side > 0 ? last : first,
    latest: side > 0 ? first : last,
  };
};
