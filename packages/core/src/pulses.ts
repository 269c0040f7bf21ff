import type { PulseRatio } from './domain/meter.ts';
import { decimalText } from './decimal.ts';
import { CaudalError } from './errors.ts';
import { fraction, product, quotient, type Rational, rationalText, readRational, sum } from './rational.ts';

const refuse = (message: string, scope: 'item' | 'instance' = 'instance'): never => {
  throw new CaudalError('config', message, { sent: 'no', scope });
};

const positive = (value: number, what: string): Rational => {
  const read = Number.isFinite(value) && value > 0 ? readRational(decimalText(value)) : undefined;
  return read ?? refuse(`${what} must be a number above zero, not ${value}`);
};

const counted = (pulses: number | bigint): bigint => {
  if (typeof pulses === 'number' && !Number.isSafeInteger(pulses))
    refuse(`pulses are counted in whole numbers up to 2^53, not ${pulses}; pass larger counts as bigint`, 'item');
  return pulses < 0 ? refuse(`pulses can not be fewer than none, not ${pulses}`, 'item') : BigInt(pulses);
};

/** Litres behind one pulse, exact, before calibration. */
const litresPerPulse = (ratio: PulseRatio): Rational =>
  'pulsesPerLiter' in ratio
    ? quotient(fraction(1n, 1n), positive(ratio.pulsesPerLiter, 'pulsesPerLiter'))
    : positive(ratio.litersPerPulse, 'litersPerPulse');

const litresPerCubicMetre = fraction(1000n, 1n);

/** Weights last asked for: every reading of every pulse meter asks, and there are few different ones. */
const weights = new Map<string, Rational>();
const weightsAtMost = 1_000;

/** Cubic metres behind one pulse, exact. */
const weight = (ratio: PulseRatio, calibration: number): Rational => {
  const [kind, count] = 'pulsesPerLiter' in ratio ? ['per', ratio.pulsesPerLiter] : ['of', ratio.litersPerPulse];
  const key = `${kind} ${count} ${calibration}`;
  const known = weights.get(key);
  if (known !== undefined) return known;
  const exact = quotient(
    product(litresPerPulse(ratio), positive(calibration, 'the calibration factor')),
    litresPerCubicMetre,
  );
  if (weights.size >= weightsAtMost) weights.clear();
  weights.set(key, exact);
  return exact;
};

const volume = (pulses: bigint, weight: Rational): Rational => product(fraction(pulses, 1n), weight);

const safe = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The nearest double. A quotient of two doubles is that already; of larger numbers it is read from the decimal text: a double has at most
 * 17 significant digits, 20 are kept after the leading zeros of a quotient that never ends.
 */
const asNumber = ({ numerator, denominator }: Rational): number => {
  if (numerator <= safe && denominator <= safe) return Number(numerator) / Number(denominator);
  const zeros = Math.max(0, String(denominator).length - String(numerator).length);
  return Number(rationalText({ numerator, denominator }, zeros + 20));
};

/**
 * The volume behind a count of pulses, m³:
 *
 *     m³ = pulses × calibration / (pulses per litre × 1000)        with { pulsesPerLiter }
 *     m³ = pulses × litres per pulse × calibration / 1000          with { litersPerPulse }
 *
 * Both conventions are in use and makers call either one "K factor", so the ratio is named by its unit. Add pulses up and
 * convert once: the sum of converted parts drifts, the converted sum does not. The result is the double nearest to the exact
 * decimal.
 *
 * @param pulses whole and not negative; a bigint for 64-bit counters
 * @param calibration multiplies the volume; 1 for an exact meter
 * @throws CaudalError kind `config` for a ratio or calibration that is not above zero, and with scope `item` for a count
 * that is negative or not whole
 */
export const pulsesToCubicMetres = (pulses: number | bigint, ratio: PulseRatio, calibration = 1): number =>
  asNumber(volume(counted(pulses), weight(ratio, calibration)));

