import { type Meter, parseInstant } from '@caudal/core';
import type { DatedMeter } from './check-bindings.ts';
import { say } from './mistake-words.ts';
import { checkSpan, grouped, overlaps } from './spans.ts';
import { type Item, lookUp, type World } from './world.ts';

const checkCalibrations = ({ report }: World, meter: Item<Meter>) => {
  let last = -Infinity;
  let counted = 0;
  for (const [index, { from, atPulses }] of (meter.value.calibrations ?? []).entries()) {
    const inside = ['calibrations', index, 'from'];
    if (index > 0 && meter.value.pulses !== undefined) {
      if (atPulses === undefined) {
        report.error(meter, ['calibrations', index], say('calibration-pulses'));
      } else if (atPulses < counted) {
        report.error(meter, ['calibrations', index, 'atPulses'], say('calibration-pulses-order'));
      }
    }
    counted = atPulses ?? counted;
    if (from === undefined) {
      if (index > 0) report.error(meter, inside, say('calibration-from'));
      continue;
    }
    const at = parseInstant(from);
    if (at === undefined) report.error(meter, inside, say('no-instant'));
    else if (at <= last) report.error(meter, inside, say('calibration-order'));
    last = at ?? last;
  }
};

const checkRegister = ({ report }: World, meter: Item<Meter>) => {
  const { step, rollover, firstReading, lastReading, removedAt } = meter.value;
  if (rollover !== undefined && rollover <= step) report.error(meter, ['rollover'], say('rollover-step'));
  for (const [key, reading] of Object.entries({ firstReading, lastReading })) {
    if (reading === undefined || rollover === undefined || reading < rollover) continue;
    report.error(meter, [key], say('reading-rollover'));
  }
  if (removedAt !== undefined && lastReading === undefined) {
    report.warning(meter, ['removedAt'], say('removed-no-reading'));
  }
  if (removedAt === undefined && lastReading !== undefined) {
    report.error(meter, ['lastReading'], say('reading-no-removal'));
  }
};

/** Series, register, dates and calibrations of every meter, and that one series has one meter at a time. */
export const checkMeters = (world: World): readonly DatedMeter[] => {
  const { report } = world;
  const meters = world.lists.meters.map((item): DatedMeter => {
    const { installedAt, removedAt } = item.value;
    return { item, ...checkSpan(report, item, ['installedAt', installedAt], ['removedAt', removedAt]) };
  });
  for (const { item } of meters) {
    const series = lookUp(world, world.series, 'series', item.value.series, item, ['series']);
    if (series !== undefined && series.kind !== 'total') {
      report.error(item, ['series'], say('meter-of-total', { series: item.value.series, kind: series.kind }));
    }
    checkRegister(world, item);
    checkCalibrations(world, item);
  }
  for (const group of grouped(meters, ({ item }) => item.value.series)) {
    for (const [earlier, later] of overlaps(group)) {
      report.error(
        later.item,
        [],
        say('meter-twice', {
          series: later.item.value.series,
          meter: earlier.item.value.id,
          where: report.where(earlier.item),
        }),
      );
    }
  }
  return meters;
};
