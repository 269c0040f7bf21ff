import { type Meter, parseInstant } from '@caudal/core';
import type { DatedMeter } from './check-bindings.ts';
import { checkSpan, grouped, overlaps } from './spans.ts';
import { type Item, lookUp, type World } from './world.ts';

const checkCalibrations = ({ report }: World, meter: Item<Meter>) => {
  let last = -Infinity;
  let counted = 0;
  for (const [index, { from, atPulses }] of (meter.value.calibrations ?? []).entries()) {
    const inside = ['calibrations', index, 'from'];
    if (index > 0 && meter.value.pulses !== undefined) {
      if (atPulses === undefined) {
        report.error(
          meter,
          ['calibrations', index],
          'needs "atPulses": what was counted before keeps the factor before',
        );
      } else if (atPulses < counted) {
        report.error(meter, ['calibrations', index, 'atPulses'], 'must not be below that of the calibration before');
      }
    }
    counted = atPulses ?? counted;
    if (from === undefined) {
      if (index > 0) report.error(meter, inside, 'only the first calibration may lack it');
      continue;
    }
    const at = parseInstant(from);
    if (at === undefined) report.error(meter, inside, 'is no day and time that exist');
    else if (at <= last) report.error(meter, inside, 'must be later than that of the calibration before');
    last = at ?? last;
  }
};

const checkRegister = ({ report }: World, meter: Item<Meter>) => {
  const { step, rollover, firstReading, lastReading, removedAt } = meter.value;
  if (rollover !== undefined && rollover <= step) report.error(meter, ['rollover'], 'must be above "step"');
  for (const [key, reading] of Object.entries({ firstReading, lastReading })) {
    if (reading === undefined || rollover === undefined || reading < rollover) continue;
    report.error(meter, [key], 'must be below "rollover": the register never shows that number');
  }
  if (removedAt !== undefined && lastReading === undefined) {
    report.warning(
      meter,
      ['removedAt'],
      'has no "lastReading" with it: what ran between the last value and the removal is lost',
    );
  }
  if (removedAt === undefined && lastReading !== undefined) {
    report.error(meter, ['lastReading'], 'needs "removedAt": when the register was read for the last time');
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
      report.error(item, ['series'], `must be a total, and ${item.value.series} is a series of kind ${series.kind}`);
    }
    checkRegister(world, item);
    checkCalibrations(world, item);
  }
  for (const group of grouped(meters, ({ item }) => item.value.series)) {
    for (const [earlier, later] of overlaps(group)) {
      report.error(
        later.item,
        [],
        `stands at ${later.item.value.series} at the same time as meter "${earlier.item.value.id}" (${report.where(earlier.item)}); a series has one meter at a time: write installedAt and removedAt`,
      );
    }
  }
  return meters;
};
