import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crossing,
  cusum,
  forecast,
  hampel,
  levelShifts,
  mannKendall,
  median,
  quantiles,
  scaledMad,
  stl,
  theilSen,
  trend,
} from '@caudal/quality';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);

/** Evenly spread numbers that look random and are always the same (a linear congruential generator). */
const noise = (count: number, seed = 1): Float64Array => {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296 - 0.5;
  });
};
const days = (count: number, stepMs = dayMs) =>
  Float64Array.from({ length: count }, (_, index) => start + index * stepMs);
const level = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('order statistics', () => {
  test('quantiles are those of the sorted values', () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 60 }), fc.nat(59), (values, place) => {
        const sorted = Float64Array.from(values).toSorted();
        const index = Math.min(place, sorted.length - 1);
        const share = sorted.length === 1 ? 0 : index / (sorted.length - 1);
        const [found] = quantiles(values, [share]);
        const around = [
          sorted[Math.floor((sorted.length - 1) * share)],
          sorted[Math.ceil((sorted.length - 1) * share)],
        ];
        expect(found).toBeGreaterThanOrEqual(around[0] as number);
        expect(found).toBeLessThanOrEqual(around[1] as number);
      }),
    );
  });

  test('missing values are no values', () => {
    expect(median([Number.NaN, 3, 1, Number.NaN, 2])).toBe(2);
    expect(median([Number.NaN])).toBeNaN();
    expect(scaledMad([1, 1, Number.NaN, 1])).toBe(0);
  });
});

describe('Theil–Sen', () => {
  test('slope, intercept and interval are those of scipy.stats.theilslopes 1.17.1', () => {
    const x = Float64Array.from({ length: 10 }, (_, index) => index);
    const y = Float64Array.of(1, 3.2, 4.8, 7.1, 9, 10.7, 13.3, 15, 17.1, 40);
    const found = theilSen(x, y, 0.95);
    expect(found.slope).toBeCloseTo(2.033333333333333, 12);
    expect(found.intercept).toBeCloseTo(0.7000000000000011, 12);
    expect(found.slopeLow).toBeCloseTo(1.9666666666666666, 12);
    expect(found.slopeHigh).toBeCloseTo(2.2, 12);
  });

  test('a line is found whatever a fifth of its points say', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.array(level, { minLength: 5, maxLength: 5 }),
        (slope, wild) => {
          const time = Float64Array.from({ length: 30 }, (_, index) => index);
          const value = time.map((at) => slope * at + 7);
          for (const [index, odd] of wild.entries()) value[index * 6 + 1] = odd;
          expect(theilSen(time, value).slope).toBeCloseTo(slope, 6);
        },
      ),
    );
  });
});

describe('trend and when a limit is reached', () => {
  test('a well that falls 1 cm a day reaches 12 m when it should, and the interval is about it', () => {
    const time = days(365);
    const ripple = noise(365);
    const value = time.map((_, index) => 20 - 0.01 * index + (ripple[index] as number) * 0.2);
    const found = trend({ time, value });
    expect(found.slopePerDay).toBeCloseTo(-0.01, 3);
    expect(found.test.trend).toBe('decreasing');
    expect(found.span).toBeNull();
    const limit = crossing(found, 12, time[364] as number);
    const due = start + 800 * dayMs;
    expect(Math.abs((limit.at as number) - due) / dayMs).toBeLessThan(15);
    expect(limit.earliest as number).toBeLessThan(limit.at as number);
    expect(limit.latest as number).toBeGreaterThan(limit.at as number);
    expect(crossing(found, 25, time[364] as number)).toEqual({ at: null, earliest: null, latest: null });
  });

  test('a year of hours is looked at by days, and says so', () => {
    const time = days(365 * 24, 3_600_000);
    const value = time.map((at) => ((at - start) / dayMs) * 0.5 + Math.sin((at / dayMs) * 2 * Math.PI));
    const found = trend({ time, value });
    expect(found.span).toBe('day');
    expect(found.slopePerDay).toBeCloseTo(0.5, 6);
  });

  test('values that follow one another closely are tested as such', () => {
    const steps = noise(400, 5);
    let walk = 0;
    const value = steps.map((step) => (walk = 0.9 * walk + step));
    const found = trend({ time: days(400), value });
    expect(found.dependence).toBe('hamed-rao');
    expect(found.test.variance).toBeGreaterThan(mannKendall(value).variance);
  });

  test('too few values are refused', () => {
    expect(() => trend({ time: days(5), value: Float64Array.of(1, Number.NaN, 2, Number.NaN, 3) })).toThrow(
      /four values/,
    );
  });
});

