import { CaudalError, type Correction } from '@caudal/core';
import { gridOf } from '../counter/grid.ts';
import { indexAfter, indexFrom } from '../span.ts';

/** What a shown value is: `origin[i]` of {@link applyCorrections} is an index of this list. */
export const origins = ['raw', 'adjusted', 'estimated', 'interpolated', 'manual'] as const;

export type Origin = (typeof origins)[number];

export interface CorrectedColumns {
  /** NaN where there is no value or it is hidden. */
  readonly value: Float64Array;
  /** Index into {@link origins} of what decided each value. */
  readonly origin: Uint8Array;
}

export interface ApplySettings {
  /** Only corrections of this series: the `series` of a record, the `role` of a proposal. Default: all of them. */
  readonly series?: string;
  /**
   * Step of a total's register. With it offsets are added in whole steps, so that an adjusted total has no rounding noise
   * and, for readings on the register's grid, never falls where the register did not.
   */
  readonly step?: number;
}

/** How one sample is shown. A later one in this list wins, so the order of the corrections is no matter. */
const asRead = 0;
const hidden = 1;
const held = 2;
const interpolated = 3;
const given = 4;

const kindOf: Readonly<Record<Exclude<Correction['method'], 'offset'>, number>> = {
  exclude: hidden,
  hold: held,
  interpolate: interpolated,
  set: given,
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One order for any arrival; of two that set the same sample the later start wins, then the shorter span, then the key. */
const canonical = (a: Correction, b: Correction): number =>
  a.from - b.from ||
  (a.to === b.to ? 0 : b.to - a.to) ||
  compareText(a.key, b.key) ||
  (a.amount ?? 0) - (b.amount ?? 0);

const amountOf = (correction: Correction): number => {
  if (correction.amount === undefined || !Number.isFinite(correction.amount)) {
    throw new CaudalError('invalid-data', `correction ${correction.key} needs an amount to ${correction.method}`, {
      scope: 'item',
      sent: 'no',
    });
  }
  return correction.amount;
};

/**
 * The samples with their corrections: a pure function of both, in any order of the corrections; without any it returns the
 * samples bit for bit. Suggested corrections are left out.
 *
 * Offsets add up from their start on. `exclude` hides; `hold` shows the last value before it, `interpolate` the line in time
 * between the values around it, `set` the amount itself, without offsets. Held and interpolated values never rest on one
 * another, and where there is nothing to rest on there is no value. Of several on one sample set wins over interpolate,
 * interpolate over hold, hold over exclude.
 *
 * @param samples UTC milliseconds ascending, and values with NaN for none; neither is changed
 * @throws CaudalError `invalid-data` for an offset or a set without a finite amount, `config` for a step not above zero
 */
export const applyCorrections = (
  { time, value }: { readonly time: Float64Array; readonly value: Float64Array },
  corrections: readonly (Correction & { readonly series?: string })[],
  { series, step }: ApplySettings = {},
): CorrectedColumns => {
  const shown = new Float64Array(value);
  const origin = new Uint8Array(value.length);
  const inForce = corrections
    .filter((one) => one.state === 'applied' && (series === undefined || (one.series ?? one.role) === series))
    .toSorted(canonical);
  if (inForce.length === 0) return { value: shown, origin };

  addOffsets(time, shown, origin, inForce, step);
  const kind = new Uint8Array(value.length);
  for (const correction of inForce) {
    if (correction.method === 'offset') continue;
    const own = kindOf[correction.method];
    const amount = own === given ? amountOf(correction) : 0;
    for (let index = indexFrom(time, correction.from), end = indexAfter(time, correction.to); index < end; index += 1) {
      if (own < (kind[index] as number)) continue;
      kind[index] = own;
      origin[index] = origins.indexOf(correction.origin);
      if (own === given) shown[index] = amount;
    }
  }
  fill(time, shown, kind);
  return { value: shown, origin };
};

/** Offsets are summed in counts of the register's step where it is known, so that any of them come to the same double. */
const addOffsets = (
  time: Float64Array,
  shown: Float64Array,
  origin: Uint8Array,
  corrections: readonly Correction[],
  step: number | undefined,
): void => {
  const offsets = corrections.filter(({ method }) => method === 'offset');
  if (offsets.length === 0) return;
  if (step !== undefined && !(step > 0 && Number.isFinite(step)))
    throw new CaudalError('config', `the step of a register must be above zero, not ${step}`, { sent: 'no' });
  const grid = step === undefined ? undefined : gridOf(step);
  const added = new Float64Array(shown.length);
  const touched = new Uint8Array(shown.length);
  for (const correction of offsets) {
    const amount = amountOf(correction);
    const counts = grid === undefined ? amount : grid.toTicks(amount);
    const kind = origins.indexOf(correction.origin);
    for (let index = indexFrom(time, correction.from), end = indexAfter(time, correction.to); index < end; index += 1) {
      if (Number.isNaN(shown[index])) continue;
      added[index] = (added[index] as number) + counts;
      touched[index] = 1;
      origin[index] = Math.max(origin[index] as number, kind);
    }
  }
  for (let index = 0; index < shown.length; index += 1) {
    if (touched[index] === 0) continue;
    const read = shown[index] as number;
    const counts = added[index] as number;
    shown[index] = grid === undefined ? read + counts : grid.toUnit(grid.toTicks(read) + counts);
  }
};

const fill = (time: Float64Array, shown: Float64Array, kind: Uint8Array): void => {
  const rests = (index: number) => {
    const own = kind[index];
    return (own === asRead || own === given) && !Number.isNaN(shown[index]);
  };
  let before = -1;
  let after = -1;
  for (let index = 0; index < shown.length; index += 1) {
    if (rests(index)) before = index;
    const own = kind[index] as number;
    if (own === asRead || own === given) continue;
    if (after < index) {
      after = index + 1;
      while (after < shown.length && !rests(after)) after += 1;
    }
    const left = before < 0 ? Number.NaN : (shown[before] as number);
    if (own === hidden) shown[index] = Number.NaN;
    else if (own === held) shown[index] = left;
    else {
      const right = after < shown.length ? (shown[after] as number) : Number.NaN;
      const [from, to] = [time[before] ?? 0, time[after] ?? 0];
      shown[index] = left + ((right - left) * ((time[index] as number) - from)) / (to - from);
    }
  }
};
