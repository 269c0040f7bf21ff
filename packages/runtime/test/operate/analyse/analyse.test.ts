import type { DataFile } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildDomain } from '../../../src/config/domain.ts';
import { anomaliesOf, forecastOf, trendOf } from '../../../src/operate/analyse/outlook.ts';
import { pointReport } from '../../../src/operate/analyse/report.ts';
import type { Analysed } from '../../../src/operate/analyse/samples.ts';
import { statesOf } from '../../../src/operate/analyse/states.ts';
import { volumesOf } from '../../../src/operate/analyse/volumes.ts';
import { useOfRight } from '../../../src/operate/analyse/water-right.ts';
import { edgesOf } from '../../../src/operate/analyse/windows.ts';
import { openStore } from '../../../src/store/index.ts';
import { withStore } from '../../store/files.ts';
import { day, hour, minute, processed, value } from '../../store/rows.ts';

const zone = 'America/Santiago';
/** Midnight of 1 March 2026 in Santiago, where summer time ends on 5 April. */
const start = Date.UTC(2026, 2, 1, 3);

const data: DataFile = {
  points: [
    {
      id: 'well',
      name: 'Pozo 1',
      kind: 'well',
      waterRight: { annualVolumeM3: 10_000, flowLps: 5 },
      series: {
        total: { intervalMinutes: 60 },
        flow: { intervalMinutes: 60 },
        level: { intervalMinutes: 60 },
      },
    },
  ],
  meters: [{ id: 'm', series: 'well/total', step: 0.1, maxFlowLps: 40 }],
};

/** Runs on a store that holds the given values, at an instant after them. */
const analysed = (
  rows: readonly (readonly [series: string, at: number, value: number | null])[],
  ask: (services: Analysed) => Promise<void>,
  now = start + 40 * day,
) =>
  withStore(openStore, async (store) => {
    for (let index = 0; index < rows.length; index += 5000)
      await store.write.commitProcessed(
        processed({
          values: rows.slice(index, index + 5000).map(([series, at, number]) => value(at, number, { series })),
        }),
      );
    await ask({ store, domain: buildDomain([data]), clock: virtualClock(now) });
  });

const hourly = (series: string, count: number, of: (index: number) => number | null, from = start) =>
  Array.from({ length: count }, (_, index) => [series, from + index * hour, of(index)] as const);

describe('windows', () => {
  test('a day that loses its summer time has 25 hours, and months begin at local midnight', () => {
    const days = edgesOf(start + 34 * day, start + 37 * day, 'day', zone);
    expect(days.slice(1).map((edge, index) => (edge - (days[index] as number)) / hour)).toContain(25);
    const months = edgesOf(start, start + 60 * day, 'month', zone);
    expect(months.map((edge) => new Date(edge).toISOString())).toEqual([
      '2026-03-01T03:00:00.000Z',
      '2026-04-01T03:00:00.000Z',
      '2026-05-01T04:00:00.000Z',
    ]);
  });

  test('a span without end, or too many windows, is refused', () => {
    expect(() => edgesOf(start, start, 'day', zone)).toThrow(/ends before/);
    expect(() => edgesOf(0, start, 'hour', zone)).toThrow(/shorter span/);
  });
});

describe('volumes', () => {
  test('of neighbouring windows add up to what the register rose, whatever came when', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            stepMinutes: fc.integer({ min: 10, max: 500 }),
            added: fc.integer({ min: 0, max: 200 }),
          }),
          { minLength: 3, maxLength: 60 },
        ),
        async (readings) => {
          let at = start;
          let register = 1000;
          const rows = readings.map(({ stepMinutes, added }) => {
            at += stepMinutes * minute;
            register += added;
            return ['well/total', at, register / 10] as const;
          });
          const rose = (register - (rows[0]?.[2] ?? 0) * 10) / 10;
          await analysed(rows, async (services) => {
            const found = await volumesOf(services, {
              series: 'well/total',
              from: (rows[0]?.[1] ?? 0) - hour,
              to: at + hour,
              window: 'hour',
              zone,
            });
            const sum = found.windows.reduce((whole, { volume }) => whole + (volume ?? 0), found.unattributed);
            expect(sum).toBeCloseTo(rose, 6);
          });
        },
      ),
      { numRuns: 8 },
    ));

  test('a reset in the middle of a day adds what flowed, not what the register shows', () =>
    analysed(
      hourly('well/total', 48, (index) => (index < 20 ? 500 + index : index - 20)),
      async (services) => {
        const found = await volumesOf(services, {
          series: 'well/total',
          from: start,
          to: start + day,
          window: 'day',
          zone,
        });
        expect(found.windows).toHaveLength(1);
        // 19 hours before the reset, 0 at it, and the hours after it.
        expect(found.windows[0]?.volume).toBeCloseTo(23, 6);
        expect(found.windows[0]?.coverage).toBe(1);
      },
    ));

  test('a window without readings has no volume: nothing is made up', () =>
    analysed(
      hourly('well/total', 24, (index) => 100 + index),
      async (services) => {
        const found = await volumesOf(services, {
          series: 'well/total',
          from: start + 5 * day,
          to: start + 7 * day,
          window: 'day',
          zone,
        });
        expect(found.windows.map(({ volume, coverage, flag }) => [volume, coverage, flag])).toEqual([
          [null, 0, 9],
          [null, 0, 9],
        ]);
      },
    ));

  test('of anything but a total are refused, and so is the mean of one', () =>
    analysed([], async (services) => {
      const span = { from: start, to: start + day, window: 'day', zone } as const;
      await expect(volumesOf(services, { series: 'well/level', ...span })).rejects.toThrow(/no total/);
      await expect(statesOf(services, { series: 'well/total', ...span })).rejects.toThrow(/register/);
      await expect(statesOf(services, { series: 'well/nothing', ...span })).rejects.toThrow(/no series/);
    }));
});

