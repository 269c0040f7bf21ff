import { array, assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  driftClock,
  duplicate,
  freeze,
  grid,
  lose,
  mulberry32,
  pumpFlow,
  registerFromFlow,
  resetCounter,
  rollOver,
  sensorFault,
  seriesOf,
  uploadLate,
  wellLevel,
  zeroGlitch,
} from '../src/index.ts';
import { hours, minutes } from './clock.ts';

const from = Date.parse('2026-06-10T00:00:00Z');
const times = grid(from, minutes(1), 2000);
const counting = seriesOf(
  grid(from, 1000, 10),
  Float64Array.from({ length: 10 }, (_, n) => 100 + n),
  50,
);
const at = (n: number) => from + n * 1000;
const values = (series: { readonly values: Float64Array }) => [...series.values];

describe('generators', () => {
  it('follow mulberry32', () => {
    const random = mulberry32(1);
    // Its first outputs for the seed 1, times 2^32.
    expect([random(), random(), random()].map((value) => value * 4_294_967_296)).toEqual([
      2_693_262_067, 11_749_833, 2_265_367_787,
    ]);
  });

  it('give the same series for the same seed and another for another', () => {
    const flow = (seed: number) => pumpFlow(times, { seed, ratedLps: 12 });
    expect(flow(7)).toEqual(flow(7));
    expect(flow(7)).not.toEqual(flow(8));
    const level = (seed: number) => wellLevel(times, flow(7), { seed, restDepth: 20 });
    expect(level(1)).toEqual(level(1));
    expect(level(1)).not.toEqual(level(2));
  });

  it('make a pump that stands still and runs near its rating', () => {
    const flow = pumpFlow(times, { seed: 7, ratedLps: 12 });
    const running = flow.filter((value) => value > 0);
    expect(running.length).toBeGreaterThan(500);
    expect(flow.length - running.length).toBeGreaterThan(200);
    expect(Math.min(...running)).toBeGreaterThan(11);
    expect(Math.max(...running)).toBeLessThan(13);
  });

  it('draw the level down while the pump runs and let it recover', () => {
    const flow = Float64Array.from(times, (_, n) => (n >= 600 && n < 1200 ? 10 : 0));
    const level = wellLevel(times, flow, { seed: 3, restDepth: 20, seasonal: 0, noise: 0 });
    expect([level[600], level[1200], level[1999]]).toEqual([20, 24, 20]);
  });

  it('count exactly the volume of the flow', () => {
    const flow = Float64Array.from(times, () => 12.34);
    const register = registerFromFlow(times, flow, { litresPerCount: 1000, start: 500 });
    expect(register[0]).toBe(500);
    expect(register.at(-1)).toBe(500 + Math.floor((12.34 * 60 * 1999) / 1000));
    expect(registerFromFlow(grid(from, 1000, 11), new Float64Array(11).fill(0.1), { litresPerCount: 1 }).at(-1)).toBe(
      1,
    );
  });

  it('never turn a register back', () => {
    assert(
      property(
        array(double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 200 }),
        double({ min: 0.1, max: 1000, noNaN: true }),
        (flow, litresPerCount) => {
          const register = registerFromFlow(grid(from, 60_000, flow.length), Float64Array.from(flow), {
            litresPerCount,
          });
          return register.every((value, n) => Number.isInteger(value) && value >= (register[n - 1] ?? 0));
        },
      ),
    );
  });
});

describe('injectors', () => {
  it('leave the series they are given as it was', () => {
    const before = structuredClone(counting);
    for (const change of [
      () => resetCounter(counting, at(5)),
      () => zeroGlitch(counting, at(5), 2),
      () => driftClock(counting, at(0), 1e7),
      () => uploadLate(counting, at(0), at(5), at(9)),
    ])
      expect(change()).not.toEqual(before);
    expect(counting).toEqual(before);
  });

  it.each([
    ['resetCounter', resetCounter(counting, at(5)), [100, 101, 102, 103, 104, 1, 2, 3, 4, 5]],
    ['rollOver', rollOver(counting, 103), [100, 101, 102, 0, 1, 2, 3, 4, 5, 6]],
    ['zeroGlitch', zeroGlitch(counting, at(2), 2), [100, 101, 0, 0, 104, 105, 106, 107, 108, 109]],
    ['sensorFault', sensorFault(counting, at(1), at(3), -3200), [100, -3200, -3200, 103, 104, 105, 106, 107, 108, 109]],
    ['freeze', freeze(counting, at(6), at(9)), [100, 101, 102, 103, 104, 105, 106, 106, 106, 109]],
    ['duplicate', duplicate(counting, 4), [100, 101, 102, 103, 103, 104, 105, 106, 107, 107, 108, 109]],
    ['lose', lose(counting, at(1), at(9)), [100, 109]],
  ])('%s', (_, series, expected) => {
    expect(values(series)).toEqual(expected);
    expect(series.times).toHaveLength(expected.length);
    expect(series.created).toHaveLength(expected.length);
  });

  it('driftClock moves times away and leaves arrivals', () => {
    const day = seriesOf(grid(from, hours(12), 4), new Float64Array(4));
    const drifted = driftClock(day, from + hours(12), 10_000);
    expect([...drifted.times].map((time, n) => time - (day.times[n] ?? 0))).toEqual([0, 0, 5000, 10_000]);
    expect(drifted.created).toEqual(day.created);
  });

  it('uploadLate lets a stretch arrive together', () => {
    const late = uploadLate(counting, at(2), at(4), at(60));
    expect([...late.created].map((created) => created - from)).toEqual([
      50, 1050, 60_000, 60_000, 4050, 5050, 6050, 7050, 8050, 9050,
    ]);
  });
});
