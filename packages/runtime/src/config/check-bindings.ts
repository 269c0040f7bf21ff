import { type Binding, findUnit, type Meter, type Said } from '@caudal/core';
import { say } from './mistake-words.ts';
import { checkSpan, grouped, overlaps, type Span } from './spans.ts';
import { type Item, type KnownSeries, lookUp, type World } from './world.ts';

interface DatedBinding extends Span {
  readonly item: Item<Binding>;
}

export interface DatedMeter extends Span {
  readonly item: Item<Meter>;
}

const checkPulses = (
  { report }: World,
  { item, from, to }: DatedBinding,
  series: KnownSeries,
  meters: readonly DatedMeter[],
) => {
  if (series.kind !== 'total') {
    report.error(item, ['unit'], say('pulses-of-total', { series: item.value.series, kind: series.kind }));
    return;
  }
  for (const key of ['scale', 'offset'] as const) {
    if (item.value[key] === undefined) continue;
    report.error(item, [key], say('pulses-no-scale'));
  }
  const counting = meters.filter(
    (meter) => meter.item.value.series === item.value.series && meter.from < to && from < meter.to,
  );
  if (counting.length === 0) {
    report.error(item, ['unit'], say('pulses-no-meter', { series: item.value.series }));
  }
  for (const { item: meter } of counting) {
    if (meter.value.pulses !== undefined) continue;
    report.error(item, ['unit'], say('pulses-of-meter', { meter: meter.value.id, where: report.where(meter) }));
  }
};

const checkUnit = ({ report }: World, { item }: DatedBinding, series: KnownSeries) => {
  const { unit: name } = item.value;
  if (name === undefined || name === series.unitName) return;
  if (series.opaque) {
    report.error(item, ['unit'], say('unit-opaque', { series: item.value.series }));
    return;
  }
  const unit = findUnit(name);
  if (unit === undefined) {
    report.error(item, ['unit'], say('unit-unknown', { unit: name }));
  } else if (unit.dimension === 'pulses') {
    report.error(item, ['unit'], say('unit-pulses'));
  } else if (series.unit !== undefined && unit.dimension !== series.unit.dimension) {
    report.error(
      item,
      ['unit'],
      say('unit-other', {
        unit: name,
        dimension: unit.dimension,
        wanted: series.unitName,
        wantedDimension: series.unit.dimension,
        series: item.value.series,
      }),
    );
  }
};

const checkLevel = ({ report }: World, { item }: DatedBinding, series: KnownSeries) => {
  const { level } = item.value;
  if (level === undefined) return;
  if (series.kind !== 'level') {
    report.error(item, ['level'], say('level-of-level', { series: item.value.series, kind: series.kind }));
  } else if (level.convention === 'depth' && series.unit !== undefined && series.unit.name !== 'm') {
    report.error(
      item,
      ['level', 'sensorDepthM'],
      say('level-in-metres', { series: item.value.series, unit: series.unitName }),
    );
  }
};

const checkOverlaps = ({ report }: World, bindings: readonly DatedBinding[]) => {
  const priority = ({ item }: DatedBinding) => item.value.priority ?? 0;
  const sameVariable = ({ item: { value } }: DatedBinding) => JSON.stringify([value.device, value.variable]);
  const sayTwice = (key: (binding: DatedBinding) => string, said: (binding: Binding, where: string) => Said) => {
    for (const group of grouped(bindings, (binding) => `${key(binding)} ${priority(binding)}`)) {
      for (const [earlier, later] of overlaps(group)) {
        report.error(later.item, [], said(later.item.value, report.where(earlier.item)));
      }
    }
  };
  sayTwice(sameVariable, ({ device, variable }, where) => say('binds-twice', { device, variable, where }));
  sayTwice(
    ({ item }) => item.value.series,
    ({ series }, where) => say('feeds-twice', { series, where }),
  );
};

/** References, time, units, pulses, level convention and overlaps of every binding. */
export const checkBindings = (world: World, meters: readonly DatedMeter[]): void => {
  const bindings = world.lists.bindings.map((item): DatedBinding => ({
    item,
    ...checkSpan(world.report, item, ['from', item.value.from], ['to', item.value.to]),
  }));
  for (const binding of bindings) {
    const { item } = binding;
    lookUp(world, world.devices, 'device', item.value.device, item, ['device']);
    const series = lookUp(world, world.series, 'series', item.value.series, item, ['series']);
    if (series === undefined) continue;
    if (item.value.unit === 'pulses') checkPulses(world, binding, series, meters);
    else checkUnit(world, binding, series);
    checkLevel(world, binding, series);
  }
  checkOverlaps(world, bindings);
};
