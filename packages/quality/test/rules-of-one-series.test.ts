import { describe, expect, it } from 'vitest';
import type { Judge, JudgeOutput, RuleUse, SeriesSettings } from '../src/judge/contract.ts';
import { openJudge } from '../src/judge/judge.ts';
import { profiles } from '../src/judge/profiles.ts';
import { alertConditionRule } from '../src/rules/alert-condition.ts';
import { alertThresholdsRule } from '../src/rules/alert-thresholds.ts';
import { grossRangeRule } from '../src/rules/gross-range.ts';
import { levelMaxResetRule } from '../src/rules/level-max-reset.ts';
import { missingRule } from '../src/rules/missing.ts';
import { timeRule } from '../src/rules/time.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const at = (index: number) => start + index * minute;

interface Given {
  readonly time?: readonly number[];
  readonly receivedAt?: readonly number[];
  readonly conflict?: readonly number[];
  readonly settings?: Partial<SeriesSettings>;
  readonly advanceTo?: number;
}

/** Everything one rule says of one series. */
const judged = (use: RuleUse, values: readonly number[], given: Given = {}) => {
  const series = { level: { kind: 'level', unit: 'm', ...given.settings } } as const;
  const judge = openJudge({ series, rules: [use] });
  const time = Float64Array.from(given.time ?? values.map((_, index) => at(index)));
  const { receivedAt, conflict } = given;
  const output = judge.push({
    level: {
      length: values.length,
      time,
      value: Float64Array.from(values),
      ...(receivedAt === undefined ? {} : { receivedAt: Float64Array.from(receivedAt) }),
      ...(conflict === undefined ? {} : { conflict: Uint8Array.from(conflict) }),
    },
  });
  return { output, judge, after: given.advanceTo === undefined ? undefined : judge.advance(given.advanceTo) };
};

const flags = ({ flags: all }: JudgeOutput) => [...(all['level'] ?? [])];

const spans = ({ findings }: JudgeOutput) =>
  findings.map(({ code, flag, from, to }) => [code, flag, (from - start) / minute, (to - start) / minute]);

describe('gross-range', () => {
  const use = {
    rule: grossRangeRule,
    params: { failBelow: 0, failAbove: 100, suspectBelow: 10, suspectAbove: 90 },
    roles: { value: 'level' },
  };

  it('passes the ends of both spans', () => {
    expect(flags(judged(use, [10, 90, 50]).output)).toEqual([1, 1, 1]);
    expect(flags(judged(use, [0, 100]).output)).toEqual([3, 3]);
  });

  it('fails outside the fail span and suspects outside the suspect span, one finding a run', () => {
    const { output } = judged(use, [50, -0.1, 101, 100.5, 95, 9.9, 50, 95]);
    expect(flags(output)).toEqual([1, 4, 4, 4, 3, 3, 1, 3]);
    expect(spans(output)).toEqual([
      ['RANGE_FAIL', 4, 1, 3],
      ['RANGE_SUSPECT', 3, 4, 5],
      ['RANGE_SUSPECT', 3, 7, 7],
    ]);
  });
});

describe('missing', () => {
  it('takes sentinels and infinities for no value, and says nothing of a sample that has none', () => {
    const { output } = judged({ rule: missingRule }, [1, Number.NaN, -9999, -9999, Infinity, 2], {
      settings: { sentinels: [-9999] },
    });
    expect(flags(output)).toEqual([1, 9, 9, 9, 9, 1]);
    expect(spans(output)).toEqual([
      ['SENTINEL', 9, 2, 3],
      ['NOT_A_NUMBER', 9, 4, 4],
    ]);
  });
});

describe('time', () => {
  const use = { rule: timeRule };

  it('suspects a measurement more than five minutes ahead of its arrival no less than a failure', () => {
    const { output } = judged(use, [1, 2, 3], { receivedAt: [at(0), at(1) - 5 * minute, at(2) - 5 * minute - 1] });
    expect(flags(output)).toEqual([1, 1, 4]);
    expect(spans(output)).toEqual([['TIME_FUTURE', 4, 2, 2]]);
  });

  it('suspects the sample after more than two intervals, and fails it after more than a day', () => {
    const time = [0, 1, 3, 6, 7, 7 + 1440, 8 + 2881].map(at);
    const { output } = judged(use, [1, 1, 1, 1, 1, 1, 1], { time, settings: { intervalMs: minute } });
    expect(flags(output)).toEqual([1, 1, 1, 3, 1, 3, 4]);
  });

  it('says nothing of gaps where no interval is declared', () => {
    expect(judged(use, [1, 1], { time: [at(0), at(5000)], advanceTo: at(9000) }).output.findings).toEqual([]);
  });

  it('suspects every instant with two different readings', () => {
    const { output } = judged(use, [1, 2, 3, 4], { conflict: [0, 1, 1, 0] });
    expect(spans(output)).toEqual([['TIME_DUPLICATE_CONFLICT', 3, 1, 2]]);
    expect(flags(output)).toEqual([1, 3, 3, 1]);
  });

  it('tells of silence while it lasts, and takes it back when a sample comes', () => {
    const settings = { intervalMs: minute };
    expect(judged(use, [1], { settings, advanceTo: at(3) }).after?.findings).toEqual([]);
    const { judge, after } = judged(use, [1], { settings, advanceTo: at(4) });
    expect(after?.findings.map(({ code, about, status }) => [code, about, status])).toEqual([
      ['STALE', 'event', 'provisional'],
    ]);
    const back = judge.push({ level: { length: 1, time: Float64Array.of(at(9)), value: Float64Array.of(1) } });
    expect(back.withdrawn).toEqual(after?.findings.map(({ key }) => key));
    expect(back.findings.map(({ code }) => code)).toEqual(['TIME_GAP']);
    expect(back.changed).toEqual({});
  });
});

