import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CaudalError, numberIn, parseSpelledJson, readValue, SpelledNumber, spellingOf } from '@caudal/core';

const bytes = (text: string) => new TextEncoder().encode(text);

test('numbers keep the digits that the body has', () => {
  const body = parseSpelledJson(bytes('{"value": 1.10, "big": 12345678901234567890, "list": [1e3, -0]}'));
  expect(body).toEqual({
    value: new SpelledNumber(1.1, '1.10'),
    big: new SpelledNumber(12345678901234567000, '12345678901234567890'),
    list: [new SpelledNumber(1000, '1e3'), new SpelledNumber(-0, '-0')],
  });
});

test('only the named keys are spelled', () => {
  const body = parseSpelledJson(bytes('{"value": 1.10, "ts": 1703123456789}'), (key) => key === 'value');
  expect(body).toEqual({ value: new SpelledNumber(1.1, '1.10'), ts: 1703123456789 });
});

test('whatever JSON writes comes back as it was written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(JSON.stringify(parseSpelledJson(bytes(text))))).toEqual(
        JSON.parse(JSON.stringify(JSON.parse(text))),
      );
    }),
  );
});

/** As a vendor may spell them: in every way that JSON allows, and many twice the same. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  fc.constantFrom(
    '-0',
    '0',
    '-0.0',
    '1e3',
    '1E-7',
    '0.0000001',
    '0.000001',
    '20.0',
    '20',
    '1.10',
    '0.30000000000000004',
  ),
  fc
    .tuple(fc.stringMatching(/^-?(0|[1-9]\d{0,19})$/), fc.stringMatching(/^(\.\d{1,20})?$/))
    .map((parts) => parts.join('')),
);
const space = fc.constantFrom('', ' ', '\n');
const jsonText: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3 },
    numberText,
    fc.constantFrom('true', 'null', '""', '"1.0"', '", 1.0 ,"', '"2026-01-01T00:00:00.000Z"'),
    fc.array(fc.tuple(space, tie('text')).map((parts) => parts.join(''))).map((items) => `[${items.join(' ,')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('value', '1', 'other', '__proto__', ''), space, tie('text')))
      .map((items) => `{${items.map(([key, blank, text]) => `"${key}":${blank}${text}`).join(',')}}`),
  ),
})).text;

test('every number is spelled as the body has it, whatever stands around it', () => {
  type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;
  const asTheEngineSaysIt = (text: string, wanted: (key: string) => boolean): unknown =>
    (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, (key, value, { source }) =>
      typeof value === 'number' && wanted(key) ? new SpelledNumber(value, source) : value,
    );
  fc.assert(
    fc.property(jsonText, (text) => {
      for (const wanted of [() => true, (key: string) => key === 'value'])
        expect(parseSpelledJson(bytes(text), wanted)).toStrictEqual(asTheEngineSaysIt(text, wanted));
    }),
  );
});

test.each(['', '<html>', '{"value": 1', '{"value": NaN}'])('%j is refused as invalid data', (text) => {
  expect(() => parseSpelledJson(bytes(text))).toThrow(CaudalError);
});

test('bytes that are no UTF-8 are refused, never replaced', () => {
  expect(() => parseSpelledJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(/not JSON in UTF-8/);
});

test.each([
  [new SpelledNumber(22.8, '22.80'), { value: 22.8, raw: '22.80' }],
  ['22.80', { value: 22.8, raw: '22.80' }],
  [new SpelledNumber(-3200, '-3200.0'), { value: null, raw: '-3200.0', code: 'SENTINEL' }],
  [true, { value: null, raw: 'true', code: 'NOT_A_NUMBER' }],
  [null, { value: null, raw: 'null', code: 'NOT_A_NUMBER' }],
  ['', { value: null, raw: '', code: 'NOT_A_NUMBER' }],
  ['12,5', { value: null, raw: '12,5', code: 'NOT_A_NUMBER' }],
  [{ a: 1 }, { value: null, raw: '{"a":1}', code: 'NOT_A_NUMBER' }],
])('%j is read as %j', (value, reading) => {
  expect(readValue(value, [-3200])).toEqual(reading);
});

test('a number too small or too large for a double is no number, and never zero', () => {
  expect(numberIn('1e-400')).toBeUndefined();
  expect(numberIn('1e400')).toBeUndefined();
  expect(numberIn('0.000')).toBe(0);
});

test('a long text is shown up to its bound', () => {
  expect(spellingOf('x'.repeat(10_000))).toHaveLength(6144);
});