describe('forecast', () => {
  const daily = (count: number, gap: readonly number[] = []) =>
    noise(count, 3).map((ripple, index) =>
      gap.includes(index) ? Number.NaN : 100 + 0.05 * index + 20 * Math.sin((index * 2 * Math.PI) / 24) + 4 * ripple,
    );

  test('a season with a slope beats the last season, and the interval holds what comes', () => {
    const all = daily(24 * 30);
    const found = forecast(all.subarray(0, 24 * 28), { period: 24, horizon: 48 });
    expect(found.method).toBe('holt-winters');
    expect(found.skill).toBeLessThan(1);
    const truth = all.subarray(24 * 28);
    const inside = truth.filter(
      (value, step) => value >= (found.low[step] as number) && value <= (found.high[step] as number),
    );
    expect(inside.length / truth.length).toBeGreaterThan(0.7);
  });

  test('what repeats itself exactly is forecast exactly', () => {
    const values = Float64Array.from({ length: 24 * 6 }, (_, index) => [0, 0, 3, 9, 4, 1][index % 6] as number);
    const found = forecast(values, { period: 6, horizon: 12 });
    expect([...found.value].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
      0, 0, 3, 9, 4, 1, 0, 0, 3, 9, 4, 1,
    ]);
  });

  test('gaps are passed over', () => {
    const found = forecast(daily(24 * 10, [30, 31, 32, 100, 200, 239]), { period: 24, horizon: 24 });
    expect(found.known).toBe(234);
    expect(found.value.every(Number.isFinite)).toBe(true);
    expect(found.low.every((low, step) => low <= (found.high[step] as number))).toBe(true);
  });

  test('less than three seasons is refused', () => {
    expect(() => forecast(daily(71), { period: 24, horizon: 24 })).toThrow(/three seasons/);
  });
});

describe('what is out of place', () => {
  test('hampel is what its definition says, at every place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN), fc.constant(1000)), {
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 6 }),
        (values, half) => {
          const found = hampel(Float64Array.from(values), { half });
          for (const [index, value] of values.entries()) {
            const near = values.slice(Math.max(0, index - half), index + half + 1);
            const out = !Number.isNaN(value) && Math.abs(value - median(near)) > 3 * scaledMad(near);
            expect(found[index], `at ${index} of ${values.join(' ')}`).toBe(out ? 1 : 0);
          }
        },
      ),
    );
  });

  test('a sensor that was moved is one shift, at its place and of its size', () => {
    const value = noise(300, 9).map((ripple, index) => ripple + (index < 120 ? 10 : 14.5));
    const found = levelShifts(value);
    expect(found).toHaveLength(1);
    expect(found[0]?.index).toBe(120);
    expect(found[0]?.size).toBeCloseTo(4.5, 1);
  });

  test('no shift in noise, in a constant, or in nothing', () => {
    expect(levelShifts(noise(500, 4))).toEqual([]);
    expect(levelShifts(new Float64Array(50).fill(3.2))).toEqual([]);
    expect(levelShifts(new Float64Array(0))).toEqual([]);
  });

  test('a shift of values that are otherwise constant is found', () => {
    const value = Float64Array.from({ length: 60 }, (_, index) => (index < 30 ? 2 : 2.5));
    expect(levelShifts(value)).toEqual([{ index: 30, size: 0.5 }]);
  });

  test('CUSUM begins anew after an alarm', () => {
    const value = new Float64Array(20).fill(2);
    const found = cusum(value, { target: 0, slack: 0.5, limit: 5 });
    expect(found.highAlarms).toEqual([3, 7, 11, 15, 19]);
  });
});

test('STL refuses what it can not split', () => {
  expect(() => stl(new Float64Array(20), { period: 24 })).toThrow(/two seasons/);
  expect(() => stl(new Float64Array(100).fill(Number.NaN), { period: 24 })).toThrow(/every step/);
});
