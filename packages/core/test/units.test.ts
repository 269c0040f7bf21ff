import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  convert,
  converter,
  convertText,
  defaultUnit,
  defineUnit,
  findUnit,
  metresOfWater,
  unit,
  variableKinds,
} from '@caudal/core';
import { unitTable } from '../src/unit-table.ts';

const dimensions = Object.entries(unitTable).map(([dimension, rows]) => ({ dimension, names: Object.keys(rows) }));
const pair = fc
  .constantFrom(...dimensions)
  .chain(({ names }) => fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)));
const sane = fc
  .double({ min: -1e12, max: 1e12, noNaN: true })
  .filter((value) => value === 0 || Math.abs(value) > 1e-12);

describe('exact factors', () => {
  test.each([
    ['1', 'gal', 'L', '3.785411784'],
    ['1', 'imp gal', 'L', '4.54609'],
    ['1', 'ft3', 'L', '28.316846592'],
    ['1', 'acre-ft', 'm3', '1233.48183754752'],
    ['1', 'acre-ft', 'ft3', '43560'],
    ['1', 'ML', 'm3', '1000'],
    ['1', 'dm3', 'L', '1'],
    ['1', 'mL', 'L', '0.001'],
    ['3.6', 'm3/h', 'L/s', '1'],
    ['86.4', 'm3/d', 'L/s', '1'],
    ['60', 'L/min', 'L/s', '1'],
    ['3600', 'L/h', 'L/s', '1'],
    ['60', 'gpm', 'L/s', '3.785411784'],
    ['1', 'ft3/s', 'L/s', '28.316846592'],
    ['0.0864', 'ML/d', 'L/s', '1'],
    ['1', 'm3/s', 'L/s', '1000'],
    ['1', 'ft', 'm', '0.3048'],
    ['12', 'in', 'ft', '1'],
    ['1', 'km', 'cm', '100000'],
    ['1', 'bar', 'kPa', '100'],
    ['1', 'bar', 'mbar', '1000'],
    ['1', 'atm', 'Pa', '101325'],
    ['1', 'mH2O', 'Pa', '9806.65'],
    ['100', 'degC', 'degF', '212'],
    ['-40', 'degF', 'degC', '-40'],
    ['0', 'K', 'degC', '-273.15'],
    ['1', 'mS/cm', 'uS/cm', '1000'],
    ['1', 'dS/m', 'uS/cm', '1000'],
    ['1', 'S/m', 'mS/cm', '10'],
    ['50', '%', '1', '0.5'],
    ['1', 'd', 'min', '1440'],
    ['60', 'pulses/min', 'Hz', '1'],
  ])('%s %s is %s exactly', (value, from, to, expected) => {
    expect(convertText(value, from, to)).toBe(expected);
    expect(convert(Number(value), from, to)).toBe(Number(expected));
  });

  test('psi by its definition: a pound-force on a square inch', () => {
    expect(convertText('0.00064516', 'psi', 'Pa')).toBe('4.4482216152605');
    expect(convert(1, 'psi', 'kPa')).toBeCloseTo(6.894757293168361, 14);
  });

  test('text keeps every digit that a double would lose', () => {
    expect(convertText('123456789012345678.9', 'm3', 'L')).toBe('123456789012345678900');
    expect(convertText('1', 'm3/h', 'L/s', 6)).toBe('0.277778');
    expect(convertText('-1', 'm3/h', 'L/s', 3)).toBe('-0.278');
    expect(() => convertText('1', 'm3/h', 'L/s')).toThrow('endless decimals');
    expect(() => convertText('1,5', 'm', 'cm')).toThrow('"1,5" is not a decimal number');
    expect(() => convertText('1/2', 'm', 'cm')).toThrow('not a decimal number');
  });
});

describe('there and back', () => {
  test('within two units in the last place, for every pair of every dimension', () => {
    fc.assert(
      fc.property(pair, sane, ([from, to], value) => {
        const { offset } = unit(from);
        const back = convert(convert(value, from, to), to, from);
        const zero = offset.numerator === 0n && unit(to).offset.numerator === 0n ? 0 : 600;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(2 * Number.EPSILON * (Math.abs(value) + zero));
      }),
    );
  });

  test('exactly, in text with enough places', () => {
    fc.assert(
      fc.property(pair, fc.bigInt(-(10n ** 12n), 10n ** 12n), ([from, to], value) => {
        const there = convertText(String(value), from, to, 60);
        expect(Number(convertText(there, to, from, 3))).toBe(Number(value));
      }),
    );
  });

  test('a number agrees with the text', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: -1_000_000, max: 1_000_000 }), ([from, to], value) => {
        const exact = Number(convertText(String(value), from, to, 40));
        expect(Math.abs(convert(value, from, to) - exact)).toBeLessThanOrEqual(
          4 * Number.EPSILON * (Math.abs(exact) + 600),
        );
      }),
    );
  });

  test('a unit to itself changes nothing, not even NaN or the last bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...dimensions.flatMap(({ names }) => names)), fc.double(), (name, value) => {
        expect(convert(value, name, name)).toBe(value);
      }),
    );
    expect(convert(NaN, 'm', 'cm')).toBeNaN();
  });
});

