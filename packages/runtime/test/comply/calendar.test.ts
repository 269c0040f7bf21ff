import type { Calendar } from '@caudal/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotsBetween } from '../../src/comply/calendar.ts';

const minute = 60_000;
const day = 1_440 * minute;
const every = (unit: 'minute' | 'hour', step?: number): Calendar => ({
  every: unit,
  ...(step === undefined ? {} : { step }),
  dueMs: minute,
  maxLag: { ms: day },
  delivery: 'online',
});
const midnight = Date.UTC(2026, 0, 15, 4);

test('a step of minutes is counted from the midnight of the regulator', () => {
  expect(slotsBetween(every('minute', 5), midnight + 1, midnight + 16 * minute, -240, 99)).toEqual(
    [5, 10, 15].map((at) => midnight + at * minute),
  );
  expect(slotsBetween(every('hour', 6), midnight, midnight + day, -240, 99)).toEqual(
    [0, 6, 12, 18, 24].map((at) => midnight + at * 60 * minute),
  );
});

test('without a step every minute has its slot', () => {
  expect(slotsBetween(every('minute'), midnight, midnight + day - 1, -240, 9_999)).toHaveLength(1_440);
});

test('for any divisor of a day the slots of a day are alike, whatever the day', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3, 5, 10, 15, 30, 60, 240), fc.nat(20_000), (step, days) => {
      const from = midnight + days * day;
      const slots = slotsBetween(every('minute', step), from, from + day - 1, -240, 9_999);
      expect(slots).toEqual(Array.from({ length: 1_440 / step }, (_, at) => from + at * step * minute));
    }),
  );
});
