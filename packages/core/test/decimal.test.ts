import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDecimals, decimalText, formatDecimal, isDecimal } from '@caudal/core';

describe('formatDecimal', () => {
  test.each([
    [15.314, 2, '15.31'],
    [15.999, 2, '16.00'],
    [10, 2, '10.00'],
    [0, 2, '0.00'],
    [12.345678, 2, '12.35'],
    [1.005, 2, '1.01'],
    [15.305, 2, '15.31'],
    [2.675, 2, '2.68'],
    [0.005, 2, '0.01'],
    [1e-7, 2, '0.00'],
    [-1.005, 2, '-1.01'],
    [-0.001, 2, '0.00'],
    [-0, 2, '0.00'],
    ['0012.50', 1, '12.5'],
    ['+1.5', 0, '2'],
    ['1.5e3', 0, '1500'],
    ['.5', 0, '1'],
    ['5.', 1, '5.0'],
    [1e21, 0, '1000000000000000000000'],
    [999_999_999_999_999, 0, '999999999999999'],
    [5e-324, 3, '0.000'],
  ])('%s with %i places is %s', (value, places, expected) => {
    expect(formatDecimal(value, places)).toBe(expected);
  });

  test('a register is cut, not rounded, where the format says so', () => {
    expect(formatDecimal(1010.7, 0, 'truncate')).toBe('1010');
    expect(formatDecimal('-1010.7', 0, 'truncate')).toBe('-1010');
    expect(formatDecimal('-0.7', 0, 'truncate')).toBe('0');
    expect(formatDecimal(1e15, 0, 'truncate')).toHaveLength(16);
  });

  test.each([NaN, Infinity, -Infinity, '', ' ', '-', '.', '1,5', '1 234', '0x10', 'NaN', '1e', '--1', '1e9999'])(
    '%j is refused',
    (value) => {
      expect(() => formatDecimal(value, 2)).toThrow(RangeError);
    },
  );

  test.each([-1, 0.5, NaN, 101])('%d places are refused', (places) => {
    expect(() => formatDecimal(1, places)).toThrow(RangeError);
  });

  test('a text longer than any double is refused before it costs anything', () => {
    expect(isDecimal('9'.repeat(1200))).toBe(true);
    expect(isDecimal('9'.repeat(1201))).toBe(false);
  });

  const scaled = fc.tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(20));
  const text = ([digits, scale]: [bigint, number]) => `${digits}e-${scale}`;

  test('agrees with whole-number arithmetic', () => {
    fc.assert(
      fc.property(scaled, fc.nat(20), ([digits, scale], places) => {
        const size = digits < 0n ? -digits : digits;
        const top = size * 10n ** BigInt(places);
        const bottom = 10n ** BigInt(scale);
        const rounded = (2n * top + bottom) / (2n * bottom);
        const written = formatDecimal(text([digits, scale]), places);
        expect(written).toMatch(places === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${places}}$`));
        expect(BigInt(written.replace('.', ''))).toBe(digits < 0n ? -rounded : rounded);
        const cut = formatDecimal(text([digits, scale]), places, 'truncate');
        expect(BigInt(cut.replace('.', ''))).toBe((digits < 0n ? -1n : 1n) * (top / bottom));
      }),
    );
  });

  test('never writes a negative zero, an exponent or a separator', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(10), (value, places) => {
        expect(formatDecimal(value, places)).toMatch(/^(?!-[0.]+$)-?\d+(\.\d+)?$/);
      }),
    );
  });
});

test('decimalText names the same double and no other', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const written = decimalText(value);
      expect(written).not.toMatch(/e/i);
      expect(Number(written) === value).toBe(true);
    }),
  );
  expect(decimalText(0.1 + 0.2)).toBe('0.30000000000000004');
  expect(() => decimalText(NaN)).toThrow(RangeError);
});

describe('compareDecimals', () => {
  test.each([
    ['0.00', '0.0', 0],
    ['25.70', '25.7', 0],
    ['-0', '0', 0],
    ['1e2', '100', 0],
    ['9.99', '10', -1],
    ['-9.99', '-10', 1],
    ['0.1', '0.10000000000000000555', -1],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(compareDecimals(a, b)).toBe(expected);
    expect(compareDecimals(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  test('orders doubles as numbers do', () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(compareDecimals(decimalText(a), decimalText(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test('refuses what is no number', () => {
    expect(() => compareDecimals('1', '1,0')).toThrow('cannot compare "1" with "1,0"');
  });
});