/**
 * As {@link pulsesToCubicMetres}, as exact decimal text for a regulator. A ratio such as 6.3473907 pulses per litre gives a
 * volume whose decimals never end: it needs `places`, and is rounded to it, half away from zero. A volume that ends is never
 * rounded.
 *
 * @throws CaudalError kind `config` as there, and for an endless result without `places`
 */
export const pulsesToCubicMetresText = (
  pulses: number | bigint,
  ratio: PulseRatio,
  calibration = 1,
  places?: number,
): string =>
  rationalText(volume(counted(pulses), weight(ratio, calibration)), places) ??
  refuse('this volume has endless decimals; declare how many places to keep');

/**
 * The flow behind a rate of pulses, L/s, for a ratio without offset.
 * @throws CaudalError kind `config` for a bad ratio or calibration, and with scope `item` for a rate that is none
 */
export const pulseRateToLitresPerSecond = (pulsesPerSecond: number, ratio: PulseRatio, calibration = 1): number => {
  if (!(pulsesPerSecond >= 0 && pulsesPerSecond < Infinity))
    refuse(`a pulse rate is a number not below zero, not ${pulsesPerSecond}`, 'item');
  const { numerator, denominator } = product(litresPerPulse(ratio), positive(calibration, 'the calibration factor'));
  return (pulsesPerSecond * Number(numerator)) / Number(denominator);
};

/**
 * The flow of a turbine meter with an offset, L/s: Q = K × f + Q0 for f above zero. Below the starting speed the rotor stands:
 * f = 0 is a flow of 0, not of Q0. Another model than pulses per litre, so it has its own name.
 *
 * @throws CaudalError kind `config` for K that is not above zero or Q0 that is no number, and with scope `item` for a
 * frequency that is none
 */
export const turbineFlow = (
  frequencyHz: number,
  turbine: { readonly litersPerSecondPerHz: number; readonly offsetLitersPerSecond: number },
): number => {
  positive(turbine.litersPerSecondPerHz, 'litersPerSecondPerHz');
  if (!Number.isFinite(turbine.offsetLitersPerSecond)) refuse('offsetLitersPerSecond must be a number');
  if (!(frequencyHz >= 0 && frequencyHz < Infinity))
    refuse(`a frequency is a number not below zero, not ${frequencyHz}`, 'item');
  return frequencyHz === 0 ? 0 : turbine.litersPerSecondPerHz * frequencyHz + turbine.offsetLitersPerSecond;
};

/**
 * Whether so many pulses in so long can not be true: more than the device can count (`maxHz`, default 100) and more than the
 * largest flow makes. Contact bounce and interference do this; the code is `PULSE_RATE_IMPOSSIBLE`.
 */
export const isImpossiblePulseRate = (
  pulses: number | bigint,
  elapsedMs: number,
  limits: { readonly maxHz?: number; readonly maxFlowLps?: number; readonly ratio?: PulseRatio } = {},
): boolean => {
  const count = Number(counted(pulses));
  const { maxHz = 100, maxFlowLps, ratio } = limits;
  positive(maxHz, 'maxHz');
  let most = maxHz;
  if (maxFlowLps !== undefined && ratio !== undefined) {
    positive(maxFlowLps, 'maxFlowLps');
    const { numerator, denominator } = litresPerPulse(ratio);
    most = Math.max(most, (maxFlowLps * Number(denominator)) / Number(numerator));
  }
  return count > 0 && !(count * 1000 <= most * elapsedMs);
};

/** A calibration factor that holds from an instant on (UTC milliseconds), until the next one. */
export interface DatedCalibration {
  readonly from?: number;
  readonly factor: number;
}

/** Pulses counted between two readings: those that came after `from`, up to `to`. UTC milliseconds. */
export interface PulseInterval {
  readonly from: number;
  readonly to: number;
  readonly pulses: number | bigint;
}

