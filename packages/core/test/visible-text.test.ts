import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleText } from '@caudal/core';

test.each([
  ['Pozo\u202E1', 'Pozo1'],
  ['a\u200Bb\uFEFFc', 'abc'],
  ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
  ['tab\tstays', 'tab\tstays'],
  ['bell\u0007', 'bell'],
  ['\uD800half', '\uFFFDhalf'],
  ['👩\u200D🔧', '👩\u200D🔧'],
  ['<b>', '<b>'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test('what was cleaned once is clean', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
    }),
  );
});
