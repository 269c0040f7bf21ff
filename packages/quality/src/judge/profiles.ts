import {
  convert,
  defaultUnit,
  findUnit,
  type RuleDefinition,
  type SeriesLimits,
  type VariableKind,
} from '@caudal/core';
import { alertConditionRule } from '../rules/alert-condition.ts';
import { alertThresholdsRule } from '../rules/alert-thresholds.ts';
import { counterRule } from '../rules/counter.ts';
import { grossRangeRule } from '../rules/gross-range.ts';
import { levelMaxResetRule } from '../rules/level-max-reset.ts';
import { missingRule } from '../rules/missing.ts';
import { timeRule } from '../rules/time.ts';
import type { RuleUse, SeriesSettings, Stage } from './contract.ts';
import { crossUses } from './cross-uses.ts';

type Series = Readonly<Record<string, SeriesSettings>>;

/** By rule id, or by id of one use (`gross-range@flow`): parameters that differ, or false to switch it off. */
export type RuleOverrides = Readonly<Record<string, false | Readonly<Record<string, unknown>>>>;

/** A named set of rules, made for the series of a point. */
export type Profile = (series: Series, overrides?: RuleOverrides) => RuleUse[];

interface Levels {
  readonly levelMax: number;
}

type Limits = Readonly<Partial<Record<VariableKind, SeriesLimits & { readonly alertAtZero?: boolean }>>>;

/** Starting limits in the default unit of the kind; every site must tune them. */
const startingLimits: Limits = {
  level: { failBelow: 0 },
  flow: { failBelow: 0 },
  averageFlow: { failBelow: 0 },
  total: { failBelow: 0 },
  volume: { failBelow: 0 },
  temperature: { failBelow: -1, failAbove: 60, suspectBelow: 0, suspectAbove: 40 },
  pressure: { failBelow: -1, failAbove: 40, suspectBelow: 0, suspectAbove: 16 },
  ph: { failBelow: 0, failAbove: 14, suspectBelow: 5.5, suspectAbove: 9.5 },
  conductivity: { failBelow: 0, failAbove: 100_000, suspectBelow: 20, suspectAbove: 5000 },
  turbidity: { failBelow: 0, failAbove: 4000, suspectBelow: 0, suspectAbove: 100 },
};

/** The source design's defaults: flow 0–1000 L/s with an alert at 0, total 0–999 999 m³, level 0–100 m with an alert at 90. */
const stackLimits: Limits = {
  ...startingLimits,
  flow: { failBelow: 0, failAbove: 1000, alertBelow: 0, alertAtZero: true },
  total: { failBelow: 0, failAbove: 999_999 },
  level: { failBelow: 0, failAbove: 100, alertAbove: 90 },
};

const isLimit = (value: unknown): value is number => typeof value === 'number';

/** Limits of the kind in the unit of the series; none where the unit does not convert. */
const inUnit = (kind: VariableKind, unit: string, limits: SeriesLimits): SeriesLimits => {
  const from = defaultUnit[kind as Exclude<VariableKind, 'custom'>];
  if (from === undefined || from === unit) return limits;
  const [a, b] = [findUnit(from), findUnit(unit)];
  if (a === undefined || b === undefined) return {};
  try {
    return Object.fromEntries(
      Object.entries(limits).map(([name, value]) => [name, isLimit(value) ? convert(value, a, b) : value]),
    );
  } catch {
    return {};
  }
};

const only = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Parameters of the counter and of every rule that runs it, from the series' settings. */
const counterParamsOf = ({ meters, intervalMs }: SeriesSettings): Record<string, unknown> =>
  only({
    meters: meters === undefined || meters.length === 0 ? [{ step: 0.001 }] : meters.map((meter) => only({ ...meter })),
    confirmWithinMs: intervalMs === undefined ? undefined : 3 * intervalMs,
  });

const use = (
  rule: RuleDefinition,
  name: string,
  role: string,
  stage: Stage,
  params: Record<string, unknown>,
): RuleUse => ({
  rule,
  id: `${rule.id}@${name}`,
  roles: { [role]: name },
  stage,
  params: only(params),
});

