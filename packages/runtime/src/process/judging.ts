import type { Plugin } from '@caudal/core';
import {
  type Judge,
  type JudgeSettings,
  openJudge,
  profiles,
  type RuleUse,
  type SeriesSettings,
} from '@caudal/quality';
import type { PointInfo } from '../config/domain.ts';
import { meterSettings } from '../config/meter-settings.ts';
import type { RuntimeConfig } from '../config/define.ts';
import type { RuntimeOptions } from '../config/options.ts';

/** What the judge of a point has to know, from the point's data and the configuration. */
const judgeSettings = (
  point: PointInfo,
  options: RuntimeOptions,
  extra: RuntimeConfig['rules'] = [],
): JudgeSettings => {
  const series = Object.fromEntries(
    point.series.map((one): [string, SeriesSettings] => [
      one.variable,
      {
        kind: one.kind,
        unit: one.unit,
        ...(one.intervalMs === undefined ? {} : { intervalMs: one.intervalMs }),
        limits: one.limits,
        alerts: one.alerts,
        interpretation: one.interpretation,
        ...(one.meters.length === 0 ? {} : { meters: meterSettings(one) }),
      },
    ]),
  );
  const own = point.rules ?? {};
  const custom = extra.flatMap(({ rule, params, roles }): RuleUse[] => {
    const changed = own[rule.definition.id];
    if (changed === false) return [];
    return [{ rule: rule as Plugin, params: { ...params, ...changed }, ...(roles === undefined ? {} : { roles }) }];
  });
  return { series, rules: [...profiles[options.profile](series, own), ...custom] };
};

/** Opens the judge of a point; rules whose required roles the point lacks are left out by the judge. */
export const openPointJudge = (point: PointInfo, options: RuntimeOptions, extra?: RuntimeConfig['rules']): Judge =>
  openJudge(judgeSettings(point, options, extra));
