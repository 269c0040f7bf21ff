import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCaudalError } from '@caudal/core';
import {
  averageRate,
  coverage,
  countReadings,
  fixedEdges,
  integrals,
  type IntegralSettings,
  type IntegralWindow,
  localDayEdges,
  mergeIntegrals,
  mergeVolumes,
  sampleMean,
  stepsToUnit,
  timeWeightedMean,
  volumes,
  type VolumeSettings,
  type VolumeWindow,
  windowFlag,
} from '@caudal/quality';
import { faultyRegister } from '../registers.ts';

const minute = 60_000;
const hour = 60 * minute;

const refused = (kind: string) => expect.toSatisfy((error) => isCaudalError(error) && error.kind === kind);

const added = (rows: readonly (readonly [minutes: number, increase: number, flag?: number])[]) => ({
  time: Float64Array.from(rows, ([at]) => at * minute),
  increase: Float64Array.from(rows, ([, increase]) => increase),
  flag: Uint8Array.from(rows, ([, , flag]) => flag ?? 1),
});

const steps = (windows: readonly VolumeWindow[]) => windows.map((window) => window.steps);

describe('volumes', () => {
  test('are interpolated at an edge, and a reading on the edge closes one window and opens the next', () => {
    const edges = [0, 10 * minute, 20 * minute];
    expect(
      steps(
        volumes(
          added([
            [0, 0],
            [15, 30],
            [20, 5],
          ]),
          edges,
          { step: 1 },
        ).windows,
      ),
    ).toEqual([20, 15]);
    expect(
      steps(
        volumes(
          added([
            [0, 0],
            [10, 30],
            [20, 5],
          ]),
          edges,
          { step: 1 },
        ).windows,
      ),
    ).toEqual([30, 5]);
  });

  test('say how much is covered, by which samples, and what the readings alone added', () => {
    const { windows } = volumes(
      added([
        [0, 0],
        [15, 30],
        [20, 5, 3],
      ]),
      [0, 10 * minute, 20 * minute, 30 * minute],
      { step: 1 },
    );
    expect(windows.map(coverage)).toEqual([1, 1, 0]);
    expect(windows.map(({ observedSteps }) => observedSteps)).toEqual([0, 35, 0]);
    expect(windows.map(({ flags }) => [flags[1], flags[3]])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(windows.map((window) => windowFlag(window))).toEqual([1, 1, 9]);
    expect(averageRate(windows[0] as VolumeWindow, 1)).toBe(20 / 600);
  });

  test('of a gap over an edge belong to no window until both sides are merged', () => {
    const { windows, unattributedSteps } = volumes(
      added([
        [0, 0],
        [5, 1],
        [55, 50],
        [60, 2],
      ]),
      fixedEdges(0, hour, hour / 2),
      {
        step: 1,
        maxGapMs: 15 * minute,
      },
    );
    const [first, second] = windows as [VolumeWindow, VolumeWindow];
    expect(steps(windows)).toEqual([1, 2]);
    expect(unattributedSteps).toBe(50);
    expect(first.trail).toEqual({ from: 5 * minute, to: 55 * minute, steps: 50 });
    const both = mergeVolumes(first, second);
    expect(both).toMatchObject({ steps: 53, gapSteps: 50, trail: null, coveredMs: 10 * minute });
    expect(averageRate(both, 1)).toBe(3 / 600);
    expect(windowFlag(both)).toBe(3);
  });

  test('pass over failed readings: a glitch on an edge moves no water', () => {
    const edges = [0, 10 * minute, 20 * minute];
    const clean = volumes(
      added([
        [0, 0],
        [20, 30],
      ]),
      edges,
      { step: 1 },
    );
    const glitch = volumes(
      added([
        [0, 0],
        [10, 0, 4],
        [20, 30],
      ]),
      edges,
      { step: 1 },
    );
    expect(steps(glitch.windows)).toEqual(steps(clean.windows));
  });

  test('of the first reading belong to a window only where the one before it is known', () => {
    const rows = added([[10, 30]]);
    const edges = [0, 10 * minute];
    expect(volumes(rows, edges, { step: 1 })).toMatchObject({ unattributedSteps: 30, windows: [{ steps: 0 }] });
    expect(volumes(rows, edges, { step: 1, previous: -10 * minute })).toMatchObject({
      unattributedSteps: 15,
      windows: [{ steps: 15 }],
    });
  });

  test('refuse readings out of order, edges that do not ascend, and windows that do not follow one another', () => {
    expect(() =>
      volumes(
        added([
          [5, 0],
          [5, 1],
        ]),
        [0, 1],
        { step: 1 },
      ),
    ).toThrow(refused('invalid-data'));
    expect(() => volumes(added([]), [1, 1], { step: 1 })).toThrow(refused('config'));
    const [first, second] = volumes(added([]), [0, 1, 2], { step: 1 }).windows as [VolumeWindow, VolumeWindow];
    expect(() => mergeVolumes(second, first)).toThrow(refused('invalid-data'));
    expect(() => mergeVolumes(first, first)).toThrow(refused('invalid-data'));
  });
});

const someEdges = fc
  .uniqueArray(fc.integer({ min: -5 * minute, max: 90 * minute }), { minLength: 2, maxLength: 12 })
  .map((edges) => edges.toSorted((a, b) => a - b));

describe('properties of volumes', () => {
  const settings = fc.record({ maxGapMs: fc.constantFrom(Infinity, 90_000, 30_000, 0) });

  test('Σ windows + unattributed = what the counter added, exactly', () => {
    fc.assert(
      fc.property(faultyRegister, someEdges, settings, ({ time, value, settings: counter }, edges, { maxGapMs }) => {
        const { increase, flag } = countReadings({ time, value }, counter);
        const step = counter.meters[0]?.step ?? 1;
        const { windows, unattributedSteps, totalSteps } = volumes({ time, increase, flag }, edges, { step, maxGapMs });
        const counted = increase.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : Math.round(one / step)), 0);
        expect(totalSteps).toBe(counted);
        expect(windows.reduce((sum, window) => sum + window.steps, unattributedSteps)).toBe(counted);
        for (const window of windows) expect(window.steps).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test('windows merged in any grouping are the windows over all of it', () => {
    fc.assert(
      fc.property(
        faultyRegister,
        someEdges,
        settings,
        fc.nat(),
        ({ time, value, settings: counter }, edges, { maxGapMs }, at) => {
          const { increase, flag } = countReadings({ time, value }, counter);
          const used: VolumeSettings = { step: counter.meters[0]?.step ?? 1, maxGapMs };
          const { windows } = volumes({ time, increase, flag }, edges, used);
          const [whole] = volumes({ time, increase, flag }, [edges[0] ?? 0, edges.at(-1) ?? 0], used).windows;
          const merge = (some: readonly VolumeWindow[]) => some.slice(1).reduce(mergeVolumes, some[0] as VolumeWindow);
          const cut = 1 + (at % windows.length);
          const [left, right] = [windows.slice(0, cut), windows.slice(cut)];
          expect(merge(windows)).toEqual(whole);
          if (right.length > 0) expect(mergeVolumes(merge(left), merge(right))).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const flow = (rows: readonly (readonly [seconds: number, value: number, flag?: number])[]) => ({
  time: Float64Array.from(rows, ([at]) => at * 1000),
  value: Float64Array.from(rows, ([, value]) => value),
  flag: Uint8Array.from(rows, ([, , flag]) => flag ?? 1),
});

const integral = (rows: Parameters<typeof flow>[0], end: number, settings: IntegralSettings) =>
  integrals(flow(rows), [0, end * 1000], settings)[0] as IntegralWindow;

describe('integrals of a flow', () => {
  const rows = [
    [0, 1],
    [60, 3],
    [120, 5],
  ] as const;

  test.each([
    ['instant', 60 * 2 + 60 * 4],
    ['mean-preceding', 60 * 3 + 60 * 5],
    ['mean-succeeding', 60 * 1 + 60 * 3],
  ] as const)('%s', (interpretation, expected) => {
    const window = integral(rows, 120, { interpretation });
    expect(window.integral).toBe(expected);
    expect(timeWeightedMean(window)).toBe(expected / 120);
  });

  test('are cut at the edges', () => {
    const cut = (interpretation: IntegralSettings['interpretation']) =>
      integrals(flow(rows), [0, 30_000, 90_000, 120_000], { interpretation }).map((window) => window.integral);
    expect(cut('instant')).toEqual([45, 180, 135]);
    expect(cut('mean-preceding')).toEqual([90, 90 + 150, 150]);
    expect(cut('mean-succeeding')).toEqual([30, 30 + 90, 90]);
  });

  test('leave out what lies between samples too far apart, and say so', () => {
    const window = integral(
      [
        [0, 1],
        [60, 1],
        [600, 1],
        [660, 1],
      ],
      660,
      { interpretation: 'instant', maxGapMs: 2 * minute },
    );
    expect(window.integral).toBe(120);
    expect(window.coveredMs).toBe(120_000);
    expect(timeWeightedMean(window)).toBe(1);
    expect(windowFlag(window)).toBe(3);
  });

  test('go over a failed sample, or with strictBad not; a failed mean covers nothing', () => {
    const failed = [
      [0, 1],
      [60, 99, 4],
      [120, 3],
    ] as const;
    expect(integral(failed, 120, { interpretation: 'instant' })).toMatchObject({ integral: 240, coveredMs: 120_000 });
    expect(integral(failed, 120, { interpretation: 'instant', strictBad: true })).toMatchObject({
      integral: 0,
      coveredMs: 0,
    });
    expect(integral(failed, 120, { interpretation: 'mean-preceding' })).toMatchObject({
      integral: 180,
      coveredMs: 60_000,
    });
    expect(integral(failed, 120, { interpretation: 'mean-succeeding' })).toMatchObject({
      integral: 60,
      coveredMs: 60_000,
    });
    expect(windowFlag(integral(failed, 120, { interpretation: 'instant' }))).toBe(3);
  });

  test('know the extremes with their instants, and the plain mean', () => {
    const window = integral(
      [
        [0, 2],
        [10, 7],
        [20, -1],
        [30, 7],
        [40, NaN],
      ],
      60,
      { interpretation: 'instant' },
    );
    expect(window).toMatchObject({
      min: { at: 20_000, value: -1 },
      max: { at: 10_000, value: 7 },
      last: { at: 30_000, value: 7 },
      flags: { 1: 4, 9: 1 },
    });
    expect(sampleMean(window)).toBe(15 / 4);
  });

  test('of nothing are no mean and flag 9', () => {
    const window = integral([], 60, { interpretation: 'instant' });
    expect([timeWeightedMean(window), sampleMean(window), windowFlag(window)]).toEqual([NaN, NaN, 9]);
  });

  test('do not lose what is small', () => {
    const many = 1_000_000;
    const time = Float64Array.from({ length: many + 1 }, (_, index) => index * 1000);
    const [window] = integrals({ time, value: new Float64Array(many + 1).fill(0.1) }, [0, many * 1000], {
      interpretation: 'mean-preceding',
    });
    expect(window?.integral).toBe(100_000);
  });

  test('merged are those over all of it, whatever the interpretation', () => {
    const samples = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: -50, max: 50 }), fc.constantFrom(1, 1, 1, 3, 4)),
      { maxLength: 40 },
    );
    const meanings = fc.constantFrom('instant', 'mean-preceding', 'mean-succeeding');
    fc.assert(
      fc.property(samples, someEdges, meanings, fc.boolean(), (rows, edges, interpretation, strictBad) => {
        let at = 0;
        const columns = flow(rows.map(([wait, value, flag]) => [(at += wait), value, flag] as const));
        const settings = { interpretation, strictBad, maxGapMs: 200_000 } as const;
        const merged = integrals(columns, edges, settings).reduce(mergeIntegrals);
        const [whole] = integrals(columns, [edges[0] ?? 0, edges.at(-1) ?? 0], settings);
        const { integral: part, ...rest } = merged;
        const { integral: expected, ...others } = whole as IntegralWindow;
        expect(rest).toEqual(others);
        expect(part).toBeCloseTo(expected, 6);
      }),
    );
  });
});

describe('local days', () => {
  const hours = (from: string, to: string, zone: string) => {
    const edges = localDayEdges(Date.parse(from), Date.parse(to), zone);
    return edges.slice(1).map((edge, index) => (edge - (edges[index] ?? 0)) / hour);
  };

  test.each([
    [
      'the clock is set forward at midnight',
      '2026-09-05T12:00Z',
      '2026-09-07T12:00Z',
      'America/Santiago',
      [24, 23, 24],
    ],
    ['the clock is set back at midnight', '2026-04-04T12:00Z', '2026-04-06T12:00Z', 'America/Santiago', [25, 24, 24]],
    ['the regulator’s days', '2026-09-05T12:00Z', '2026-09-07T12:00Z', 'Etc/GMT+4', [24, 24, 24]],
    ['forward in the small hours', '2021-03-14T12:00Z', '2021-03-14T13:00Z', 'America/Chicago', [23]],
    ['back in the small hours', '2021-11-07T12:00Z', '2021-11-07T13:00Z', 'America/Chicago', [25]],
    [
      'a month from its first instant',
      '2026-02-01T03:00Z',
      '2026-03-01T03:00Z',
      'America/Santiago',
      Array(28).fill(24),
    ],
  ])('%s', (_, from, to, zone, expected) => {
    expect(hours(from, to, zone)).toEqual(expected);
  });

  test('an unknown zone or an end before the start is refused', () => {
    expect(() => localDayEdges(0, hour, 'Nowhere/Else')).toThrow(refused('config'));
    expect(() => localDayEdges(hour, 0, 'UTC')).toThrow(refused('config'));
    expect(() => fixedEdges(0, hour, 0)).toThrow(refused('config'));
  });

  test('a day of a register is its day, with 23 or 25 hours of flow', () => {
    const edges = localDayEdges(Date.parse('2026-09-05T12:00Z'), Date.parse('2026-09-07T12:00Z'), 'America/Santiago');
    const start = (edges[0] ?? 0) - 20 * minute;
    const time = Float64Array.from({ length: 80 * 2 }, (_, index) => start + index * 30 * minute);
    const increase = Float64Array.from(time, (_, index) => (index === 0 ? 0 : 0.5));
    const { windows } = volumes({ time, increase }, edges, { step: 0.5 });
    expect(windows.map((window) => stepsToUnit(window.steps, 0.5)).map(Math.round)).toEqual([24, 23, 24]);
  });
});
