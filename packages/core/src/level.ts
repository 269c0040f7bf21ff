import type { LevelConvention } from './domain/device.ts';
import { CaudalError } from './errors.ts';

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no' });
};

/** How a logger scales what its level sensor gives: level = raw / divisor + offset. */
export interface RawScale {
  /** Commonly 1, 10 or 100; default 1. */
  readonly divisor?: number;
  /** In the unit of the level; default 0. */
  readonly offset?: number;
}

const nano = 1e9;

/**
 * a − b as the double nearest to the decimal difference: 30 − 20.145 is 9.855, so that half-up rounding at the regulator
 * decides on what a person would write. Exact up to nine decimals, which every level has; beyond them a plain subtraction.
 */
const subtract = (a: number, b: number): number => {
  const [left, right] = [Math.round(a * nano), Math.round(b * nano)];
  const whole = left / nano === a && right / nano === b && Number.isSafeInteger(left) && Number.isSafeInteger(right);
  return whole ? (left - right) / nano : a - b;
};

const checked = ({ divisor = 1, offset = 0 }: RawScale): Required<RawScale> =>
  Number.isFinite(divisor) && divisor !== 0 && Number.isFinite(offset)
    ? { divisor, offset }
    : refuse(`a level scale needs a divisor other than zero and an offset, not ${divisor} and ${offset}`);

/**
 * The level behind a raw number: raw / divisor + offset.
 * @throws CaudalError kind `config` for a divisor of zero
 */
export const levelFromRaw = (raw: number, scale: RawScale): number => {
  const { divisor, offset } = checked(scale);
  return subtract(raw / divisor, -offset);
};

/** The raw number behind a level: (level − offset) × divisor. @throws as {@link levelFromRaw} */
export const rawFromLevel = (level: number, scale: RawScale): number => {
  const { divisor, offset } = checked(scale);
  return subtract(level, offset) * divisor;
};

/**
 * Depth to water below the reference point, m: depth of the sensor minus the water column over it. Negative when water stands
 * above the reference point, as in an artesian well. NaN stays NaN.
 */
export const depthToWater = (columnM: number, sensorDepthM: number): number => subtract(sensorDepthM, columnM);

/** The water column over the sensor, m, behind a depth to water. Negative when the water is below the sensor. */
export const waterColumn = (depthToWaterM: number, sensorDepthM: number): number =>
  subtract(sensorDepthM, depthToWaterM);

const sensorDepth = (convention: LevelConvention & { convention: 'depth' }): number =>
  Number.isFinite(convention.sensorDepthM) ? convention.sensorDepthM : refuse('sensorDepthM must be a number');

/**
 * The level of the series behind a vendor's value, after its scale, offset and conversion to metres.
 * @throws CaudalError kind `config` for a sensor depth that is no number
 */
export const toSeriesLevel = (convention: LevelConvention): ((value: number) => number) => {
  if (convention.convention !== 'depth') return (value) => value;
  const depth = sensorDepth(convention);
  return (value) => depthToWater(value, depth);
};

/** The vendor's value behind a level of the series: undoes {@link toSeriesLevel}. */
export const fromSeriesLevel = (convention: LevelConvention): ((level: number) => number) => {
  if (convention.convention !== 'depth') return (level) => level;
  const depth = sensorDepth(convention);
  return (level) => waterColumn(level, depth);
};
