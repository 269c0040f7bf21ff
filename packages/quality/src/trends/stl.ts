import { CaudalError } from '@caudal/core';
import { loess, loessAt, type Smoother } from './loess.ts';
import { quantileOf } from './order.ts';

export interface StlSettings {
  /** Values in a season, for example 24 of hourly values. */
  readonly period: number;
  /** Seasons that shape one place of the season, odd; default 7. A long one makes the season steadier. */
  readonly seasonal?: number;
  /** Values that shape the trend, odd; default: the smallest odd one above 1.5 × period / (1 − 1.5 / seasonal). */
  readonly trend?: number;
  /** Values of the low-pass filter, odd; default: the smallest odd one above the period. */
  readonly lowPass?: number;
  /** Wild values lose their weight; default false. */
  readonly robust?: boolean;
  /** Default 2 when robust, else 5. */
  readonly inner?: number;
  /** Default 15 when robust, else 0. */
  readonly outer?: number;
}

/** Each as long as the values; the three add up to them. */
export interface Decomposition {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly remainder: Float64Array;
}

const oddAbove = (value: number): number => {
  const next = Math.floor(value) + 1;
  return next % 2 === 1 ? next : next + 1;
};

const less = (from: Float64Array, what: Float64Array): Float64Array =>
  from.map((value, index) => value - (what[index] as number));

const movingAverage = (values: Float64Array, length: number): Float64Array => {
  const result = new Float64Array(values.length - length + 1);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index] as number;
    if (index >= length) sum -= values[index - length] as number;
    if (index >= length - 1) result[index - length + 1] = sum / length;
  }
  return result;
};

/** Each place of the season smoothed over the seasons, with one more season at both ends. */
const smoothSeasons = (
  values: Float64Array,
  period: number,
  smoother: Smoother,
  trust: Float64Array | null,
): Float64Array => {
  const result = new Float64Array(values.length + 2 * period);
  for (let place = 0; place < period; place += 1) {
    const count = Math.floor((values.length - place - 1) / period) + 1;
    const every = (of: Float64Array) =>
      Float64Array.from({ length: count }, (_, index) => of[index * period + place] ?? 0);
    const own = every(values);
    const weights = trust === null ? null : every(trust);
    const smooth = loess(own, smoother, weights);
    const before = loessAt(own, smoother, 0, 1, Math.min(smoother.length, count), weights);
    const after = loessAt(own, smoother, count + 1, Math.max(1, count - smoother.length + 1), count, weights);
    result[place] = Number.isNaN(before) ? (smooth[0] as number) : before;
    for (let index = 0; index < count; index += 1) result[(index + 1) * period + place] = smooth[index] as number;
    result[(count + 1) * period + place] = Number.isNaN(after) ? (smooth[count - 1] as number) : after;
  }
  return result;
};

/** Bisquare weights of the remainders by six times their median. */
const trustOf = (remainder: Float64Array): Float64Array => {
  const size = remainder.map(Math.abs);
  const limit = 6 * quantileOf(size.slice(), 0.5);
  return size.map((one) => {
    if (one <= 0.001 * limit) return 1;
    return one <= 0.999 * limit ? (1 - (one / limit) ** 2) ** 2 : 0;
  });
};

/**
 * Splits evenly spaced values into trend, season and what is left. Cleveland, Cleveland, McRae & Terpenning 1990, "STL".
 *
 * @param values no NaN: fill or leave out what is missing first, and say so
 * @throws CaudalError `invalid-data` with less than two seasons or a missing value
 */
export const stl = (values: Float64Array, settings: StlSettings): Decomposition => {
  const { period, seasonal: seasons = 7, robust = false } = settings;
  const { inner = robust ? 2 : 5, outer = robust ? 15 : 0 } = settings;
  if (values.length < 2 * period)
    throw new CaudalError('invalid-data', `${values.length} values are less than two seasons of ${period}`, {
      scope: 'item',
      sent: 'no',
    });
  if (values.some(Number.isNaN))
    throw new CaudalError('invalid-data', 'a decomposition needs a value at every step', { scope: 'item', sent: 'no' });
  const ofSeason: Smoother = { length: seasons, degree: 1 };
  const ofTrend: Smoother = { length: settings.trend ?? oddAbove((1.5 * period) / (1 - 1.5 / seasons)), degree: 1 };
  const ofFilter: Smoother = { length: settings.lowPass ?? oddAbove(period), degree: 1 };

  let trend: Float64Array = new Float64Array(values.length);
  let seasonal: Float64Array = new Float64Array(values.length);
  let trust: Float64Array | null = null;
  for (let round = 0; ; round += 1) {
    for (let step = 0; step < inner; step += 1) {
      const raw = smoothSeasons(less(values, trend), period, ofSeason, trust);
      const filtered = movingAverage(movingAverage(movingAverage(raw, period), period), 3);
      seasonal = less(raw.subarray(period, period + values.length), loess(filtered, ofFilter, null));
      trend = loess(less(values, seasonal), ofTrend, trust);
    }
    const remainder = less(less(values, trend), seasonal);
    if (round >= outer) return { trend, seasonal, remainder };
    trust = trustOf(remainder);
  }
};