describe('alert-thresholds', () => {
  const use = (params: Readonly<Record<string, unknown>>) => ({
    rule: alertThresholdsRule,
    params,
    roles: { value: 'level' },
  });
  const told = (params: Readonly<Record<string, unknown>>, values: readonly number[]) => {
    const { output } = judged(use(params), values);
    expect(flags(output).every((flag) => flag === 1)).toBe(true);
    return output.findings.map(({ code, status, from, to, about }) => {
      expect(about).toBe('event');
      return [code, status, (from - start) / minute, (to - start) / minute];
    });
  };

  it('needs two samples in a row, and is final when over', () => {
    expect(told({ above: 90 }, [91, 80, 91, 92, 80, 91])).toEqual([['ALERT_HIGH', 'final', 2, 3]]);
    expect(told({ below: 10 }, [9, 9, 9])).toEqual([['ALERT_LOW', 'provisional', 0, 2]]);
  });

  it('lasts until the value came back by the hysteresis', () => {
    expect(told({ above: 90, hysteresis: 5 }, [91, 91, 86, 91, 85, 91])).toEqual([['ALERT_HIGH', 'final', 0, 3]]);
    expect(told({ above: 90 }, [91, 91, 88.3, 88.2, 80])).toEqual([['ALERT_HIGH', 'final', 0, 2]]);
    expect(told({ below: 10, above: 60 }, [9, 9, 10.9, 11])).toEqual([['ALERT_LOW', 'final', 0, 2]]);
  });

  it('does not count the threshold itself, unless told so', () => {
    expect(told({ above: 90, below: 0 }, [90, 90, 0, 0, 50])).toEqual([]);
    expect(told({ below: 0, inclusive: true }, [0, 0, 5])).toEqual([['ALERT_LOW', 'final', 0, 1]]);
  });

  it('takes the samples in a row as a parameter', () => {
    expect(told({ above: 90, samples: 1 }, [91, 80])).toEqual([['ALERT_HIGH', 'final', 0, 0]]);
  });
});

describe('alert-condition', () => {
  const told = (params: Readonly<Record<string, unknown>>, values: readonly number[]) => {
    const { output } = judged({ rule: alertConditionRule, params, roles: { value: 'level' } }, values);
    expect(flags(output).every((flag) => flag === 1)).toBe(true);
    return output.findings.map(({ code, status, from, to, about, detail }) => {
      expect(about).toBe('event');
      return [code, status, (from - start) / minute, (to - start) / minute, (detail as { extreme: number }).extreme];
    });
  };

  it('has to last: what is shorter is not told', () => {
    const above = { when: 'above', limit: 90, forMs: 3 * minute };
    expect(told(above, [91, 92, 93, 80, 91, 91])).toEqual([]);
    expect(told(above, [91, 92, 93, 91])).toEqual([['ALERT_HIGH', 'provisional', 0, 3, 93]]);
  });

  it('is kept: what comes again meanwhile is the same alert, and it ends when values were back for so long', () => {
    const below = { when: 'below', limit: 10, keepMs: 3 * minute };
    expect(told(below, [9, 9, 20, 20, 8, 20, 20, 20])).toEqual([['ALERT_LOW', 'provisional', 0, 4, 8]]);
    expect(told(below, [9, 9, 20, 20, 8, 20, 20, 20, 20])).toEqual([['ALERT_LOW', 'final', 0, 4, 8]]);
    // Back for its time, it is over, and the next is another.
    expect(told(below, [9, 9, 20, 20, 20, 9, 9])).toEqual([
      ['ALERT_LOW', 'final', 0, 1, 9],
      ['ALERT_LOW', 'provisional', 5, 6, 9],
    ]);
  });

  it('stays until the value came back by the hysteresis', () => {
    expect(told({ when: 'above', limit: 90, hysteresis: 5 }, [91, 91, 86, 85, 91])).toEqual([
      ['ALERT_HIGH', 'final', 0, 2, 91],
    ]);
  });

  it('sees how fast a value rises or falls over its window, and nothing before half of it is there', () => {
    // 1 a minute is 60 an hour.
    const steady = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const rising = { when: 'rising', overMs: 4 * minute };
    expect(told({ ...rising, limit: 59 }, steady)).toEqual([['ALERT_RISING', 'provisional', 2, 8, 60]]);
    expect(told({ ...rising, limit: 61 }, steady)).toEqual([]);
    expect(told({ ...rising, when: 'falling', limit: 59 }, steady)).toEqual([]);
    const fall = steady.map((value) => -value);
    expect(told({ ...rising, when: 'falling', limit: 59 }, fall)).toEqual([
      ['ALERT_FALLING', 'provisional', 2, 8, -60],
    ]);
    // One spike is not a rise over the window.
    expect(told({ ...rising, limit: 200 }, [5, 5, 5, 5, 12, 5, 5])).toEqual([]);
  });

  it.each([
    { when: 'above', limit: 90, forMs: 2 * minute, keepMs: 2 * minute },
    { when: 'rising', limit: 30, overMs: 4 * minute, keepMs: 2 * minute },
  ])('ends the same in any chunks, saved and loaded between them: $when', (params) => {
    const values = [80, 91, 92, 93, 80, 91, 80, 80, 80, 95, 96, 97, 98, 70, 70, 70, 70];
    const use = { rule: alertConditionRule, params, roles: { value: 'level' } };
    const whole = judged(use, values).output.findings;
    expect(whole.length).toBeGreaterThan(0);
    for (let cut = 1; cut < values.length; cut += 1) {
      const known = new Map<string, unknown>();
      let before: Judge | undefined;
      for (const [from, to] of [
        [0, cut],
        [cut, values.length],
      ] as const) {
        const judge = openJudge({ series: { level: { kind: 'level', unit: 'm' } }, rules: [use] });
        if (before !== undefined) judge.load(before.save());
        const part = values.slice(from, to);
        const { findings } = judge.push({
          level: {
            length: part.length,
            time: Float64Array.from(part, (_, index) => at(from + index)),
            value: Float64Array.from(part),
          },
        });
        for (const finding of findings) known.set(finding.key, finding);
        before = judge;
      }
      expect([...known.values()], `cut at ${cut}`).toEqual(whole);
    }
  });
});

