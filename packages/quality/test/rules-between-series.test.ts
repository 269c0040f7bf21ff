import { describe, expect, it } from 'vitest';
import type { JudgeSettings, RuleUse, SeriesSettings } from '../src/judge/contract.ts';
import { openJudge } from '../src/judge/judge.ts';
import { profiles } from '../src/judge/profiles.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

const series: Readonly<Record<string, SeriesSettings>> = {
  flow: { kind: 'flow', unit: 'L/s', intervalMs: minute },
  total: { kind: 'total', unit: 'm3', intervalMs: minute, meters: [{ step: 0.1, maxFlow: 0.05, rollover: 100_000 }] },
  level: { kind: 'level', unit: 'm', intervalMs: minute },
};

type Values = Readonly<Partial<Record<'flow' | 'total' | 'level', readonly number[]>>>;

/** All findings of one code, as class or reason, flag, role and minutes. */
const said = (code: string, values: Values, params: Readonly<Record<string, unknown>> = {}) => {
  const given = Object.fromEntries(Object.entries(series).filter(([name]) => Object.hasOwn(values, name)));
  const id = code.toLowerCase().replaceAll('_', '-');
  const rules: JudgeSettings['rules'] = profiles.default(given, { [id]: params });
  expect(rules.map((use: RuleUse) => ('definition' in use.rule ? use.rule.definition.id : use.rule.id))).toContain(id);
  const judge = openJudge({ series: given, rules });
  const output = judge.push(
    Object.fromEntries(
      Object.entries(values).map(([name, list]) => [
        name,
        {
          length: list.length,
          time: Float64Array.from(list, (_, index) => start + index * minute),
          value: Float64Array.from(list),
        },
      ]),
    ),
  );
  const standing = new Map(
    [output, judge.advance(Infinity)].flatMap(({ findings }) => findings.map((one) => [one.key, one])),
  );
  return [...standing.values()]
    .filter((one) => one.code === code)
    .map(({ role, flag, from, to, detail }) => {
      const what = detail?.['class'] ?? detail?.['reason'];
      return [what, flag, role, (from - start) / minute, (to - start) / minute];
    });
};

const repeat = (count: number, value: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => value(index));
const tenths = (value: number) => Math.round(value * 10) / 10;

describe('zero-total-reset', () => {
  const zero = (
    total: readonly number[],
    params: Readonly<Record<string, unknown>> = {},
    flow = repeat(total.length, () => 5),
  ) => said('ZERO_TOTAL_RESET', { flow, total }, params);

  it('carries the class that the counter gives: reset 3, glitch 4, rollover and flicker 1', () => {
    expect(zero([5000, 5000.3, 0.2, 0.5, 0.8, 1.1])).toEqual([['TOTAL_RESET', 3, 'total', 2, 2]]);
    expect(zero([5000, 5000.3, 0, 0, 5001.2, 5001.5])).toEqual([['TOTAL_GLITCH_ZERO', 4, 'total', 2, 3]]);
    expect(zero([99_999.7, 99_999.9, 0.2, 0.5, 0.8, 1.1])).toEqual([['TOTAL_ROLLOVER', 1, 'total', 2, 2]]);
    expect(zero([215.6, 215.7, 215.6, 215.8])).toEqual([['TOTAL_DIP', 1, 'total', 2, 2]]);
  });

  it('is silent on growth, and on a first reading of zero', () => {
    expect(zero([0, 0, 0.3, 0.6])).toEqual([]);
    expect(zero([10, 10, 10.3, 10.6])).toEqual([]);
  });

  it('works without a flow', () => {
    expect(said('ZERO_TOTAL_RESET', { total: [5000, 0.2, 0.5, 0.8, 1.1] })).toEqual([
      ['TOTAL_RESET', 3, 'total', 1, 1],
    ]);
  });

  it('legacy: fails any total below the one before, and a zero while water runs, with no look at what follows', () => {
    const legacy = { mode: 'legacy' };
    expect(zero([5000, 5000.3, 0, 5001], legacy).map((one) => one.slice(1))).toEqual([[4, 'total', 2, 2]]);
    expect(zero([215.6, 215.7, 215.6], legacy).map((one) => one.slice(1))).toEqual([[4, 'total', 2, 2]]);
    expect(zero([0, 0.3], legacy).map((one) => one.slice(1))).toEqual([[4, 'total', 0, 0]]);
    expect(zero([0, 0], legacy, [0, 0])).toEqual([]);
  });
});

/** 10 L/s: 0.6 m³ a minute, as a register of 0.1 m³ shows it. */
const running = repeat(120, () => 10);

