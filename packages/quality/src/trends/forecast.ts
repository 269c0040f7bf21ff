import { CaudalError } from '@caudal/core';
import { fitSmoothing, startOf } from './fit-holt-winters.ts';
import { ahead, holtWinters } from './holt-winters.ts';
import { known, quantileOf } from './order.ts';
import { seasonalNaive } from './seasonal-naive.ts';

export interface ForecastSettings {
  /** Values in a season, for example 24 of hourly values. */
  readonly period: number;
  /** How many values to look ahead. */
  readonly horizon: number;
  /** Share of the values that should fall into the interval, default 0.9. */
  readonly confidence?: number;
}

export interface Forecast {
  /** The better of the two on the values themselves. */
  readonly method: 'holt-winters' | 'seasonal-naive';
  /** By step ahead. */
  readonly value: Float64Array;
  /** Quantiles of the errors that the same method made so many steps ahead. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Mean error of the method by that of the seasonal-naive forecast: 1 is no better than "as last season". */
  readonly skill: number;
  /** Values that there were, of those asked for. */
  readonly known: number;
}

/** Forecasts looked back at, at most. */
const mostOrigins = 200;

interface Errors {
  /** By step ahead, of each origin. */
  readonly byStep: readonly number[][];
  readonly mean: number;
}

const errorsOf = (
  values: Float64Array,
  horizon: number,
  origins: readonly number[],
  forecasts: readonly Float64Array[],
): Errors => {
  const byStep = Array.from({ length: horizon }, (): number[] => []);
  let sum = 0;
  let count = 0;
  for (const [place, origin] of origins.entries())
    for (let step = 0; step < horizon && origin + step < values.length; step += 1) {
      const error = (values[origin + step] as number) - ((forecasts[place] as Float64Array)[step] as number);
      if (Number.isNaN(error)) continue;
      (byStep[step] as number[]).push(error);
      sum += Math.abs(error);
      count += 1;
    }
  return { byStep, mean: sum / count };
};

/** A far step that was never looked back at has the errors of the nearest one that was. */
const quantileOfStep = (errors: readonly number[][], share: number): Float64Array => {
  let last = Number.NaN;
  return Float64Array.from(errors, (own) => {
    if (own.length > 0) last = quantileOf(Float64Array.from(own), share);
    return last;
  });
};

/**
 * What evenly spaced values will be, with the interval that forecasts of the same kind kept to: damped Holt–Winters, or, where that is
 * no better, the last season again. Judged on forecasts made from the past of the values themselves.
 *
 * @param values NaN where one is missing
 * @throws CaudalError `invalid-data` with fewer values than three seasons
 */
export const forecast = (values: Float64Array, { period, horizon, confidence = 0.9 }: ForecastSettings): Forecast => {
  const count = known(values).length;
  if (count < 3 * period)
    throw new CaudalError(
      'invalid-data',
      `a forecast needs three seasons: ${3 * period} values of which ${count} are there`,
      { scope: 'item', sent: 'no' },
    );
  const start = startOf(values, period);
  const smoothing = fitSmoothing(values, start);

  const first = 2 * period;
  const gap = Math.max(1, Math.ceil((values.length - first) / mostOrigins));
  const origins = Array.from({ length: Math.ceil((values.length - first) / gap) }, (_, index) => first + index * gap);
  let state = start;
  let seen = 0;
  const smoothed = origins.map((origin) => {
    state = holtWinters(values.subarray(seen, origin), smoothing, state, seen).state;
    seen = origin;
    return ahead(state, smoothing.damping, seen, horizon);
  });
  const naive = origins.map((origin) => seasonalNaive(values, period, origin, horizon));
  const [ofSmoothed, ofNaive] = [smoothed, naive].map((made) => errorsOf(values, horizon, origins, made)) as [
    Errors,
    Errors,
  ];

  const better = ofSmoothed.mean < ofNaive.mean;
  const errors = better ? ofSmoothed : ofNaive;
  const value = better
    ? ahead(holtWinters(values.subarray(seen), smoothing, state, seen).state, smoothing.damping, values.length, horizon)
    : seasonalNaive(values, period, values.length, horizon);
  const plus = (share: number) => {
    const offset = quantileOfStep(errors.byStep, share);
    return value.map((one, step) => one + (offset[step] as number));
  };
  return {
    method: better ? 'holt-winters' : 'seasonal-naive',
    value,
    low: plus((1 - confidence) / 2),
    high: plus((1 + confidence) / 2),
    skill: ofNaive.mean === 0 ? 1 : errors.mean / ofNaive.mean,
    known: count,
  };
};
