import type { Register } from './register.ts';

export type Departure = 'TOTAL_ROLLOVER' | 'TOTAL_RESET' | 'TOTAL_DECREASE_UNEXPLAINED' | 'TOTAL_JUMP';

/** Without a largest flow a wrap is believed where it adds no more than this share of the register's range. */
const wrapShare = 1 / 8;

/**
 * Whether a reading is on a line: not under it, and not over what the pipe can have carried since the line last changed.
 * Measured from the last change, because a frozen register may release at once what it kept.
 */
export const fitsLine = (
  { rate }: Register,
  tau: number,
  register: number,
  changedAt: number,
  at: number,
  ticks: number,
): boolean => {
  const step = ticks - register;
  return step >= -tau && step <= rate * (at - changedAt) + tau;
};

/** What a reading off the line looks like by itself. First match wins: rollover, reset, unexplained, jump. */
export const classify = (
  { rate, modulus }: Register,
  tau: number,
  register: number,
  changedAt: number,
  at: number,
  ticks: number,
): Departure => {
  const cap = rate * (at - changedAt) + tau;
  if (ticks > register) return 'TOTAL_JUMP';
  if (modulus !== Infinity && ticks < modulus) {
    const room = rate === Infinity ? modulus * wrapShare : cap;
    if (modulus - register <= room && modulus - register + ticks <= room && modulus > register) return 'TOTAL_ROLLOVER';
  }
  return ticks <= cap ? 'TOTAL_RESET' : 'TOTAL_DECREASE_UNEXPLAINED';
};

const thousand = 1000;
/** Under so many counts a thousandth of the register can not be told from a restart at zero. */
const leastRegister = 20 * thousand;

/** 1000 or 1/1000 where all waiting readings are the old line in another unit (L for m³), 0 where they are not. */
export const slipFactor = (
  register: Register,
  tau: number,
  anchor: number,
  changedAt: number,
  rows: readonly (readonly [number, number])[],
): number => {
  const [first, last] = [rows[0], rows.at(-1)];
  if (rows.length < 3 || register.rate === Infinity || first === undefined || last === undefined) return 0;
  for (const factor of [thousand, 1 / thousand]) {
    if (factor < 1 && anchor < leastRegister) continue;
    if (factor > 1 && anchor === 0) continue;
    const tolerance = tau + (factor < 1 ? thousand : 0);
    const within = rows.every(([at, ticks]) => fitsLine(register, tolerance, anchor, changedAt, at, ticks / factor));
    // The register itself must be a thousandth or a thousand times, not only within reach of a wide pipe.
    const near = Math.abs(first[1] / (anchor * factor) - 1) <= 0.1;
    const moved = (last[1] - first[1]) / factor;
    if (near && within && moved >= -tolerance && moved <= register.rate * (last[0] - first[0]) + tolerance)
      return factor;
  }
  return 0;
};

/** Whether at least three steps in a row are about a thousand times the usual: pulses counted in another unit. */
export const stepsAreScaled = (
  anchor: number,
  acceptedAt: number,
  usualRate: number,
  rows: readonly (readonly [number, number])[],
): boolean => {
  if (rows.length < 3 || usualRate <= 0) return false;
  let [beforeAt, before] = [acceptedAt, anchor];
  return rows.every(([at, ticks]) => {
    const ratio = (ticks - before) / (usualRate * (at - beforeAt));
    [beforeAt, before] = [at, ticks];
    return ratio >= thousand / 3 && ratio <= thousand * 3;
  });
};
