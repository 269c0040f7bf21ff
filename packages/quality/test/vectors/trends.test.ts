/**
 * Trends, decomposition, forecasts and control charts of other tools. Origin: pyMannKendall's tests (MIT); outputs of scipy and
 * statsmodels; the NIST/SEMATECH handbook. The hourly water use is device 3 of DAIAD's open data (CC-BY-SA): for tests, not published.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  ahead,
  cusum,
  type Dependence,
  ewma,
  ewmaLimit,
  holtWinters,
  mannKendall,
  quantiles,
  scaledMad,
  seasonalMannKendall,
  stl,
  theilSen,
} from '@caudal/quality';

const vectors = JSON.parse(readFileSync(new URL('trend-vectors.json', import.meta.url), 'utf8'));
const rain = Float64Array.from(vectors.mann_kendall[0].values, (value: number | null) => value ?? Number.NaN);
const use = Float64Array.from(vectors.stl[0].values as readonly number[]);

const near = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected));

const closeTo = (found: Float64Array, expected: readonly number[], absolute: number) => {
  expect(found).toHaveLength(expected.length);
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - (found[index] as number))));
  expect(worst).toBeLessThan(absolute);
};

const names: Readonly<Record<string, 'increasing' | 'decreasing' | 'none'>> = {
  'no trend': 'none',
  decreasing: 'decreasing',
  increasing: 'increasing',
};
const variants: Readonly<Record<string, { readonly dependence: Dependence; readonly lags?: number }>> = {
  'mk/original': { dependence: 'none' },
  'mk/hamed-rao': { dependence: 'hamed-rao' },
  'mk/hamed-rao-lag3': { dependence: 'hamed-rao', lags: 3 },
  'mk/yue-wang': { dependence: 'yue-wang' },
  'mk/pre-whitening': { dependence: 'pre-whitening' },
  'mk/trend-free-pre-whitening': { dependence: 'trend-free-pre-whitening' },
};
const ofMannKendall = (id: string) => vectors.mann_kendall.find((vector: { id: string }) => vector.id === id).expected;

describe('Mann–Kendall', () => {
  test.each(Object.entries(variants))('%s', (id, settings) => {
    const expected = ofMannKendall(id);
    const found = mannKendall(rain, settings);
    near(found.variance, expected.var_s);
    near(found.z, expected.z);
    near(found.p, expected.p);
    if (expected.s !== undefined) expect(found.s).toBe(expected.s);
    if (expected.n !== undefined) expect(found.count).toBe(expected.n);
    if (expected.tau !== undefined) near(found.tau, expected.tau);
    expect(found.trend).toBe(names[expected.trend]);
  });

  test('mk/seasonal', () => {
    const expected = ofMannKendall('mk/seasonal');
    const found = seasonalMannKendall(rain, 12);
    expect(found.s).toBe(expected.s);
    near(found.variance, expected.var_s);
    near(found.z, expected.z);
    near(found.p, expected.p);
    near(found.tau, expected.tau);
    near(found.slopePerPeriod, expected.sen_slope_per_period_missing_in_place);
    expect(found.trend).toBe('decreasing');
  });

  test('the slope beside it is that of Theil and Sen', () => {
    const known = rain.filter((value) => !Number.isNaN(value));
    near(
      theilSen(
        known.map((_, index) => index),
        known,
      ).slope,
      ofMannKendall('mk/original').sen_slope_per_step,
    );
  });
});

interface StlVector {
  readonly id: string;
  readonly period: number;
  readonly seasonal: number;
  readonly trend: number;
  readonly low_pass: number;
  readonly robust: boolean;
  readonly inner_iter: number;
  readonly outer_iter: number;
  readonly trend_component: readonly number[];
  readonly seasonal_component: readonly number[];
}

describe('STL', () => {
  test.each(vectors.stl as readonly StlVector[])('$id', (vector) => {
    const { period, seasonal, trend, low_pass, robust, inner_iter, outer_iter } = vector;
    const found = stl(use, {
      period,
      seasonal,
      trend,
      lowPass: low_pass,
      robust,
      inner: inner_iter,
      outer: outer_iter,
    });
    closeTo(found.trend, vector.trend_component, 1e-6);
    closeTo(found.seasonal, vector.seasonal_component, 1e-6);
    closeTo(
      found.remainder.map((rest, index) => rest + (found.trend[index] as number) + (found.seasonal[index] as number)),
      [...use],
      1e-9,
    );
  });
});

test('Holt–Winters, additive', () => {
  const vector = vectors.holt_winters;
  const smoothing = { level: vector.alpha, trend: vector.beta, season: vector.gamma, damping: 1 };
  const found = holtWinters(use, smoothing, {
    level: vector.initial_level,
    trend: vector.initial_trend,
    season: Float64Array.from(vector.initial_seasonal as readonly number[]),
  });
  closeTo(found.fitted, vector.fitted, 1e-6);
  near(found.squares, vector.sse, 1e-9);
  closeTo(ahead(found.state, 1, use.length, 24), vector.forecast_24, 1e-6);
});

describe('control charts', () => {
  test('exponentially weighted mean of water use', () => {
    const [vector] = vectors.ewma;
    closeTo(ewma(use.subarray(0, vector.values_first), vector.alpha), vector.expected, 1e-9);
  });

  test('the chart of the NIST/SEMATECH handbook', () => {
    const [, vector] = vectors.ewma;
    closeTo(ewma(Float64Array.from(vector.values as number[]), vector.lam, vector.start), vector.expected, 1e-9);
    near(vector.start + ewmaLimit(vector.sigma, vector.lam, vector.k), vector.ucl);
    near(vector.start - ewmaLimit(vector.sigma, vector.lam, vector.k), vector.lcl);
  });

  test('tabular CUSUM of the NIST/SEMATECH handbook', () => {
    const [vector] = vectors.cusum;
    const { target, k: slack, h: limit } = vector;
    const found = cusum(Float64Array.from(vector.values as number[]), { target, slack, limit, reset: false });
    closeTo(found.high, vector.s_high, 1e-9);
    closeTo(found.low, vector.s_low, 1e-9);
    expect(found.highAlarms).toEqual(vector.alarm_high);
    expect(found.lowAlarms).toEqual(vector.alarm_low);
  });
});

test('quantiles and deviation', () => {
  const { q, linear, mad_scaled } = vectors.quantiles;
  closeTo(Float64Array.from(quantiles(use, q)), linear, 1e-9);
  near(scaledMad(use), mad_scaled);
});