/** A part of an interval within one calibration. */
export interface CalibratedPulses {
  readonly from: number;
  readonly to: number;
  readonly pulses: bigint;
  readonly factor: number;
  /** The pulses were shared out by time, because the calibration changed between two readings (`CALIBRATION_SPLIT`). */
  readonly estimated: boolean;
}

const ordered = (calibrations: readonly DatedCalibration[]): readonly Required<DatedCalibration>[] => {
  let last = -Infinity;
  return calibrations.map(({ from = -Infinity, factor }, index) => {
    positive(factor, 'the calibration factor');
    if (index > 0 && !(from > last)) refuse('calibrations must be in order of time, each from another instant on');
    last = from;
    return { from, factor };
  });
};

/**
 * Splits an interval wherever the calibration changes inside it. Pulses are whole, shared out by time, and their sum stays.
 * Before the first dated calibration the factor is 1: nothing had been calibrated yet. Older parts keep the old factor.
 *
 * @param calibrations in order of time; the first may lack `from`
 * @throws CaudalError kind `config` for calibrations out of order or not above zero, and with scope `item` for an interval
 * that runs backwards or a count that is none
 */
export const splitAtCalibrations = (
  { from, to, pulses }: PulseInterval,
  calibrations: readonly DatedCalibration[],
): CalibratedPulses[] => {
  const total = counted(pulses);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from)
    refuse(`an interval runs from one whole millisecond to a later one, not from ${from} to ${to}`, 'item');
  const dated = ordered(calibrations);
  const changes = dated.filter((calibration) => calibration.from > from && calibration.from < to);
  const first = dated.findLast((calibration) => calibration.from <= from)?.factor ?? 1;
  const starts = [{ from, factor: first }, ...changes];
  const estimated = changes.length > 0;
  const span = BigInt(to - from);
  const before = (instant: number) => (span === 0n ? 0n : (2n * total * BigInt(instant - from) + span) / (2n * span));
  return starts.map((start, index) => {
    const end = starts[index + 1]?.from;
    const share = (end === undefined ? total : before(end)) - before(start.from);
    return { from: start.from, to: end ?? to, pulses: share, factor: start.factor, estimated };
  });
};

/** What a {@link pulseAccumulator} has counted. */
export interface PulseTotal {
  readonly pulses: bigint;
  /** m³, the double nearest to the exact volume. */
  readonly cubicMetres: number;
  /** Some pulses were shared out by time over a change of calibration. */
  readonly estimated: boolean;
}

/**
 * Counts pulses per calibration and converts once, when asked: so the volume of a + b is the volume of a plus that of b, in
 * whatever parts and order they come.
 */
export interface PulseAccumulator {
  add(interval: PulseInterval): void;
  total(): PulseTotal;
  /** m³ as in {@link pulsesToCubicMetresText}. */
  text(places?: number): string;
}

/** @throws CaudalError kind `config` for a bad ratio or calibrations */
export const pulseAccumulator = (
  ratio: PulseRatio,
  calibrations: readonly DatedCalibration[] = [],
): PulseAccumulator => {
  weight(ratio, 1);
  ordered(calibrations);
  const perFactor = new Map<number, bigint>();
  let estimated = false;
  const exact = () =>
    [...perFactor].reduce((all, [factor, pulses]) => sum(all, volume(pulses, weight(ratio, factor))), fraction(0n, 1n));
  return {
    add(interval) {
      for (const part of splitAtCalibrations(interval, calibrations)) {
        perFactor.set(part.factor, (perFactor.get(part.factor) ?? 0n) + part.pulses);
        estimated ||= part.estimated;
      }
    },
    total: () => ({
      pulses: [...perFactor.values()].reduce((all, pulses) => all + pulses, 0n),
      cubicMetres: asNumber(exact()),
      estimated,
    }),
    text: (places) =>
      rationalText(exact(), places) ?? refuse('this volume has endless decimals; declare how many places to keep'),
  };
};
