import { readFileSync } from 'node:fs';
import type { Json } from '@caudal/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Judge, JudgeOutput, JudgeSettings, Samples, SeriesSettings } from '../src/judge/contract.ts';
import { openJudge } from '../src/judge/judge.ts';
import { profiles } from '../src/judge/profiles.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

const series: Readonly<Record<string, SeriesSettings>> = {
  flow: { kind: 'flow', unit: 'L/s', intervalMs: minute, limits: { suspectAbove: 50, alertBelow: 1 } },
  total: {
    kind: 'total',
    unit: 'm3',
    intervalMs: minute,
    meters: [{ step: 0.1, maxFlow: 0.1, rollover: 1000 }],
    sentinels: [-9999],
  },
  level: { kind: 'level', unit: 'm', intervalMs: minute, limits: { failAbove: 100, alertAbove: 90 } },
};

/** Longer than any series here: what a finding says of samples older than the history reaches only those who pushed them with it. */
const historyMs = 100 * 1440 * minute;

const settings = (profile: keyof typeof profiles): JudgeSettings => ({
  series,
  rules: profiles[profile](series),
  historyMs,
});

/** One row of a point: an instant and a value for some of its series. */
interface Row {
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

const columns = (rows: readonly Row[]): Record<string, Samples> =>
  Object.fromEntries(
    Object.keys(series).flatMap((name): [string, Samples][] => {
      const own = rows.filter(({ values }) => values[name] !== undefined);
      if (own.length === 0) return [];
      const time = Float64Array.from(own, ({ at }) => at);
      return [
        [name, { length: own.length, time, value: Float64Array.from(own, ({ values }) => values[name] as number) }],
      ];
    }),
  );

/** What stands at the end, whatever the calls that led to it. */
const standing = () => {
  const flags = new Map<string, number>();
  const findings = new Map<string, unknown>();
  const corrections = new Map<string, unknown>();
  const sorted = (map: Map<string, unknown>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    take(output: JudgeOutput, pushed: Readonly<Record<string, Samples>> = {}) {
      for (const [name, { time, length }] of Object.entries(pushed))
        for (let index = 0; index < length; index += 1)
          flags.set(`${name} ${time[index]}`, output.flags[name]?.[index] ?? -1);
      for (const [name, { time, flag }] of Object.entries(output.changed))
        time.forEach((at, index) => flags.set(`${name} ${at}`, flag[index] as number));
      for (const key of output.withdrawn) {
        findings.delete(key);
        corrections.delete(key);
      }
      for (const finding of output.findings) findings.set(finding.key, finding);
      for (const correction of output.corrections) corrections.set(correction.key, correction);
    },
    end: () => ({ flags: sorted(flags), findings: sorted(findings), corrections: sorted(corrections) }),
  };
};

const run = (
  of: JudgeSettings,
  chunks: readonly (readonly Row[])[],
  between: (judge: Judge) => Judge = (judge) => judge,
) => {
  let judge = openJudge(of);
  const stands = standing();
  for (const chunk of chunks) {
    const pushed = columns(chunk);
    stands.take(judge.push(pushed), pushed);
    judge = between(judge);
  }
  stands.take(judge.advance(Infinity));
  return stands.end();
};

const cut = (rows: readonly Row[], cuts: readonly boolean[]): Row[][] => {
  const chunks: Row[][] = [[]];
  for (const [index, row] of rows.entries()) {
    if (index > 0 && cuts[index % cuts.length] === true) chunks.push([]);
    chunks.at(-1)?.push(row);
  }
  return chunks;
};

/** A register with every kind of fault, the flow behind it and a level that may hang in air. */
const step = fc.record({
  gap: fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 5, 2000),
  added: fc.integer({ min: 0, max: 30 }),
  fault: fc.constantFrom(
    '',
    '',
    '',
    '',
    '',
    '',
    'reset',
    'zero',
    'high',
    'low',
    'nothing',
    'infinite',
    'sentinel',
    'dip',
    'silent',
  ),
  level: fc.constantFrom(20, 20, 21, 96, 101, -1, Number.NaN),
});

