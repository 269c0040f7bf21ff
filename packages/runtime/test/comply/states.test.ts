import { expect, test } from 'vitest';
import {
  designStatusOf,
  isOpen,
  mayBecome,
  type SubmissionState,
  submissionStates,
  unsent,
} from '../../src/store/submission-states.ts';

/** Every state that a way leads to, the first included. */
const reached = (from: SubmissionState, blocked: readonly SubmissionState[] = []): ReadonlySet<SubmissionState> => {
  const found = new Set<SubmissionState>([from]);
  for (const state of found)
    for (const next of submissionStates) if (mayBecome(state, next) && !blocked.includes(next)) found.add(next);
  return found;
};

test('every state is reached from an owed slot, and every open one comes to an end', () => {
  expect([...reached('expected')].toSorted()).toEqual([...submissionStates].toSorted());
  for (const state of submissionStates)
    expect(
      [...reached(state)].some((end) => !isOpen(end)),
      state,
    ).toBe(true);
});

test('nothing that reached the regulator is ever sent again', () => {
  for (const state of [
    'accepted',
    'received',
    'confirmed',
    'accepted-unverified',
    'conflict',
    'shadowed',
    'elsewhere',
  ] as const)
    expect(reached(state).has('sending'), state).toBe(false);
});

test('an unknown send never becomes pending: it is sent again by a rule, or decided by a person', () => {
  for (const state of ['expected', 'held', 'missing', 'due'] as const)
    expect(mayBecome('unknown', state), state).toBe(false);
});

test('only an attempt leads to the regulator', () => {
  const behind = ['accepted', 'received', 'confirmed', 'conflict'] as const;
  const without = reached('expected', ['sending', 'manual']);
  for (const state of behind) expect(without.has(state), state).toBe(false);
});

test('deadlines are watched over all that has not arrived', () => {
  expect(submissionStates.filter((state) => isOpen(state) && !unsent.includes(state))).toEqual([
    'accepted',
    'received',
  ]);
});

test.each([
  ['expected', null, 'PENDING'],
  ['held', null, 'PENDING'],
  ['missing', null, 'PENDING'],
  ['due', null, 'PENDING'],
  ['manual', null, 'PENDING'],
  ['sending', null, 'SENT'],
  ['unknown', null, 'SENT'],
  ['accepted', null, 'SENT'],
  ['received', null, 'SENT'],
  ['accepted-unverified', null, 'SENT'],
  ['accepted-unverified', 1, 'CONFIRMED'],
  ['confirmed', 1, 'CONFIRMED'],
  ['elsewhere', 1, 'CONFIRMED'],
  ['elsewhere', null, 'PENDING'],
  ['rejected', null, 'REJECTED'],
  ['retry', null, 'ERROR'],
  ['quarantined', null, 'ERROR'],
  ['conflict', null, 'ERROR'],
  ['failed-reported', null, 'ERROR'],
  ['shadowed', null, 'PENDING'],
] as const)('%s with confirmed_at %s is %s in the source design', (state, confirmedAt, word) => {
  expect(designStatusOf({ state, confirmedAt })).toBe(word);
});
