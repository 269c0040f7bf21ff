import { describe, expect, test } from 'vitest';
import { tellAt } from '../../src/notify/quiet.ts';

const santiago = { zone: 'America/Santiago' };
const night = { quiet: { from: '22:00', to: '07:00' } };
const at = (text: string) => Date.parse(text);
const told = (subscription: Parameters<typeof tellAt>[0], now: string, critical = false) =>
  new Date(tellAt(subscription, santiago, critical, at(now))).toISOString();

describe('quiet hours', () => {
  test.each([
    ['before them', '2026-06-10T21:59:00-04:00', '2026-06-10T21:59:00-04:00'],
    ['from their first minute', '2026-06-10T22:00:00-04:00', '2026-06-11T07:00:00-04:00'],
    ['after midnight', '2026-06-11T03:30:00-04:00', '2026-06-11T07:00:00-04:00'],
    ['when they end', '2026-06-11T07:00:00-04:00', '2026-06-11T07:00:00-04:00'],
    ['over the end of a month', '2026-06-30T23:00:00-04:00', '2026-07-01T07:00:00-04:00'],
    ['over the night in which clocks go forward', '2026-09-05T23:00:00-04:00', '2026-09-06T07:00:00-03:00'],
    ['over the night in which clocks go back', '2026-04-04T22:30:00-03:00', '2026-04-05T07:00:00-04:00'],
  ])('%s', (_when, now, then) => {
    expect(told(night, now)).toBe(new Date(then).toISOString());
  });

  test('let through what is critical, unless they say otherwise, and are none where none are written', () => {
    const now = '2026-06-10T23:00:00-04:00';
    expect(told(night, now, true)).toBe(new Date(now).toISOString());
    expect(told({ quiet: { ...night.quiet, exceptCritical: false } }, now, true)).toBe('2026-06-11T11:00:00.000Z');
    expect(told({}, now)).toBe(new Date(now).toISOString());
  });
});
