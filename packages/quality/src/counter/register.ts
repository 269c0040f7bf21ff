import { CaudalError } from '@caudal/core';
import type { Grid } from './grid.ts';
import type { CounterSettings, MeterSettings } from './settings.ts';

/** A meter in counts of the common step and milliseconds: what the engine calculates with. */
export interface Register {
  /** From this instant on, exclusive: a reading at this very instant is still of the meter before. */
  readonly installedAt: number;
  readonly initial: number;
  /** Register at removal, or NaN. */
  readonly final: number;
  /** Own step, in counts of the common step. */
  readonly step: number;
  /** Counts per millisecond; Infinity without a largest flow. */
  readonly rate: number;
  readonly reverseRate: number;
  /** Infinity without a rollover. */
  readonly modulus: number;
  readonly bidirectional: boolean;
}

const positive = (name: string, value: number | undefined): number => {
  if (value === undefined) return Infinity;
  if (!(value > 0))
    throw new CaudalError('config', `${name} of a meter must be above zero, not ${value}`, { sent: 'no' });
  return value;
};

const register = (meter: MeterSettings, index: number, grid: Grid): Register => {
  const rate = (positive('maxFlow', meter.maxFlow) * grid.perUnit) / 1000;
  if (index > 0 && meter.installedAt === undefined) {
    throw new CaudalError('config', 'every meter after the first needs the instant of its installation', {
      sent: 'no',
    });
  }
  return {
    installedAt: meter.installedAt ?? -Infinity,
    initial: grid.toTicks(meter.firstReading ?? 0),
    final: meter.lastReading === undefined ? Number.NaN : grid.toTicks(meter.lastReading),
    step: Math.round(meter.step * grid.perUnit),
    rate,
    reverseRate:
      meter.maxReverseFlow === undefined
        ? rate
        : (positive('maxReverseFlow', meter.maxReverseFlow) * grid.perUnit) / 1000,
    modulus: meter.rollover === undefined ? Infinity : grid.toTicks(positive('rollover', meter.rollover)),
    bidirectional: meter.bidirectional ?? false,
  };
};

export const registersOf = (settings: CounterSettings, grid: Grid): readonly Register[] => {
  const registers = settings.meters.map((meter, index) => register(meter, index, grid));
  for (const [index, { installedAt }] of registers.entries()) {
    const before = registers[index - 1];
    if (before !== undefined && !(installedAt >= before.installedAt)) {
      throw new CaudalError('config', 'meters must be listed in order of installation', { sent: 'no' });
    }
  }
  return registers;
};