const rowsOf = (steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Row[] => {
  let [at, register] = [start, 5000];
  return steps.map(({ gap, added, fault, level }) => {
    at += gap * minute;
    register = (fault === 'reset' ? 0 : register + added) % 10_000;
    const total: Record<string, number> = {
      zero: 0,
      high: 999_000,
      low: register / 40,
      nothing: Number.NaN,
      infinite: Infinity,
      sentinel: -9999,
      dip: (register - 1) / 10,
    };
    const values = { flow: (added / 10) * (1000 / 60), total: total[fault] ?? register / 10, level };
    return { at, values: fault === 'silent' ? { level } : values };
  });
};

const histories = fc.array(step, { minLength: 1, maxLength: 60 }).map(rowsOf);
const cutting = fc.array(fc.boolean(), { minLength: 1, maxLength: 13 });

describe.each(['default', 'stack-vps'] as const)('the judge with the profile %s', (profile) => {
  const of = settings(profile);

  it('comes to the same end however the data are cut in time', () => {
    fc.assert(
      fc.property(histories, cutting, (rows, cuts) => {
        expect(run(of, cut(rows, cuts))).toEqual(run(of, [rows]));
      }),
      { numRuns: 150 },
    );
  });

  it('does not show that it was saved and loaded, after any chunk', () => {
    const restarted = (judge: Judge) => {
      const next = openJudge(of);
      next.load(JSON.parse(JSON.stringify(judge.save())) as Json);
      return next;
    };
    fc.assert(
      fc.property(histories, cutting, (rows, cuts) => {
        const chunks = cut(rows, cuts);
        expect(run(of, chunks, restarted)).toEqual(run(of, chunks));
      }),
      { numRuns: 100 },
    );
  });

  it('takes any number without throwing, and finds no rule broken', () => {
    const anything = fc.array(fc.record({ flow: fc.double(), total: fc.double(), level: fc.double() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(anything, cutting, (values, cuts) => {
        const rows = values.map((one, index): Row => ({ at: start + index * minute, values: one }));
        const said = JSON.stringify(run(of, cut(rows, cuts)).findings);
        expect(said).not.toContain('RULE_ERROR');
      }),
      { numRuns: 150 },
    );
  });

  it('gives 9 where there is no value and nowhere else', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const flags = new Map(run(of, [rows]).flags);
        for (const { at, values } of rows)
          for (const [name, value] of Object.entries(values))
            expect(flags.get(`${name} ${at}`) === 9).toBe(!Number.isFinite(value) || value === -9999);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves what it is given as it was', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const given = columns(rows);
        const before = structuredClone(given);
        openJudge(of).push(given);
        expect(given).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});

describe('limits', () => {
  it('give no new 4 when the fail span grows', () => {
    const failures = (limit: number, values: readonly number[]) => {
      const own = { value: { kind: 'custom', unit: '', limits: { failBelow: -limit, failAbove: limit } } } as const;
      const judge = openJudge({ series: own, rules: profiles.default(own) });
      const time = Float64Array.from(values, (_, index) => start + index * minute);
      const output = judge.push({ value: { length: values.length, time, value: Float64Array.from(values) } });
      return [...(output.flags['value'] ?? [])].flatMap((flag, index) => (flag === 4 ? [index] : []));
    };
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -200, max: 200 }), { maxLength: 50 }),
        fc.nat(100),
        fc.nat(100),
        (values, narrow, more) => {
          const before = new Set(failures(narrow, values));
          expect(failures(narrow + more, values).every((index) => before.has(index))).toBe(true);
        },
      ),
    );
  });
});

it('names its version of the rules as the package does', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const use of openJudge(settings('default')).uses) expect(use.ruleVersion).toBe(version);
});