test('a mean is weighed by time and leaves out what failed', () =>
  analysed(
    [
      ['well/level', start, 10],
      ['well/level', start + hour, 10],
      ['well/level', start + hour + 10 * minute, 20],
      ['well/level', start + hour + 20 * minute, null],
      ['well/level', start + 2 * hour, 20],
    ],
    async (services) => {
      const found = await statesOf(services, {
        series: 'well/level',
        from: start,
        to: start + 2 * hour,
        window: 'hour',
        zone,
      });
      const [first, second] = found.windows;
      expect(first?.mean).toBe(10);
      // Ten minutes from 10 to 20, then 50 minutes of 20.
      expect(second?.mean).toBeCloseTo((15 * 10 + 20 * 50) / 60, 9);
      expect(second?.max).toEqual({ at: start + hour + 10 * minute, value: 20 });
      expect(second?.samples).toBe(2);
    },
  ));

describe('outlook', () => {
  test('a level that falls is seen to fall, and when it meets a limit', () =>
    analysed(
      hourly('well/level', 24 * 30, (index) => 40 - index / 240),
      async (services) => {
        const { trend, crossing, values } = await trendOf(services, {
          series: 'well/level',
          from: start,
          to: start + 31 * day,
          limit: 35,
        });
        expect(values).toBe(720);
        expect(trend.slopePerDay).toBeCloseTo(-0.1, 6);
        expect(trend.test.trend).toBe('decreasing');
        expect(((crossing?.at ?? 0) - start) / day).toBeCloseTo(50, 1);
      },
    ));

  test('a flow that comes every day is forecast for the next, and says how good that was', () =>
    analysed(
      hourly('well/flow', 24 * 14, (index) => (index % 24 >= 6 && index % 24 < 18 ? 4 : 0.5)),
      async (services) => {
        const found = await forecastOf(services, {
          series: 'well/flow',
          from: start,
          to: start + 14 * day,
          season: 'day',
          steps: 24,
        });
        expect(found.start).toBe(start + 14 * day);
        expect(found.value[7]).toBeCloseTo(4, 3);
        expect(found.value[20]).toBeCloseTo(0.5, 3);
        expect(found.coverage).toBe(1);
      },
    ));

  test('a forecast of too little is refused with what is missing', () =>
    analysed(
      hourly('well/flow', 30, () => 1),
      async (services) => {
        const ask = { series: 'well/flow', from: start, to: start + 2 * day, season: 'day', steps: 24 } as const;
        await expect(forecastOf(services, ask)).rejects.toThrow(/three seasons/);
      },
    ));

  test('a moved sensor and a wild value are named', () =>
    analysed(
      hourly('well/level', 200, (index) => (index === 50 ? 90 : (index < 120 ? 10 : 12) + (index % 3) * 0.01)),
      async (services) => {
        const found = await anomaliesOf(services, { series: 'well/level', from: start, to: start + 10 * day });
        expect(found.outliers).toContainEqual({ at: start + 50 * hour, value: 90 });
        expect(found.shifts.map(({ at }) => at)).toContain(start + 120 * hour);
      },
    ));
});

describe('use of the water right', () => {
  test('what was used, its share, when it is used up, and hours above the granted flow', () =>
    analysed(
      [
        ...hourly('well/total', 24 * 40, (index) => 1000 + index * 10, start - 30 * day),
        ...hourly('well/flow', 48, (index) => (index < 3 ? 7 : 2), start + 8 * day),
      ],
      async (services) => {
        const found = await useOfRight(services, { point: 'well' });
        expect(found.usedM3).toBeCloseTo(9590, 6);
        expect(found.share).toBeCloseTo(0.959, 6);
        // 240 m³ a day, 410 m³ left.
        expect(((found.usedUp?.at ?? 0) - (start + 10 * day)) / day).toBeCloseTo(410 / 240, 2);
        expect(found.peakLps?.value).toBeGreaterThan(6);
        // The third hour goes from 7 to 2: its mean is within the right.
        expect(found.hoursAboveRight).toBe(2);
      },
      start + 10 * day,
    ));

  test('without a reading nothing is known, and nothing is 0', () =>
    analysed([], async (services) => {
      const found = await useOfRight(services, { point: 'well' });
      expect(found).toMatchObject({ usedM3: null, share: null, usedUp: null, peakLps: null });
    }));
});

test('a report of a month has a row for each day and series, and counts slots by state', () =>
  analysed(
    [
      ...hourly('well/total', 72, (index) => 100 + index),
      ...hourly('well/level', 72, () => 12),
      ...hourly('well/flow', 72, () => 0.3),
    ],
    async (services) => {
      const found = await pointReport(services, { point: 'well', from: start, to: start + 31 * day, window: 'day' });
      expect(found.totals[0]?.windows).toHaveLength(31);
      expect(found.totals[0]?.windows.slice(0, 4).map(({ volume }) => volume)).toEqual([24, 24, 23, null]);
      expect(found.states.map(({ series, windows }) => [series, windows[0]?.mean])).toEqual([
        ['well/flow', 0.3],
        ['well/level', 12],
      ]);
      expect(found.submissions).toEqual([]);
    },
  ));
