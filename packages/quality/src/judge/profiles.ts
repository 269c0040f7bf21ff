import type { SeriesLimits, VariableKind } from '@caudal/core';
import { alertThresholdsRule } from '../rules/alert-thresholds.ts';
import { counterRule } from '../rules/counter.ts';
import { grossRangeRule } from '../rules/gross-range.ts';
import { levelMaxResetRule } from '../rules/level-max-reset.ts';
import { missingRule } from '../rules/missing.ts';
import { timeRule } from '../rules/time.ts';
import type { RuleUse } from './contract.ts';

/** A named set of rules and limits. The judge leaves out what a point has no series for. */
export interface Profile {
  readonly rules: readonly RuleUse[];
  /** By kind, in the default unit of the kind: convert them for a series in another unit. The limits of a series go over them. */
  readonly limits: Readonly<Partial<Record<VariableKind, SeriesLimits>>>;
}

/**
 * Limits that hold wherever the sensor works: only what physics or the instrument rules out fails. A flow or a level below
 * zero is suspect and no more, because zero drifts and the sign of a level is a matter of convention.
 */
const safeLimits: Profile['limits'] = {
  level: { suspectBelow: 0 },
  flow: { suspectBelow: 0 },
  averageFlow: { suspectBelow: 0 },
  volume: { suspectBelow: 0 },
  temperature: { failBelow: -1, failAbove: 60, suspectBelow: 0, suspectAbove: 40 },
  pressure: { failBelow: -1, failAbove: 40 },
  ph: { failBelow: 0, failAbove: 14 },
  conductivity: { failBelow: 0, failAbove: 100_000 },
  turbidity: { failBelow: 0, failAbove: 4000 },
};

/** The built-in sets of rules and limits. */
export const profiles: Readonly<Record<'default' | 'stack-vps', Profile>> = {
  default: {
    rules: [timeRule, missingRule, grossRangeRule, levelMaxResetRule, counterRule, alertThresholdsRule].map((rule) => ({
      rule,
    })),
    limits: safeLimits,
  },
  'stack-vps': {
    rules: [
      ...[timeRule, missingRule, grossRangeRule, levelMaxResetRule, counterRule].map((rule) => ({ rule })),
      { rule: alertThresholdsRule, params: { inclusive: true } },
    ],
    limits: {
      ...safeLimits,
      flow: { failBelow: 0, failAbove: 1000, alertBelow: 0 },
      total: { failBelow: 0, failAbove: 999_999 },
      level: { failBelow: 0, failAbove: 100, alertAbove: 90 },
    },
  },
};
