import {
  closedObject,
  defineRule,
  type Flag,
  isCaudalError,
  type Json,
  nothing,
  type RuleRun,
  schemaOf,
} from '@caudal/core';
import { describe, expect, it } from 'vitest';
import type { JudgeSettings, RuleUse, SeriesSettings } from '../src/judge/contract.ts';
import { openJudge } from '../src/judge/judge.ts';
import { counterRule } from '../src/rules/counter.ts';
import { grossRangeRule } from '../src/rules/gross-range.ts';
import { levelMaxResetRule } from '../src/rules/level-max-reset.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const at = (index: number) => start + index * minute;

const samples = (values: readonly number[], first = 0) => ({
  length: values.length,
  time: Float64Array.from(values, (_, index) => at(first + index)),
  value: Float64Array.from(values),
});

const level: Readonly<Record<string, SeriesSettings>> = { level: { kind: 'level', unit: 'm' } };

/** A rule that does as told. */
const ruleOf = (run: Partial<RuleRun>, roles: Readonly<Record<string, string | undefined>> = { level: undefined }) =>
  defineRule({
    id: 'told',
    version: '1.0.0',
    config: schemaOf(closedObject({})),
    params: schemaOf(closedObject({})),
    roles: Object.fromEntries(
      Object.entries(roles).map(([role, unit]) => [
        role,
        { required: true, description: role, ...(unit === undefined ? {} : { unit }) },
      ]),
    ),
    codes: { SPIKE: { flags: [3, 4], about: 'quality', text: 'a spike' } },
    create: () => ({
      open: () => ({ push: () => nothing, advance: () => nothing, save: () => null, load: () => {}, ...run }),
    }),
  });

const spike = (from: number, flag: Flag, to = from) => ({
  findings: [{ key: `SPIKE:level:${from}`, role: 'level', from, to, code: 'SPIKE', flag, status: 'final' as const }],
  corrections: [],
  withdrawn: [],
});

const judgeOf = (rule: RuleUse['rule'], others: readonly RuleUse[] = [], more: Partial<JudgeSettings> = {}) =>
  openJudge({ series: level, rules: [{ rule }, ...others], ...more });

const throwing = () => {
  throw new Error('this rule is broken');
};

const mistake = (call: () => unknown): string => {
  try {
    call();
  } catch (thrown) {
    if (isCaudalError(thrown)) return thrown.kind;
    throw thrown;
  }
  return 'none';
};

describe('a rule that throws', () => {
  it('leaves its samples unevaluated, says so once for the whole span, and the others go on', () => {
    const limits = { rule: grossRangeRule, roles: { value: 'level' }, params: { failAbove: 50 } };
    const judge = judgeOf(ruleOf({ push: throwing }), [limits]);
    const outputs = [judge.push({ level: samples([1, 99]) }), judge.push({ level: samples([2, 3], 2) })];
    expect(outputs.map(({ flags }) => [...(flags['level'] ?? [])])).toEqual([
      [2, 4],
      [2, 2],
    ]);
    const errors = outputs.flatMap(({ findings }) => findings.filter(({ code }) => code === 'RULE_ERROR'));
    expect(errors.map(({ key, from, to, flag, ruleId }) => [key, from, to, flag, ruleId])).toEqual([
      [`told:RULE_ERROR:level:${at(0)}`, at(0), at(1), 2, 'told'],
      [`told:RULE_ERROR:level:${at(0)}`, at(0), at(3), 2, 'told'],
    ]);
  });

  it('starts fresh and judges what comes next', () => {
    let opened = 0;
    const definition = ruleOf({});
    const failsOnce = {
      ...definition,
      create: () => ({
        open: () => {
          opened += 1;
          const fresh = opened === 1;
          return {
            push: () => (fresh ? throwing() : spike(at(1), 3)),
            advance: () => nothing,
            save: () => null,
            load: () => {},
          };
        },
      }),
    };
    const judge = judgeOf(failsOnce);
    judge.push({ level: samples([1]) });
    const { flags } = judge.push({ level: samples([2], 1) });
    expect([...(flags['level'] ?? [])]).toEqual([3]);
    expect(opened).toBe(2);
  });

  it('keeps nobody from saving, wherever it throws', () => {
    const rule = ruleOf({ push: throwing, advance: throwing, save: throwing });
    const judge = judgeOf(rule);
    judge.advance(start);
    judge.push({ level: samples([1]) });
    judge.advance(Infinity);
    const next = judgeOf(rule);
    next.load(JSON.parse(JSON.stringify(judge.save())) as Json);
    expect([...(next.push({ level: samples([1], 1) }).flags['level'] ?? [])]).toEqual([2]);
  });
});

