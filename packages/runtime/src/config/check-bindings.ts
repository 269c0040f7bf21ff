import { type Binding, findUnit, type Meter } from '@caudal/core';
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
    report.error(
      item,
      ['unit'],
      `pulses are counted by a total, and ${item.value.series} is a series of kind ${series.kind}`,
    );
    return;
  }
  for (const key of ['scale', 'offset'] as const) {
    if (item.value[key] === undefined) continue;
    report.error(
      item,
      [key],
      'does not apply to pulses; the meter says what a pulse is worth, and its calibrations correct it',
    );
  }
  const counting = meters.filter(
    (meter) => meter.item.value.series === item.value.series && meter.from < to && from < meter.to,
  );
  if (counting.length === 0) {
    report.error(item, ['unit'], `is pulses, and no meter of ${item.value.series} says what a pulse is worth`);
  }
  for (const { item: meter } of counting) {
    if (meter.value.pulses !== undefined) continue;
    report.error(item, ['unit'], `is pulses, and meter "${meter.value.id}" (${report.where(meter)}) has no "pulses"`);
  }
};

const checkUnit = ({ report }: World, { item }: DatedBinding, series: KnownSeries) => {
  const { unit: name } = item.value;
  if (name === undefined || name === series.unitName) return;
  if (series.opaque) {
    report.error(item, ['unit'], `the unit of ${item.value.series} is opaque and never converted; leave "unit" out`);
    return;
  }
  const unit = findUnit(name);
  if (unit === undefined) {
    report.error(item, ['unit'], `unit "${name}" is not known`);
  } else if (unit.dimension === 'pulses') {
    report.error(item, ['unit'], 'write "pulses" for a pulse register');
  } else if (series.unit !== undefined && unit.dimension !== series.unit.dimension) {
    report.error(
      item,
      ['unit'],
      `${name} (${unit.dimension}) does not convert to ${series.unitName} (${series.unit.dimension}), the unit of ${item.value.series}`,
    );
  }
};

const checkLevel = ({ report }: World, { item }: DatedBinding, series: KnownSeries) => {
  const { level } = item.value;
  if (level === undefined) return;
  if (series.kind !== 'level') {
    report.error(item, ['level'], `applies to levels, and ${item.value.series} is a series of kind ${series.kind}`);
  } else if (level.convention === 'depth' && series.unit !== undefined && series.unit.name !== 'm') {
    report.error(
      item,
      ['level', 'sensorDepthM'],
      `is in metres, so ${item.value.series} must be kept in m, not in ${series.unitName}`,
    );
  }
};

const checkOverlaps = ({ report }: World, bindings: readonly DatedBinding[]) => {
  const priority = ({ item }: DatedBinding) => item.value.priority ?? 0;
  const sameVariable = ({ item: { value } }: DatedBinding) => JSON.stringify([value.device, value.variable]);
  const say = (key: (binding: DatedBinding) => string, sentence: (binding: Binding) => string) => {
    for (const group of grouped(bindings, (binding) => `${key(binding)} ${priority(binding)}`)) {
      for (const [earlier, later] of overlaps(group)) {
        report.error(
          later.item,
          [],
          `${sentence(later.item.value)} at the same time and with the same priority as ${report.where(earlier.item)}; give one another priority, or an end`,
        );
      }
    }
  };
  say(sameVariable, ({ device, variable }) => `binds ${variable} of ${device}`);
  say(
    ({ item }) => item.value.series,
    ({ series }) => `feeds ${series}`,
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