describe('flow-total-consistency', () => {
  const flow = (
    total: readonly number[],
    params: Readonly<Record<string, unknown>> = {},
    values: readonly number[] = running,
  ) => said('FLOW_TOTAL_CONSISTENCY', { flow: values, total }, params).filter(([, , role]) => role === 'total');

  it('says nothing where both agree within the tolerance', () => {
    expect(flow(repeat(120, (index) => tenths(100 + 0.6 * index)))).toEqual([]);
    expect(flow(repeat(120, (index) => tenths(100 + 0.57 * index)))).toEqual([]);
  });

  it('fails a register that stands still while water runs', () => {
    const windows = flow(repeat(120, () => 100));
    expect(windows.length).toBeGreaterThan(0);
    expect(new Set(windows.map(([reason, flag]) => `${reason} ${flag}`))).toEqual(new Set(['total-behind 4']));
  });

  it('suspects a register that counts half, and a flow that shows half', () => {
    const kinds = (windows: ReturnType<typeof flow>) => new Set(windows.map(([reason, flag]) => `${reason} ${flag}`));
    expect(kinds(flow(repeat(120, (index) => tenths(100 + 0.3 * index))))).toEqual(new Set(['total-behind 3']));
    expect(kinds(flow(repeat(120, (index) => tenths(100 + 1.2 * index))))).toEqual(new Set(['flow-behind 3']));
  });

  it('gives frozen and then caught up as total-behind and one flow-behind', () => {
    const windows = flow(repeat(120, (index) => (index < 20 || index >= 70 ? tenths(100 + 0.6 * index) : 112)));
    expect(windows.at(-1)?.slice(0, 2)).toEqual(['flow-behind', 3]);
    expect(windows.slice(0, -1).every(([reason]) => reason === 'total-behind')).toBe(true);
    expect(windows.length).toBeGreaterThan(1);
  });

  it('does not judge a window in which the register was reset', () => {
    const total = repeat(120, (index) => tenths(index < 60 ? 5000 + 0.6 * index : 0.6 * (index - 59)));
    expect(flow(total).map(([, flag]) => flag)).toEqual([2]);
  });

  it('legacy: suspects each pair with flow at both ends and less than half the volume', () => {
    const total = [100, 100.6, 100.6, 101.2, 101.8];
    const legacy = flow(
      total,
      { mode: 'legacy' },
      repeat(5, () => 10),
    );
    expect(legacy.map((one) => one.slice(1))).toEqual([[3, 'total', 2, 2]]);
    expect(flow(total, { mode: 'legacy' }, [10, 10, 0, 10, 10])).toEqual([]);
  });
});

describe('level-accumulated-consistency', () => {
  const both = (level: readonly number[], total: readonly number[], params: Readonly<Record<string, unknown>> = {}) =>
    said('LEVEL_ACCUMULATED_CONSISTENCY', { level, total }, params);
  const still = repeat(120, () => 500);
  const drop = repeat(120, (index) => (index < 60 ? 20 : 22));

  it('suspects level and total where the level moved and the register did not', () => {
    const found = both(drop, still);
    expect(new Set(found.map(([, flag, role]) => `${role} ${flag}`))).toEqual(new Set(['level 3', 'total 3']));
  });

  it('is silent where the register moved, where the level moved less than half a metre, and after one spike', () => {
    expect(
      both(
        drop,
        repeat(120, (index) => tenths(500 + 0.6 * index)),
      ),
    ).toEqual([]);
    expect(
      both(
        repeat(120, (index) => (index < 60 ? 20 : 20.4)),
        still,
      ),
    ).toEqual([]);
    expect(
      both(
        repeat(120, (index) => (index === 60 ? 30 : 20)),
        still,
      ),
    ).toEqual([]);
  });

  it('looks at one direction where it is declared', () => {
    expect(both(drop, still, { direction: 'falling' })).toEqual([]);
    expect(both(drop, still, { direction: 'rising' })).not.toEqual([]);
  });

  it('does not judge a window with failed levels', () => {
    const failed = repeat(120, (index) => (index === 50 || index === 70 ? 96 : index < 60 ? 20 : 22));
    expect(new Set(both(failed, still).map(([, flag]) => flag))).not.toContain(3);
  });

  it('legacy: takes the first and the last level as they are', () => {
    const spike = repeat(120, (index) => (index === 60 ? 30 : 20));
    expect(both(spike, still, { mode: 'legacy' })).not.toEqual([]);
  });
});

describe('total-frozen', () => {
  it('suspects a register that stands still while water runs, and offers what it never caught up', () => {
    const frozen = repeat(120, (index) =>
      index < 20 ? tenths(100 + 0.6 * index) : index < 60 ? 111.4 : tenths(111.4 + 0.6 * (index - 59)),
    );
    const found = said('TOTAL_FROZEN', { flow: running, total: frozen });
    expect(found.map((one) => one.slice(1))).toEqual([[3, 'total', 20, 59]]);
  });
});
