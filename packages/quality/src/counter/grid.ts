import { CaudalError, decimalText } from '@caudal/core';
import type { MeterSettings } from './settings.ts';

/** The register's grid: values are integer counts of `step`, exact in a double up to 2^53. */
export interface Grid {
  readonly step: number;
  /** Steps in one unit; an integer wherever the step divides one, so that 0.1 costs no rounding. */
  readonly perUnit: number;
  /** Counts to the unit of the series. */
  readonly toUnit: (ticks: number) => number;
  readonly toTicks: (value: number) => number;
}

const exact = (value: number) => Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, value);

export const gridOf = (step: number): Grid => {
  const inverse = 1 / step;
  const perUnit = exact(inverse) ? Math.round(inverse) : inverse;
  const divides = Number.isInteger(perUnit);
  return {
    step,
    perUnit,
    toUnit: divides ? (ticks) => ticks / perUnit : (ticks) => ticks * step,
    toTicks: (value) => Math.round(value * perUnit),
  };
};

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** The coarsest step that all meters of a series share: counts of different meters can be added. */
export const commonStep = (meters: readonly MeterSettings[]): number => {
  const texts = meters.map(({ step }) => {
    if (!(step > 0 && Number.isFinite(step))) {
      throw new CaudalError('config', `the step of a meter must be above zero, not ${step}`, { sent: 'no' });
    }
    return decimalText(step);
  });
  const [first] = texts;
  if (first === undefined) throw new CaudalError('config', 'a counter needs at least one meter', { sent: 'no' });
  if (texts.every((text) => text === first)) return meters[0]?.step ?? 1;
  const places = Math.max(...texts.map((text) => text.split('.')[1]?.length ?? 0));
  const whole = texts.map((text) => {
    const [left = '', right = ''] = text.split('.');
    return BigInt(left + right.padEnd(places, '0'));
  });
  return Number(whole.reduce(gcd)) / 10 ** places;
};
