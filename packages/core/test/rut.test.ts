import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRut, rutCheckDigit } from '@caudal/core';

describe('check digit, modulo 11', () => {
  test.each([
    '12345678-5',
    '11111111-1',
    '76086428-5',
    '5126663-3',
    '30686957-4',
    '1-9',
    '6-K',
    '20347878-K',
    '1000005-K',
    '10000004-0',
    '10000013-K',
    '60805000-0',
    '99999999-9',
  ])('%s is valid', (rut) => {
    expect(parseRut(rut)).toBe(rut);
  });

  test.each(['12345678-9', '98765432-1', '77555666-7', '20999888-7'])('%s is not', (rut) => {
    expect(parseRut(rut)).toBeUndefined();
  });

  test('the published samples pass through the documented escape hatch', () => {
    expect(parseRut('77555666-7', { checkDigit: 'ignore' })).toBe('77555666-7');
    expect(parseRut('20999888-7', { checkDigit: 'ignore' })).toBe('20999888-7');
    expect(rutCheckDigit(77_555_666)).toBe('8');
    expect(rutCheckDigit(20_999_888)).toBe('2');
  });

  test.each([0, -1, 1.5, NaN, Infinity])('%d is the body of no RUT', (body) => {
    expect(() => rutCheckDigit(body)).toThrow(RangeError);
  });

  test('exactly one of the eleven digits fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (body) => {
        const fitting = '0123456789K'.split('').filter((digit) => parseRut(`${body}-${digit}`) !== undefined);
        expect(fitting).toEqual([rutCheckDigit(body)]);
      }),
    );
  });

  test('one wrong digit is always found', () => {
    const change = fc.tuple(
      fc.integer({ min: 10_000_000, max: 99_999_999 }),
      fc.nat(7),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(change, ([body, place, by]) => {
        const digits = String(body).split('').map(Number);
        digits[place] = ((digits[place] ?? 0) + by) % 10;
        fc.pre(digits[0] !== 0);
        expect(parseRut(`${digits.join('')}-${rutCheckDigit(body)}`)).toBeUndefined();
      }),
    );
  });
});

describe('the wire form', () => {
  test.each([
    ['12.345.678-5', '12345678-5'],
    [' 20347878-k ', '20347878-K'],
    ['005126663-3', '5126663-3'],
    ['123456785', '12345678-5'],
  ])('%j is written %s', (given, wire) => {
    expect(parseRut(given)).toBe(wire);
  });

  test.each(['', '-', 'K', '0-0', '12345678', '1234567890-1', '12345678-55', '12 345 678-5', '12345678-X'])(
    '%j is none',
    (given) => {
      expect(parseRut(given)).toBeUndefined();
    },
  );
});