describe('flags that come late', () => {
  it('are told as changes of earlier samples, and taken back when withdrawn', () => {
    let chunk = 0;
    const judge = judgeOf(
      ruleOf({
        push: () => {
          chunk += 1;
          if (chunk === 2) return spike(at(0), 4, at(1));
          return chunk === 3 ? { findings: [], corrections: [], withdrawn: [`SPIKE:level:${at(0)}`] } : nothing;
        },
      }),
    );
    expect([...(judge.push({ level: samples([1, 2]) }).flags['level'] ?? [])]).toEqual([1, 1]);
    const late = judge.push({ level: samples([3], 2) });
    expect([late.changed['level']?.time, late.changed['level']?.flag].map((list) => [...(list ?? [])])).toEqual([
      [at(0), at(1)],
      [4, 4],
    ]);
    const back = judge.push({ level: samples([4], 3) });
    expect([...(back.changed['level']?.flag ?? [])]).toEqual([1, 1]);
    expect(back.withdrawn).toEqual([`told:SPIKE:level:${at(0)}`]);
  });

  it('reach no further back than the history', () => {
    let chunk = 0;
    const rule = ruleOf({
      push: () => {
        chunk += 1;
        return chunk === 2 ? spike(at(0), 4, at(9)) : nothing;
      },
    });
    const judge = judgeOf(rule, [], { historyMs: 3 * minute });
    judge.push({ level: samples(Array.from({ length: 10 }, () => 1)) });
    const { changed } = judge.push({ level: samples([1], 10) });
    expect([...(changed['level']?.time ?? [])]).toEqual([at(6), at(7), at(8), at(9)]);
  });
});

describe('what the judge refuses', () => {
  it('a sample that is not later than those before it, without having taken any of the push', () => {
    const judge = judgeOf(levelMaxResetRule);
    judge.push({ level: samples([1, 2]) });
    expect(mistake(() => judge.push({ level: samples([3], 1) }))).toBe('invalid-data');
    expect(mistake(() => judge.push({ level: samples([3], 2) }))).toBe('none');
  });

  it('a series that the point lacks', () => {
    expect(mistake(() => judgeOf(levelMaxResetRule).push({ flow: samples([1]) }))).toBe('invalid-data');
    const rules = [{ rule: levelMaxResetRule, roles: { level: 'depth' } }];
    expect(mistake(() => openJudge({ series: level, rules }))).toBe('config');
  });

  it('parameters that do not fit, and two uses of one id', () => {
    const rules = (...uses: RuleUse[]) => mistake(() => openJudge({ series: level, rules: uses }));
    expect(rules({ rule: levelMaxResetRule, params: { maximum: 3 } })).toBe('config');
    expect(rules({ rule: levelMaxResetRule, id: 'x' }, { rule: levelMaxResetRule, id: 'x' })).toBe('config');
  });

  it('a state saved under other parameters', () => {
    const state = openJudge({ series: level, rules: [{ rule: levelMaxResetRule }] }).save();
    const other = openJudge({ series: level, rules: [{ rule: levelMaxResetRule, params: { max: 10 } }] });
    expect(mistake(() => other.load(state))).toBe('config');
  });
});

