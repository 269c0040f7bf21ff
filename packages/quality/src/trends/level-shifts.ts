import { scaledMad } from './order.ts';

export interface LevelShiftSettings {
  /** Fewest values between two shifts; default 10. */
  readonly least?: number;
  /** What a shift has to be worth, in units of BIC's own penalty; default 3. */
  readonly penalty?: number;
}

export interface LevelShift {
  /** The first value at the new level. */
  readonly index: number;
  /** Mean after less mean before, between the neighbouring shifts. */
  readonly size: number;
}

/**
 * Where the level of values changes for good: a sensor that was moved, a datum that was set anew. Binary segmentation (Scott & Knott
 * 1974) by BIC; the noise is estimated from the differences of neighbours, which a shift hardly touches. NaN are left out.
 */
export const levelShifts = (
  values: Float64Array,
  { least = 10, penalty = 3 }: LevelShiftSettings = {},
): readonly LevelShift[] => {
  const places = Array.from(values.keys()).filter((index) => !Number.isNaN(values[index] as number));
  const used = Float64Array.from(places, (index) => values[index] as number);
  const noise = scaledMad(used.subarray(1).map((value, index) => value - (used[index] as number))) / Math.SQRT2;
  const price = penalty * 2 * Math.log(Math.max(used.length, 2));
  // Without noise every step is a shift, but not a difference of rounding.
  const variance = Math.max(noise, 1e-9 * Math.max(1e-300, scaledMad(used), Math.abs(used[0] ?? 0))) ** 2;
  const sums = new Float64Array(used.length + 1);
  for (let index = 0; index < used.length; index += 1)
    sums[index + 1] = (sums[index] as number) + (used[index] as number);
  const mean = (from: number, to: number) => ((sums[to] as number) - (sums[from] as number)) / (to - from);

  const cuts: number[] = [];
  const open: (readonly [number, number])[] = [[0, used.length]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    let best = 0;
    let cut = -1;
    for (let at = from + least; at <= to - least; at += 1) {
      const gain = (((at - from) * (to - at)) / (to - from)) * (mean(from, at) - mean(at, to)) ** 2;
      if (gain > best) [best, cut] = [gain, at];
    }
    if (cut < 0 || best / variance <= price) continue;
    cuts.push(cut);
    open.push([from, cut], [cut, to]);
  }
  const sorted = cuts.toSorted((a, b) => a - b);
  return sorted.map((cut, index) => ({
    index: places[cut] as number,
    size: mean(cut, sorted[index + 1] ?? used.length) - mean(sorted[index - 1] ?? 0, cut),
  }));
};