const minute = 60_000;

/** One use of the rule for each condition that it can judge. */
const conditionsOf = (name: string, { alerts = {} }: SeriesSettings): RuleUse[] =>
  (['below', 'above', 'rising', 'falling'] as const).flatMap((when) => {
    const condition = alerts[when];
    if (condition === undefined) return [];
    const { forMinutes = 0, keepMinutes = 0, hysteresis } = condition;
    const own =
      'limit' in condition
        ? { limit: condition.limit }
        : { limit: condition.perHour, overMs: (condition.overMinutes ?? 60) * minute };
    return [
      {
        ...use(alertConditionRule, name, 'value', 'pair', {
          when,
          ...own,
          forMs: forMinutes * minute,
          keepMs: keepMinutes * minute,
          hysteresis,
        }),
        id: `${alertConditionRule.id}.${when}@${name}`,
      },
    ];
  });

const ofSeries = (name: string, series: SeriesSettings, table: Limits, { levelMax }: Levels): RuleUse[] => {
  const defaults = table[series.kind] ?? {};
  const { alertAtZero, ...plain } = defaults;
  const bidirectional = series.meters?.some((meter) => meter.bidirectional) ?? false;
  const limits = { ...inUnit(series.kind, series.unit, plain), ...series.limits };
  const { failBelow, failAbove, suspectBelow, suspectAbove } = limits;
  // What is asked for in full replaces the threshold of the kind.
  const alertBelow = series.alerts?.below === undefined ? limits.alertBelow : undefined;
  const alertAbove = series.alerts?.above === undefined ? limits.alertAbove : undefined;
  const uses = [
    use(timeRule, name, 'value', 'time', { intervalMs: series.intervalMs }),
    use(missingRule, name, 'value', 'missing', { sentinels: series.sentinels }),
    use(grossRangeRule, name, 'value', 'range', {
      failBelow: series.kind === 'flow' && bidirectional ? undefined : failBelow,
      failAbove,
      suspectBelow: suspectBelow === undefined ? undefined : Math.max(suspectBelow, failBelow ?? -Infinity),
      suspectAbove: suspectAbove === undefined ? undefined : Math.min(suspectAbove, failAbove ?? Infinity),
    }),
  ];
  if (series.kind === 'level') {
    const { failAbove: max } = inUnit('level', series.unit, { failAbove: levelMax });
    if (max !== undefined) uses.push(use(levelMaxResetRule, name, 'level', 'range', { max }));
  }
  if (series.kind === 'total') uses.push(use(counterRule, name, 'total', 'counter', counterParamsOf(series)));
  if (alertBelow !== undefined || alertAbove !== undefined) {
    const inclusive = alertAtZero === true && series.limits?.alertBelow === undefined ? true : undefined;
    uses.push(use(alertThresholdsRule, name, 'value', 'pair', { below: alertBelow, above: alertAbove, inclusive }));
  }
  uses.push(...conditionsOf(name, series));
  return uses;
};

const overridden = (uses: readonly RuleUse[], overrides: RuleOverrides): RuleUse[] =>
  uses.flatMap((one) => {
    const ruleId = (one.rule as RuleDefinition).id;
    const byRule = overrides[ruleId];
    const byUse = overrides[one.id ?? ruleId];
    if (byUse === false || (byRule === false && byUse === undefined)) return [];
    return [{ ...one, params: { ...one.params, ...(byRule === false ? {} : byRule), ...byUse } }];
  });

const profile =
  (table: Limits, levels: Levels): Profile =>
  (series, overrides = {}) =>
    overridden(
      [
        ...Object.entries(series).flatMap(([name, settings]) => ofSeries(name, settings, table, levels)),
        ...crossUses(series, counterParamsOf),
      ],
      overrides,
    );

/** The built-in sets of rules. */
export const profiles: Readonly<Record<'default' | 'stack-vps', Profile>> = {
  default: profile(startingLimits, { levelMax: 95 }),
  'stack-vps': profile(stackLimits, { levelMax: 95 }),
};