describe('which series a rule is used on', () => {
  it('leaves a rule out where the point lacks a series it needs', () => {
    const rules = [{ rule: counterRule }, { rule: ruleOf({}, { level: undefined, flow: 'L/s' }) }];
    expect(openJudge({ series: level, rules }).uses).toEqual([]);
  });

  it('gives a rule of any series to each of them, with the limits and the registers they have', () => {
    const series: Record<string, SeriesSettings> = {
      inlet: { kind: 'total', unit: 'm3', meters: [{ step: 1 }], limits: { failAbove: 500 } },
      outlet: { kind: 'total', unit: 'm3', meters: [{ step: 1 }] },
    };
    const judge = openJudge({ series, rules: [{ rule: grossRangeRule }, { rule: counterRule }] });
    expect(judge.uses.map(({ id }) => id)).toEqual(['gross-range', 'counter@inlet', 'counter@outlet']);
    const { settled } = judge.push({ inlet: samples([1, 3, 600, 9]), outlet: samples([1, 3, 600, 900]) });
    expect([...(settled['inlet']?.increase ?? [])]).toEqual([0, 2, 6]);
    expect([...(settled['outlet']?.increase ?? [])]).toEqual([0, 2, 597, 300]);
  });

  it('converts to the unit the rule asks for, and amounts of corrections back', () => {
    const seen: number[] = [];
    const rule = ruleOf(
      {
        push: ({ total }) => {
          seen.push(...(total?.value ?? []), ...(total?.increase ?? []));
          const correction = { key: 'k', role: 'total', from: start, to: start, because: 'k' } as const;
          return {
            ...nothing,
            corrections: [{ ...correction, method: 'offset', amount: 2, origin: 'estimated', state: 'suggested' }],
          };
        },
      },
      { total: 'm3' },
    );
    const series = { total: { kind: 'total', unit: 'L', meters: [{ step: 100 }] } } as const;
    const judge = openJudge({ series, rules: [{ rule: counterRule }, { rule }] });
    const { corrections } = judge.push({ total: samples([1000, 1500]) });
    expect(seen).toEqual([1, 1.5, 0, 0.5]);
    expect(corrections.map(({ amount }) => amount)).toEqual([2000]);
  });

  it('has one hash for equal rules and another for any other parameter', () => {
    const hash = (max: number) =>
      openJudge({ series: level, rules: [{ rule: levelMaxResetRule, params: { max } }] }).rulesHash;
    expect(hash(95)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(95)).toBe(hash(95));
    expect(hash(95)).not.toBe(hash(94));
  });
});

describe('stages', () => {
  it('hide what failed in range from the counter, and what the counter hides from the rules after it', () => {
    const seen: number[] = [];
    const rule = ruleOf({ push: ({ total }) => (seen.push(...(total?.value ?? [])), nothing) }, { total: undefined });
    const series = {
      total: { kind: 'total', unit: 'm3', meters: [{ step: 1, maxFlow: 1 }], limits: { failAbove: 5000 } },
    } as const;
    const judge = openJudge({ series, rules: [{ rule }, { rule: counterRule }, { rule: grossRangeRule }] });
    expect(judge.uses.map(({ ruleId }) => ruleId)).toEqual(['gross-range', 'counter', 'told']);
    const { findings, flags } = judge.push({ total: samples([100, 9999, 101, 0, 102, 103]) });
    expect(findings.map(({ code }) => code)).toEqual(['RANGE_FAIL', 'TOTAL_GLITCH_ZERO']);
    expect([...(flags['total'] ?? [])]).toEqual([1, 4, 1, 4, 1, 1]);
    expect(seen).toEqual([100, 101, 102, 103]);
  });

  it('hold back what waits for the counter, and hand it over when time decides', () => {
    const seen: number[] = [];
    const rule = ruleOf({ push: ({ total }) => (seen.push(...(total?.value ?? [])), nothing) }, { total: undefined });
    const series = {
      total: { kind: 'total', unit: 'm3', intervalMs: minute, meters: [{ step: 1, maxFlow: 1 }] },
    } as const;
    const judge = openJudge({ series, rules: [{ rule: counterRule }, { rule }] });
    expect(judge.push({ total: samples([5000, 5001, 0]) }).provisionalFrom).toEqual({ total: at(2) });
    expect(seen).toEqual([5000, 5001]);
    const output = judge.advance(at(60));
    expect(output.findings.map(({ code, status }) => [code, status])).toEqual([['TOTAL_RESET', 'final']]);
    expect(output.provisionalFrom).toEqual({});
    expect(seen).toEqual([5000, 5001, 0]);
  });
});
