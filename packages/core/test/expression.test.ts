import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { compileExpression, defineUnit, findUnit, type Unit } from '@caudal/core';

const units: Readonly<Record<string, string>> = {
  flow: 'L/s',
  flow2: 'm3/h',
  level: 'm',
  depth: 'cm',
  volume: 'm3',
  t: 'degC',
  tf: 'degF',
  'pozo-1/flow': 'L/s',
};

const unitOf = (name: string): Unit | null | undefined =>
  name === 'opaque'
    ? defineUnit({ name: 'grado', opaque: true })
    : name === 'unknown'
      ? null
      : units[name] === undefined
        ? undefined
        : findUnit(units[name]);

const compiled = (text: string, unit: string) => compileExpression(text, { unitOf, unit });

const valueOf = (text: string, unit: string, values: Readonly<Record<string, number>>): number => {
  const result = compiled(text, unit);
  if (!('expression' in result)) throw new Error(`${text}: ${result.issue.message}`);
  const columns = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float64Array.of(value)]));
  return result.expression.run(columns, 1)[0] as number;
};

const issueOf = (text: string, unit: string) => {
  const result = compiled(text, unit);
  if ('expression' in result) throw new Error(`${text} has nothing wrong`);
  return result.issue;
};

describe('an expression', () => {
  test.each([
    ['flow', 'L/s', { flow: 20 }, 20],
    ['flow + flow2', 'L/s', { flow: 20, flow2: 36 }, 30],
    ['flow2 + flow', 'm3/h', { flow: 10, flow2: 36 }, 72],
    ['flow * 3.6', 'L/s', { flow: 2 }, 7.2],
    ['flow * 2 [h]', 'm3', { flow: 10 }, 72],
    ['volume / 2 [h]', 'L/s', { volume: 72 }, 10],
    ['level - 35 [cm]', 'm', { level: 2 }, 1.65],
    ['level * level * level', 'm3', { level: 2 }, 8],
    ['level / depth', '1', { level: 1, depth: 50 }, 2],
    ['-level + 3 [m]', 'm', { level: 2 }, 1],
    ['2 + 3 * 4 - (1 - 2)', '1', {}, 15],
    ['10 / 4 / 5', '1', {}, 0.5],
    ['min(level, depth)', 'm', { level: 2, depth: 50 }, 0.5],
    ['max(level, depth, 300 [cm])', 'm', { level: 2, depth: 50 }, 3],
    ['avg(flow, flow2)', 'L/s', { flow: 20, flow2: 36 }, 15],
    ['sum(flow, {pozo-1/flow})', 'L/s', { flow: 20, 'pozo-1/flow': 5 }, 25],
    ['abs(level - 5 [m])', 'm', { level: 2 }, 3],
    ['round(level, 1)', 'm', { level: 1.25 }, 1.3],
    ['round(level, 2)', 'm', { level: 1.005 }, 1.01],
    ['round(-level)', 'm', { level: 2.5 }, -3],
    ['t', 'degF', { t: 100 }, 212],
    ['t - tf', 'K', { t: 10, tf: 50 }, 0],
    ['t + 5 [K]', 'degC', { t: 10 }, 15],
    ['opaque', 'grado', { opaque: 4 }, 4],
  ])('%s in %s', (text, unit, values, expected) => {
    const given =
      unit === 'grado'
        ? compileExpression(text, { unitOf, unit: defineUnit({ name: 'grado', opaque: true }) })
        : undefined;
    if (given !== undefined && 'expression' in given)
      expect(given.expression.run({ opaque: Float64Array.of(4) }, 1)[0]).toBe(expected);
    else expect(valueOf(text, unit, values)).toBeCloseTo(expected, 10);
  });

  test.each([
    ['flow + level', 'L/s', 5, 'a length or level can not be added to a flow'],
    ['level - 5', 'm', 6, 'a pure number can not be taken from a length or level; write the unit of a number after it'],
    ['flow', 'm', 0, 'gives a flow, and m is a unit of a length or level'],
    ['max(flow, level)', 'L/s', 10, 'max takes one kind of quantity, and this is a length or level beside a flow'],
    ['nothing + 1', 'm', 0, 'there is nothing named "nothing"'],
    ['unknown', 'm', 0, 'has no unit that can be calculated with'],
    ['level + 3 [furlong]', 'm', 8, 'unit "furlong" is not known'],
    ['log(level)', 'm', 0, 'there is no function "log"'],
    ['abs(level, level)', 'm', 0, 'abs takes 1, and has 2'],
    ['t + t', 'degC', 2, 'points of a scale such as °C have no sum'],
    ['t * 2', 'degC', 2, 'can not be multiplied'],
    ['t - tf', 'degC', 2, 'gives a difference'],
    ['level +', 'm', 7, 'ends too early'],
    ['(level', 'm', 6, '")" is missing'],
    ['level ; level', 'm', 6, '";" has no meaning here'],
    ['level level', 'm', 6, 'has no meaning here'],
    ['1e999', '1', 0, 'is too large a number'],
    [`${'('.repeat(40)}level${')'.repeat(40)}`, 'm', 33, 'is nested deeper than 32'],
    [Array.from({ length: 101 }, () => '1').join('+'), '1', 199, 'has more than 200 parts'],
    ['1'.repeat(501), '1', 500, 'is longer than 500 characters'],
  ])('%s in %s says what is wrong and where', (text, unit, at, says) => {
    const issue = issueOf(text, unit);
    expect(issue.message).toContain(says);
    expect(issue.at).toBe(at);
  });

  test('gives no number where one is missing, after a division by zero, and beyond what a number holds; never zero', () => {
    for (const [text, values] of [
      ['flow + flow2', { flow: 1, flow2: Number.NaN }],
      ['min(flow, flow2)', { flow: 1, flow2: Number.NaN }],
      ['avg(flow, flow2)', { flow: 1 }],
      ['flow / 0', { flow: 1 }],
      ['flow * 1e300 * 1e300', { flow: 1 }],
      ['lag(flow)', { flow: 1 }],
    ] as const)
      expect(valueOf(text, 'L/s', values), text).toBeNaN();
  });

  test('takes the number before with lag', () => {
    const result = compiled('level - lag(level)', 'm');
    if (!('expression' in result)) throw new Error(result.issue.message);
    expect([...result.expression.run({ level: Float64Array.of(1, 3, Number.NaN, 4) }, 4)]).toEqual([
      Number.NaN,
      2,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test('any text is an expression or says why not, quickly and without a throw', () => {
    const part = fc.constantFrom(
      'flow',
      'level',
      '1',
      '+',
      '-',
      '*',
      '/',
      '(',
      ')',
      'min',
      ',',
      '[m]',
      '{a/b}',
      ' ',
      '__proto__',
      'constructor',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 600 }),
          fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const result = compiled(text, 'm');
          return 'expression' in result || result.issue.message !== '';
        },
      ),
    );
  });
});
