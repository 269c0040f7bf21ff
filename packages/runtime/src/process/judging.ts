import { convert, type Plugin, type SeriesLimits, type VariableKind } from '@caudal/core';
import {
  type Judge,
  type JudgeSettings,
  openJudge,
  profiles,
  type RuleUse,
  type SeriesSettings,
} from '@caudal/quality';
import type { PointInfo, SeriesInfo } from '../config/domain.ts';
import type { RuntimeConfig } from '../config/define.ts';
import type { RuntimeOptions } from '../config/options.ts';

/** The limits of a series: its own, over those of the profile for its kind. */
const limitsOf = (
  series: SeriesInfo,
  profile: Readonly<Partial<Record<VariableKind, SeriesLimits>>>,
): SeriesLimits => ({
  ...profile[series.kind],
  ...series.limits,
});

const meterSettings = (series: SeriesInfo) =>
  series.meters.map((meter) => ({
    step: meter.step,
    ...(meter.rollover === undefined ? {} : { rollover: meter.rollover }),
    ...(meter.maxFlowLps === undefined ? {} : { maxFlow: convert(meter.maxFlowLps / 1000, 'm3', series.unit) }),
    ...(meter.bidirectional === undefined ? {} : { bidirectional: meter.bidirectional }),
    ...(Number.isFinite(meter.from) ? { installedAt: meter.from } : {}),
    ...(meter.firstReading === undefined ? {} : { firstReading: meter.firstReading }),
    ...(meter.lastReading === undefined ? {} : { lastReading: meter.lastReading }),
  }));

/** What the judge of a point has to know, from the point's data and the configuration. */
export const judgeSettings = (
  point: PointInfo,
  options: RuntimeOptions,
  extra: RuntimeConfig['rules'] = [],
): JudgeSettings => {
  const profile = profiles[options.profile];
  const series = Object.fromEntries(
    point.series.map((one): [string, SeriesSettings] => [
      one.variable,
      {
        kind: one.kind,
        unit: one.unit,
        ...(one.intervalMs === undefined ? {} : { intervalMs: one.intervalMs }),
        limits: limitsOf(one, profile.limits),
        interpretation: one.interpretation,
        ...(one.meters.length === 0 ? {} : { meters: meterSettings(one) }),
      },
    ]),
  );
  const own = point.rules ?? {};
  const uses: RuleUse[] = [
    ...profile.rules,
    ...extra.map(({ rule, params, roles }): RuleUse => ({
      rule: rule as Plugin,
      ...(params === undefined ? {} : { params }),
      ...(roles === undefined ? {} : { roles }),
    })),
  ];
  return {
    series,
    rules: uses.flatMap((use): RuleUse[] => {
      const changed = own[idOf(use)];
      if (changed === false) return [];
      return [changed === undefined ? use : { ...use, params: { ...use.params, ...changed } }];
    }),
  };
};

const idOf = ({ rule }: RuleUse): string => ('definition' in rule ? rule.definition.id : rule.id);

/** Opens the judge of a point; rules whose required roles the point lacks are left out by the judge. */
export const openPointJudge = (point: PointInfo, options: RuntimeOptions, extra?: RuntimeConfig['rules']): Judge =>
  openJudge(judgeSettings(point, options, extra));
