import { describe, test } from 'vitest';
import { configured, type RuleDefinition } from '@caudal/core';
import {
  alertConditionRule,
  alertThresholdsRule,
  counterRule,
  flowTotalConsistencyRule,
  grossRangeRule,
  levelAccumulatedConsistencyRule,
  levelMaxResetRule,
  missingRule,
  timeRule,
  totalFrozenRule,
  zeroTotalResetRule,
} from '@caudal/quality';
import { registerConformance, type RuleCase, ruleConformance } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const minute = 60_000;
const start = Date.UTC(2026, 0, 15, 12);
const time = Array.from({ length: 60 }, (_, index) => start + index * minute);

const column = (of: (index: number) => number | null, increase?: (index: number) => number) => ({
  time,
  value: time.map((_, index) => of(index)),
  ...(increase === undefined ? {} : { increase: time.map((_, index) => increase(index)) }),
});

/** A register that gains 0.6 m³ a minute at 10 L/s. */
const register = column(
  (index) => Number((1000 + index * 0.6).toFixed(1)),
  () => 0.6,
);
const flow = column(() => 10);
const meters = [{ step: 0.1, maxFlow: 0.05 }];

/** A rule, the parameters of one use, and data that make it speak. */
const rules: readonly (readonly [rule: RuleDefinition<never, never>, params: unknown, cases: readonly RuleCase[]])[] = [
  [timeRule, { intervalMs: minute }, [{ name: 'steady', samples: { value: flow }, silenceMs: 0, codes: [] }]],
  [
    missingRule,
    { sentinels: [-3200] },
    [{ name: 'a fault', samples: { value: column((index) => (index === 5 ? -3200 : 10)) }, codes: ['SENTINEL'] }],
  ],
  [
    grossRangeRule,
    { failBelow: 0, failAbove: 20 },
    [{ name: 'too much', samples: { value: column((index) => (index > 50 ? 30 : 10)) }, codes: ['RANGE_FAIL'] }],
  ],
  [
    levelMaxResetRule,
    { max: 95 },
    [
      {
        name: 'out of water',
        samples: { level: column((index) => (index > 50 ? 96 : 26)) },
        codes: ['LEVEL_MAX_RESET'],
      },
    ],
  ],
  [
    alertThresholdsRule,
    { above: 20 },
    [{ name: 'high', samples: { value: column((index) => (index > 30 ? 30 : 10)) }, codes: ['ALERT_HIGH'] }],
  ],
  [
    alertConditionRule,
    { when: 'falling', limit: 60, overMs: 10 * minute, forMs: 5 * minute, keepMs: 5 * minute },
    [
      {
        name: 'falls',
        samples: { value: column((index) => (index < 20 ? 100 : Math.max(60, 140 - 2 * index))) },
        codes: ['ALERT_FALLING'],
      },
      { name: 'stands', samples: { value: flow }, codes: [] },
    ],
  ],
  [
    counterRule,
    { meters },
    [
      { name: 'plain growth', samples: { total: register }, codes: [] },
      {
        name: 'a reset',
        samples: {
          total: column((index) => Number((index < 30 ? 1000 + index * 0.6 : (index - 30) * 0.6).toFixed(1))),
        },
        codes: ['TOTAL_RESET'],
      },
    ],
  ],
  [
    totalFrozenRule,
    { step: 0.1, intervalMs: minute },
    [{ name: 'water runs and the register moves', samples: { total: register, flow }, codes: [] }],
  ],
  [
    zeroTotalResetRule,
    { meters, flowMin: 0.1 },
    [{ name: 'plain growth', samples: { total: register, flow }, codes: [] }],
  ],
  [flowTotalConsistencyRule, { step: 0.1 }, [{ name: 'they agree', samples: { total: register, flow }, codes: [] }]],
  [
    levelAccumulatedConsistencyRule,
    { step: 0.1 },
    [{ name: 'a still level', samples: { total: register, level: column(() => 26) }, codes: [] }],
  ],
] as never;

for (const [rule, params, cases] of rules) {
  registerConformance(
    ruleConformance({
      plugin: configured(rule, {} as never),
      params,
      cases,
      packageVersion: manifest.version,
      schemaBaseline: new URL(`schemas/${rule.id}.json`, import.meta.url),
    }),
    { describe, test },
  );
}

registerConformance(
  ruleConformance({
    plugin: configured(levelMaxResetRule as RuleDefinition<never, never>, {} as never),
    params: { mode: 'legacy', max: 95 },
    cases: [{ name: 'exactly the maximum', samples: { level: column(() => 95) }, codes: ['LEVEL_MAX_RESET'] }],
    packageVersion: manifest.version,
  }),
  { describe, test },
);