describe('names', () => {
  test.each([
    ['m3', ['m³', 'M3', 'm^3', ' m3 ', 'mts3', '㎥']],
    ['L', ['l', 'lt', 'lts', 'Lts', 'litros']],
    ['L/s', ['l/s', 'L / s', 'lps', 'LPS', 'lts/seg', 'lt/s']],
    ['m3/h', ['m³/h', 'M3/HR', 'm3/hora']],
    ['m', ['mt', 'mts', 'metros', 'M']],
    ['uS/cm', ['µS/cm', 'μS/cm', 'us/cm', 'US/CM']],
    ['degC', ['°C', 'ºC', '℃', 'C', 'celsius']],
    ['gal', ['gallons', 'US gal', 'galones']],
    ['mH2O', ['mca', 'mH₂O', 'm.c.a.']],
    ['psi', ['PSI', 'Psi']],
    ['NTU', ['ntu', 'UNT']],
    ['pulses', ['pulsos', 'pulse']],
    ['mL', ['ml']],
    ['ML', ['ML']],
  ])('%s is also written %j', (name, aliases) => {
    for (const alias of aliases) expect(findUnit(alias)?.name, alias).toBe(name);
  });

  test('no spelling means two units', () => {
    const seen = new Map<string, string>();
    for (const rows of Object.values(unitTable)) {
      for (const [name, { aliases = [] }] of Object.entries(rows)) {
        for (const written of [name, ...aliases]) {
          expect(findUnit(written)?.name, written).toBe(name);
          expect(seen.get(written) ?? name).toBe(name);
          seen.set(written, name);
        }
      }
    }
  });

  test('where case tells two units apart, a third spelling is refused', () => {
    expect(findUnit('mPa')?.name).toBe('mPa');
    expect(findUnit('MPa')?.name).toBe('MPa');
    expect(findUnit('mpa')).toBeUndefined();
    expect(findUnit('Ml')).toBeUndefined();
  });

  test.each(['constructor', '__proto__', '', 'furlong'])('%j is unknown', (name) => {
    expect(() => unit(name)).toThrow(expect.objectContaining({ kind: 'config', sent: 'no' }));
  });
});

test('different dimensions never convert', () => {
  for (const a of dimensions) {
    for (const b of dimensions) {
      if (a === b) continue;
      expect(() => converter(a.names[0] ?? '', b.names[0] ?? '')).toThrow(expect.objectContaining({ kind: 'config' }));
    }
  }
  expect(() => convert(1, 'NTU', 'FNU')).toThrow('can not be converted');
  expect(() => convert(1, 'pulses', 'm3')).toThrow('can not be converted');
});

describe('units of your own', () => {
  const barrel = defineUnit({ name: 'bbl', dimension: 'volume', factor: '0.158987294928' });
  const score = defineUnit({ name: 'score', opaque: true });

  test('a factor converts', () => {
    expect(convertText('1', barrel, 'gal')).toBe('42');
    expect(convert(42, 'gal', barrel)).toBe(1);
  });

  test('an opaque unit converts to itself alone', () => {
    expect(convert(7, score, score)).toBe(7);
    expect(() => convert(7, score, '1')).toThrow('can not be converted');
    expect(() => convert(7, score, defineUnit({ name: 'grade', opaque: true }))).toThrow('can not be converted');
  });

  test('defining a unit changes nothing for others', () => {
    expect(findUnit('bbl')).toBeUndefined();
  });

  test('salt water weighs more', () => {
    expect(convertText('1', metresOfWater('1025'), 'Pa')).toBe('10051.81625');
    expect(convertText('1', metresOfWater('1000'), 'mH2O')).toBe('1');
  });

  test.each(['0', '-1', 'x', '1/0', ''])('the factor %j is refused', (factor) => {
    expect(() => defineUnit({ name: 'bad', dimension: 'volume', factor })).toThrow(
      expect.objectContaining({ kind: 'config' }),
    );
  });
});

test('every kind of variable but custom has a default unit that exists', () => {
  for (const kind of variableKinds) {
    const name = defaultUnit[kind];
    if (kind === 'custom') expect(name).toBeUndefined();
    else expect(unit(name ?? '').name).toBe(name);
  }
});
