import type { Column, Finding, Plugin, RuleInstance, RuleOutput, RuleRun } from '@caudal/core';
import { expect, test } from 'vitest';
import { ruleConformance, type RuleConformanceOptions, runConformance } from '@caudal/testkit';
import { acmeRule, type acmeRuleDefinition, type Params } from '../reference/acme-rule.ts';
import { withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const hourly = (...value: readonly (number | null)[]) => ({
  value: { time: value.map((_, index) => start + index * hour), value },
});

const options: RuleConformanceOptions = {
  plugin: acmeRule(),
  params: { most: 100, step: 10 },
  packageVersion: '1.0.0',
  cases: [
    { name: 'clean', samples: hourly(1, 2, 3, null, 4), silenceMs: hour, codes: [] },
    { name: 'too high, too fast, silent', samples: hourly(1, 2, 200, 3), codes: ['RANGE_FAIL', 'ROC_HIGH', 'STALE'] },
  ],
};

test('a good rule passes everything but what rules do not have', async () => {
  const { checks } = await runConformance(ruleConformance(options));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  expect(skipped).toEqual(['A-11', 'A-12', 'A-13', 'A-14', 'A-15', 'A-18', 'A-19', 'A-20', 'A-21', 'R-70']);
});

type AcmeRule = Plugin<typeof acmeRuleDefinition>;

/** Changes the runs of the good rule; `params` are those of the run, `counter` is one to an instance. */
const runs = (change: (run: RuleRun, params: Params, counter: { count: number }) => Partial<RuleRun>): AcmeRule =>
  withParts(acmeRule(), (instance) => {
    const counter = { count: 0 };
    return {
      open: (params) => {
        const run = (instance as RuleInstance<Params>).open(params);
        return { ...run, ...change(run, params, counter) };
      },
    };
  });

const outputs = (change: (output: RuleOutput, counter: { count: number }) => RuleOutput) =>
  runs((run, _params, counter) => ({
    push: (columns) => change(run.push(columns), counter),
    advance: (to) => change(run.advance(to), counter),
  }));

const findings = (change: (finding: Finding) => Finding) =>
  outputs((output) => ({ ...output, findings: output.findings.map(change) }));

const spike = (at: number): Finding => ({
  key: `ROC_HIGH:value:${at}`,
  role: 'value',
  from: at,
  to: at,
  code: 'ROC_HIGH',
  flag: 3,
  status: 'final',
});

const only = (said: readonly Finding[]): RuleOutput => ({ findings: said, corrections: [], withdrawn: [] });

/** One memory for all runs, cleared when a run is opened. */
const sharing = (): AcmeRule =>
  withParts(acmeRule(), () => {
    let last: number | undefined;
    return {
      open: () => {
        last = undefined;
        return {
          push: ({ value: column }) => {
            const said: Finding[] = [];
            for (let index = 0; index < (column?.length ?? 0); index += 1) {
              const value = column?.value[index] ?? Number.NaN;
              if (last !== undefined && Math.abs(value - last) > 10) said.push(spike(column?.time[index] ?? 0));
              if (!Number.isNaN(value)) last = value;
            }
            return only(said);
          },
          advance: () => only([]),
          save: () => last ?? null,
          load: (state) => {
            last = (state as number | null) ?? undefined;
          },
        };
      },
    };
  });

/** Looks for the last value in the column of the last push. */
const keeping = (): AcmeRule =>
  withParts(acmeRule(), () => ({
    open: () => {
      let kept: Column | undefined;
      let restored: number | undefined;
      const last = () => (kept === undefined ? restored : kept.value[kept.length - 1]);
      return {
        push: ({ value: column }) => {
          const said: Finding[] = [];
          for (let index = 0; index < (column?.length ?? 0); index += 1) {
            const value = column?.value[index] ?? 0;
            const before = index === 0 ? last() : column?.value[index - 1];
            if (before !== undefined && Math.abs(value - before) > 10) said.push(spike(column?.time[index] ?? 0));
          }
          kept = column ?? kept;
          return only(said);
        },
        advance: () => only([]),
        save: () => {
          const value = last();
          return value === undefined || Number.isNaN(value) ? (value === undefined ? null : 'none') : value;
        },
        load: (state) => {
          restored = state === 'none' ? Number.NaN : ((state as number | null) ?? undefined);
        },
      };
    },
  }));

const quiet: Partial<RuleConformanceOptions> = {
  cases: options.cases.map(({ name, samples }) => ({ name, samples })),
};

const flaws: readonly (readonly [string, string, AcmeRule, Partial<RuleConformanceOptions>?])[] = [
  [
    'R-01',
    'writes flags into the column',
    runs((run) => ({
      push: (columns) => {
        const output = run.push(columns);
        columns['value']?.flag.fill(4);
        return output;
      },
    })),
  ],
  [
    'R-02',
    'withdraws something new each time',
    outputs((output, counter) => {
      counter.count += 1;
      return { ...output, withdrawn: [`never-said-${counter.count}`] };
    }),
  ],
  [
    'R-03',
    'suspects the first value of each chunk',
    runs((run) => ({
      push: (columns) => {
        const output = run.push(columns);
        const column = columns['value'];
        if (column === undefined) return output;
        return {
          ...output,
          findings: [...output.findings, { ...spike(column.time[0] ?? 0), key: `first:${column.time[0]}` }],
        };
      },
    })),
    quiet,
  ],
  ['R-04', 'forgets its state', runs(() => ({ save: () => null }))],
  [
    'R-05',
    'throws at great numbers',
    runs((run) => ({
      push: (columns) => {
        if (columns['value']?.value.some((value) => value >= 1e300) === true) throw new RangeError('too great');
        return run.push(columns);
      },
    })),
  ],
  ['R-06', 'a code of its own', findings((one) => (one.code === 'STALE' ? { ...one, code: 'SILENT' } : one)), quiet],
  ['R-07', 'a flag its code may not have', findings((one) => (one.code === 'ROC_HIGH' ? { ...one, flag: 4 } : one))],
  [
    'R-08',
    'a finding that ends in the future',
    findings((one) => (one.code === 'STALE' ? { ...one, to: one.to + hour } : one)),
  ],
  ['R-09', 'one memory for all runs', sharing(), quiet],
  ['R-10', 'silent', runs(() => ({ push: () => only([]), advance: () => only([]) }))],
  [
    'R-11',
    'looks at the clock',
    runs((run) => ({
      advance: (to) => {
        Date.now();
        return run.advance(to);
      },
    })),
  ],
  ['R-12', 'keeps the column', keeping(), quiet],
  [
    'R-13',
    'says everything twice',
    outputs((output) => ({ ...output, findings: [...output.findings, ...output.findings] })),
  ],
];

test.for(flaws)('%s fails alone: %s', ([id, , plugin, more]) =>
  expectFailures(ruleConformance({ ...options, ...more, plugin }), id),
);
