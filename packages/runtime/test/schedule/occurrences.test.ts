import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { civilClock, civilDate, civilInZone } from '@caudal/core';
import { countBetween, newestAt, nextAfter, type Timing } from '../../src/schedule/occurrences.ts';

const day = 86_400_000;
const zone = 'America/Santiago';
const at = (time: string): Timing => ({ at: time, zone });

const runs = (timing: Timing, from: string, count: number): string[] => {
  const found: string[] = [];
  for (let instant = Date.parse(from); found.length < count;) {
    instant = nextAfter(timing, instant);
    found.push(new Date(instant).toISOString());
  }
  return found;
};

describe('days on which the clock of Chile is set', () => {
  // Decreto 224 of the Ministry of the Interior: forward on the first Saturday of September at 24:00, back on that of April.
  test('the missing hour: midnight of 6 September 2026 does not exist, 00:30 is done once, an hour later on the wall', () => {
    expect(runs(at('00:30'), '2026-09-05T12:00:00Z', 3)).toEqual([
      '2026-09-06T04:30:00.000Z',
      '2026-09-07T03:30:00.000Z',
      '2026-09-08T03:30:00.000Z',
    ]);
    expect(civilClock(civilInZone(Date.parse('2026-09-06T04:30:00Z'), zone))).toBe('01:30:00');
  });

  test('the doubled hour: 23:30 of 4 April 2026 comes twice and is done once, the first time', () => {
    expect(runs(at('23:30'), '2026-04-04T12:00:00Z', 2)).toEqual([
      '2026-04-05T02:30:00.000Z',
      '2026-04-06T03:30:00.000Z',
    ]);
    expect(newestAt(at('23:30'), Date.parse('2026-04-05T03:30:00Z'))).toBe(Date.parse('2026-04-05T02:30:00Z'));
  });

  test('02:00 and 07:00 keep to the wall over both', () => {
    expect(runs(at('07:00'), '2026-04-04T12:00:00Z', 2)).toEqual([
      '2026-04-05T11:00:00.000Z',
      '2026-04-06T11:00:00.000Z',
    ]);
    expect(runs(at('02:00'), '2026-09-05T12:00:00Z', 2)).toEqual([
      '2026-09-06T05:00:00.000Z',
      '2026-09-07T05:00:00.000Z',
    ]);
    expect(countBetween(at('02:00'), Date.parse('2026-09-04T06:00:00Z'), Date.parse('2026-09-08T05:00:00Z'))).toBe(3);
  });
});

const instants = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });
const two = (value: number) => String(value).padStart(2, '0');
const timings = fc.oneof(
  fc.integer({ min: 1, max: 1_440 }).map((everyMinutes): Timing => ({ everyMinutes })),
  fc
    .tuple(
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.constantFrom(zone, 'UTC', 'Pacific/Easter', 'Europe/Madrid', 'Australia/Lord_Howe', 'Pacific/Apia'),
    )
    .map(([hour, minute, of]): Timing => ({ at: `${two(hour)}:${two(minute)}`, zone: of })),
);

test('newest and next enclose every instant, and what is between two of them is counted', () => {
  fc.assert(
    fc.property(timings, instants, fc.integer({ min: 1, max: 30 }), (timing, instant, steps) => {
      const newest = newestAt(timing, instant);
      const next = nextAfter(timing, instant);
      expect(newest).toBeLessThanOrEqual(instant);
      expect(next).toBeGreaterThan(instant);
      expect(nextAfter(timing, newest)).toBe(next);
      expect(newestAt(timing, next - 1)).toBe(newest);
      let last = newest;
      for (let step = 0; step < steps; step += 1) last = nextAfter(timing, last);
      expect(countBetween(timing, newest, last)).toBe(steps - 1);
    }),
    { numRuns: 300 },
  );
});

test('a time of day is done once each civil day, for years', () => {
  for (const time of ['00:00', '00:30', '02:00', '23:30']) {
    const dates: string[] = [];
    for (let instant = Date.UTC(2025, 0, 1, 12); instant < Date.UTC(2028, 0, 1);) {
      instant = nextAfter(at(time), instant);
      dates.push(civilDate(civilInZone(instant, zone)));
    }
    expect(new Set(dates).size).toBe(dates.length);
    expect(dates.length).toBe(Math.round((Date.parse(dates.at(-1) ?? '') - Date.parse(dates[0] ?? '')) / day) + 1);
  }
});
