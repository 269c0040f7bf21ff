import { convert, findUnit } from '@caudal/core';
import { flowTotalConsistencyRule } from '../rules/flow-total-consistency.ts';
import { levelAccumulatedConsistencyRule } from '../rules/level-accumulated-consistency.ts';
import { totalFrozenRule } from '../rules/total-frozen.ts';
import { zeroTotalResetRule } from '../rules/zero-total-reset.ts';
import type { RuleUse, SeriesSettings } from './contract.ts';

type Named = readonly [name: string, settings: SeriesSettings];

/** The only series of a kind; with several nothing tells which belongs to which, and the operator names them. */
const only = (series: Readonly<Record<string, SeriesSettings>>, kind: string, dimension: string): Named | undefined => {
  const found = Object.entries(series).filter(([, one]) => one.kind === kind);
  const [first] = found;
  return found.length === 1 && first !== undefined && findUnit(first[1].unit)?.dimension === dimension
    ? first
    : undefined;
};

const meanings = new Set(['instant', 'mean-preceding', 'mean-succeeding']);

/**
 * The rules between series, where the point has the series they compare.
 *
 * @param counterParams parameters of the counter of a total
 */
export const crossUses = (
  series: Readonly<Record<string, SeriesSettings>>,
  counterParams: (settings: SeriesSettings) => Record<string, unknown>,
): RuleUse[] => {
  const total = only(series, 'total', findUnit('m3')?.dimension ?? 'volume');
  if (total === undefined) return [];
  const [totalName, settings] = total;
  const flow = only(series, 'flow', findUnit('L/s')?.dimension ?? 'flow');
  const level = only(series, 'level', findUnit('m')?.dimension ?? 'length');
  const steps = settings.meters?.map((meter) => meter.step) ?? [];
  const step = steps.length === 0 ? 0.001 : convert(Math.max(...steps), settings.unit, 'm3');
  const stage = 'cross' as const;
  const uses: RuleUse[] = [
    {
      rule: zeroTotalResetRule,
      // Beside the counter: it runs an engine of its own, which must see the readings that the counter is to hide.
      stage: 'counter',
      roles: { total: totalName, ...(flow === undefined ? {} : { flow: flow[0] }) },
      params: {
        ...counterParams(settings),
        // In the unit of the flow, which need not be that of the total: no flow is below a thousandth of a litre a second.
        ...(flow === undefined ? {} : { flowMin: convert(0.001, 'L/s', flow[1].unit) }),
      },
    },
  ];
  if (flow !== undefined) {
    const [flowName, { intervalMs, interpretation = 'instant' }] = flow;
    const roles = { flow: flowName, total: totalName };
    const params = {
      step,
      ...(intervalMs === undefined ? {} : { intervalMs }),
      ...(meanings.has(interpretation) ? { meaning: interpretation } : {}),
    };
    uses.push({ rule: flowTotalConsistencyRule, stage, roles, params });
    uses.push({ rule: totalFrozenRule, stage, roles, params });
  }
  if (level !== undefined) {
    uses.push({
      rule: levelAccumulatedConsistencyRule,
      stage,
      roles: { level: level[0], total: totalName },
      params: { step },
    });
  }
  return uses;
};
