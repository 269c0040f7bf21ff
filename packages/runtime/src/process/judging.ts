import { convert, type Plugin } from '@caudal/core';
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
        limits: { ...profile.limits[one.kind], ...one.limits },
        interpretation: one.interpretation,
        ...(one.meters.length === 0 ? {} : { meters: meterSettings(one) }),
      },
    ]),
  );
  const own = point.rules ?? {};
  const custom = extra.map(({ rule, params, roles }): RuleUse => ({
    rule: rule as Plugin,
    ...(params === undefined ? {} : { params }),
    ...(roles === undefined ? {} : { roles }),
  }));
  return {
    series,
    rules: [...profile.rules, ...custom].flatMap((use): RuleUse[] => {
      const changed = own['definition' in use.rule ? use.rule.definition.id : use.rule.id];
      if (changed === false) return [];
      return [changed === undefined ? use : { ...use, params: { ...use.params, ...changed } }];
    }),
  };
};

/** Opens the judge of a point; rules whose required roles the point lacks are left out by the judge. */
export const openPointJudge = (point: PointInfo, options: RuntimeOptions, extra?: RuntimeConfig['rules']): Judge =>
  openJudge(judgeSettings(point, options, extra));
