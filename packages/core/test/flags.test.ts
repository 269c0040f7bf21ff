import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Flag, worseFlag } from '@caudal/core';

const flag = fc.constantFrom(...Object.values(Flag));

test('worseFlag is associative, commutative and idempotent', () => {
  fc.assert(
    fc.property(flag, flag, flag, (a, b, c) => {
      expect(worseFlag(worseFlag(a, b), c)).toBe(worseFlag(a, worseFlag(b, c)));
      expect(worseFlag(a, b)).toBe(worseFlag(b, a));
      expect(worseFlag(a, a)).toBe(a);
    }),
  );
});

test('missing < not evaluated < good < suspect < fail', () => {
  const order = [Flag.missing, Flag.notEvaluated, Flag.good, Flag.suspect, Flag.fail];
  for (const [index, worse] of order.entries()) {
    for (const better of order.slice(0, index)) expect(worseFlag(better, worse)).toBe(worse);
  }
});
