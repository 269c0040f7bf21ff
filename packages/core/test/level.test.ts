import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  depthToWater,
  formatDecimal,
  fromSeriesLevel,
  levelFromRaw,
  rawFromLevel,
  toSeriesLevel,
  waterColumn,
} from '@caudal/core';

const centimetres = fc.integer({ min: -30_000, max: 30_000 }).map((value) => value / 100);

describe('raw / divisor + offset', () => {
  test.each([
    [1234, { divisor: 100 }, 12.34],
    [123, { divisor: 10, offset: -0.7 }, 11.6],
    [5, {}, 5],
    [0, { offset: 1.5 }, 1.5],
  ])('%d with %j is %d', (raw, scale, level) => {
    expect(levelFromRaw(raw, scale)).toBe(level);
    expect(rawFromLevel(level, scale)).toBeCloseTo(raw, 9);
  });

  test.each([{ divisor: 0 }, { divisor: NaN }, { offset: Infinity }])('%j is a configuration error', (scale) => {
    expect(() => levelFromRaw(1, scale)).toThrow(expect.objectContaining({ kind: 'config' }));
    expect(() => rawFromLevel(1, scale)).toThrow(expect.objectContaining({ kind: 'config' }));
  });
});

describe('depth to water = sensor depth − water column', () => {
  test.each([
    [20.15, 30, 9.85],
    [20.145, 30, 9.855],
    [0, 30, 30],
    [31.5, 30, -1.5],
    [0.1, 0.3, 0.2],
  ])('a column of %d m over a sensor at %d m is %d m', (column, sensor, depth) => {
    expect(depthToWater(column, sensor)).toBe(depth);
    expect(waterColumn(depth, sensor)).toBe(column);
  });

  test('rounds as a person would write it', () => {
    expect(formatDecimal(depthToWater(20.145, 30), 2)).toBe('9.86');
    expect(formatDecimal(depthToWater(1.115, 3.23), 2)).toBe('2.12');
  });

  test('there and back is exact to the centimetre', () => {
    fc.assert(
      fc.property(centimetres, centimetres, (column, sensor) => {
        expect(waterColumn(depthToWater(column, sensor), sensor) === column).toBe(true);
      }),
    );
  });

  test('with any double, within the rounding of a subtraction', () => {
    const any = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(any, any, (column, sensor) => {
        const size = Math.abs(column) + Math.abs(sensor);
        expect(Math.abs(depthToWater(column, sensor) - (sensor - column))).toBeLessThanOrEqual(size * Number.EPSILON);
      }),
    );
    expect(depthToWater(NaN, 30)).toBeNaN();
  });
});

describe("a binding's convention", () => {
  test('raw and column are kept, depth is turned over', () => {
    expect(toSeriesLevel({ convention: 'raw' })(12.5)).toBe(12.5);
    expect(toSeriesLevel({ convention: 'column' })(12.5)).toBe(12.5);
    expect(toSeriesLevel({ convention: 'depth', sensorDepthM: 40 })(12.5)).toBe(27.5);
  });

  test('from undoes to', () => {
    const convention = fc.constantFrom(
      { convention: 'raw' as const },
      { convention: 'column' as const },
      { convention: 'depth' as const, sensorDepthM: 33.33 },
    );
    fc.assert(
      fc.property(convention, centimetres, (chosen, value) => {
        expect(fromSeriesLevel(chosen)(toSeriesLevel(chosen)(value)) === value).toBe(true);
      }),
    );
  });

  test('a sensor depth that is no number is refused when prepared', () => {
    expect(() => toSeriesLevel({ convention: 'depth', sensorDepthM: NaN })).toThrow('sensorDepthM');
    expect(() => fromSeriesLevel({ convention: 'depth', sensorDepthM: Infinity })).toThrow('sensorDepthM');
  });
});
