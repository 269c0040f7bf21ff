import type { ComplianceProfile } from '@caudal/core';
import { expect, test } from 'vitest';
import type { Owed } from '../../src/comply/expect.ts';
import { settleOutcome, settleSilence } from '../../src/comply/settle.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 0, 15, 12);
const midnight = Date.UTC(2026, 0, 16, 4);

/** An obligation of which only the resend rules matter. */
const owedWith = (rules: Pick<ComplianceProfile, 'resend' | 'resendUnknown'>) =>
  ({ target: { instance: {}, profile: { utcOffsetMinutes: -240, ...rules } }, configuration: 'c' }) as unknown as Owed;

const refused = { status: 'rejected', until: 'next-permitted-day', reason: 'HTTP 500' } as const;
const first = { attempts: 0, sentAt: null };
const silence = { sent: 'maybe', message: 'no answer' } as const;

test('what was refused goes again by its rule, what was not answered by its own', () => {
  const owed = owedWith({ resend: 'immediately', resendUnknown: 'next-calendar-day' });
  expect(settleOutcome(owed, refused, 0, now).change).toMatchObject({ state: 'retry', nextAt: now + 5 * minute });
  expect(settleSilence(owed, silence, first, now).change).toMatchObject({ state: 'unknown', nextAt: midnight });
});

test('silence follows the common rule where it has none of its own', () => {
  expect(settleSilence(owedWith({ resend: 'next-calendar-day' }), silence, first, now).change.nextAt).toBe(midnight);
});

test.each([
  [0, 5 * minute],
  [1, 10 * minute],
  [3, 40 * minute],
  [9, 24 * hour],
  [500, 24 * hour],
])('after %i attempts an immediate repetition waits', (attempts, wait) => {
  expect(settleOutcome(owedWith({ resend: 'immediately' }), refused, attempts, now).change.nextAt).toBe(now + wait);
});

test('never: a refusal is final, silence stays unknown and says that a person decides', () => {
  const owed = owedWith({ resend: 'never' });
  expect(settleOutcome(owed, refused, 0, now).change.state).toBe('rejected');
  const { change } = settleSilence(owed, silence, first, now);
  expect(change).toMatchObject({ state: 'unknown', reason: expect.stringContaining('a person has to decide') });
  expect(change.nextAt).toBeGreaterThan(Date.UTC(9999, 0, 1));
});

test('what never left is due again, whatever the rules', () => {
  const owed = owedWith({ resend: 'never' });
  expect(
    settleSilence(owed, { sent: 'no', message: 'refused' }, { attempts: 3, sentAt: null }, now).change,
  ).toMatchObject({
    state: 'due',
    nextAt: now + 5 * minute,
  });
});
