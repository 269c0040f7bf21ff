import { sameText } from '@caudal/core';
import { expect, test } from 'vitest';

test.each([
  ['secret', 'secret', true],
  ['', '', true],
  ['secret', 'Secret', false],
  ['secret', 'secret ', false],
  ['', 'secret', false],
])('%j shown for %j: %s', (given, expected, same) => {
  expect(sameText(given, expected)).toBe(same);
});