describe('level-max-reset', () => {
  it('fails a level above the maximum, the maximum passes, and hides what failed', () => {
    const { output } = judged({ rule: levelMaxResetRule }, [95, 95.01, 20, 96, 97, 98, 20]);
    expect(flags(output)).toEqual([1, 4, 1, 4, 4, 4, 1]);
    expect(spans(output)).toEqual([
      ['LEVEL_MAX_RESET', 4, 1, 1],
      ['LEVEL_MAX_RESET', 4, 3, 5],
    ]);
    expect(output.findings.map(({ detail }) => detail?.['event'])).toEqual([undefined, 'sensor reset or out of water']);
    expect(output.corrections.map(({ method, state, amount }) => [method, state, amount])).toEqual([
      ['exclude', 'applied', undefined],
      ['exclude', 'applied', undefined],
    ]);
  });

  it('shows another value only where the operator chose one', () => {
    const method = (correction: string, more: Readonly<Record<string, unknown>> = {}) =>
      judged({ rule: levelMaxResetRule, params: { correction, ...more } }, [20, 96, 20]).output.corrections[0]?.method;
    expect(method('hold')).toBe('hold');
    expect(method('hold', { maxGapMs: 0 })).toBe('hold');
    expect(method('interpolate')).toBe('interpolate');
    expect(method('set')).toBe('exclude');
    expect(method('set', { value: 0 })).toBe('set');
  });

  it('takes the maximum in the unit of the series', () => {
    const series = { level: { kind: 'level', unit: 'cm' } } as const;
    const judge = openJudge({ series, rules: profiles.default(series) });
    const { flags: all } = judge.push({
      level: { length: 2, time: Float64Array.of(at(0), at(1)), value: Float64Array.of(9500, 9501) },
    });
    expect([...(all['level'] ?? [])]).toEqual([1, 4]);
  });
});

describe('the profile stack-vps', () => {
  const series = {
    flow: { kind: 'flow', unit: 'L/s' },
    total: { kind: 'total', unit: 'm3' },
    level: { kind: 'level', unit: 'm' },
  } as const;
  const push = (name: keyof typeof series, values: readonly number[]) => {
    const output = openJudge({ series, rules: profiles['stack-vps'](series) }).push({
      [name]: {
        length: values.length,
        time: Float64Array.from(values, (_, index) => at(index)),
        value: Float64Array.from(values),
      },
    });
    const alerts = output.findings.filter(({ about }) => about === 'event').map(({ code }) => code);
    return { flags: [...(output.flags[name] ?? [])], alerts };
  };

  it('has flow from 0 to 1000 L/s with an alert at 0', () => {
    expect(push('flow', [1000, 1000.1, -0.1, 0, 0])).toEqual({ flags: [1, 4, 4, 1, 1], alerts: ['ALERT_LOW'] });
  });

  it('has a total from 0 to 999 999 m³', () => {
    expect(push('total', [999_998, 999_999, 1_000_000]).flags).toEqual([1, 1, 4]);
  });

  it('has a level from 0 to 100 m with an alert at 90 and a reset above 95', () => {
    expect(push('level', [0, 91, 92, 95, 95.5, 100, 101, 20])).toEqual({
      flags: [1, 1, 1, 1, 4, 4, 4, 1],
      alerts: ['ALERT_HIGH'],
    });
  });
});
