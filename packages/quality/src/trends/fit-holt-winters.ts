import { holtWinters, type HoltWintersState, type Smoothing } from './holt-winters.ts';

const meanOf = (values: Float64Array): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** A state to begin with, from all seasons: the first one's level, the mean step between seasons, the mean of each place. */
export const startOf = (values: Float64Array, period: number): HoltWintersState => {
  const means = Array.from({ length: Math.floor(values.length / period) }, (_, index) =>
    meanOf(values.subarray(index * period, (index + 1) * period)),
  );
  const there = means.flatMap((mean, index) => (Number.isNaN(mean) ? [] : [{ mean, index }]));
  const [first, last] = [there[0], there.at(-1)];
  const season = Float64Array.from({ length: period }, (_, place) => {
    const own = means.map((mean, index) => (values[index * period + place] as number) - mean);
    const mean = meanOf(Float64Array.from(own));
    return Number.isNaN(mean) ? 0 : mean;
  });
  if (first === undefined || last === undefined) return { level: 0, trend: 0, season };
  const trend = first === last ? 0 : (last.mean - first.mean) / ((last.index - first.index) * period);
  return { level: first.mean, trend, season };
};

const coarse: { readonly [Part in keyof Smoothing]: readonly number[] } = {
  level: [0.02, 0.1, 0.3, 0.6],
  trend: [0, 0.02, 0.1],
  season: [0.02, 0.1, 0.3],
  damping: [0.8, 0.95, 0.99],
};
const parts = Object.keys(coarse) as (keyof Smoothing)[];
const bounds: { readonly [Part in keyof Smoothing]: readonly [number, number] } = {
  level: [0, 1],
  trend: [0, 1],
  season: [0, 1],
  damping: [0.5, 0.99],
};

/** The smoothing with the smallest squared errors one step ahead: a coarse grid, then ever smaller steps from its best. */
export const fitSmoothing = (values: Float64Array, start: HoltWintersState): Smoothing => {
  const cost = (smoothing: Smoothing) => holtWinters(values, smoothing, start).squares;
  let grid: readonly Partial<Smoothing>[] = [{}];
  for (const part of parts) grid = grid.flatMap((one) => coarse[part].map((value) => ({ ...one, [part]: value })));
  let [best, least] = [grid[0] as Smoothing, Infinity];
  for (const smoothing of grid as readonly Smoothing[]) {
    const squares = cost(smoothing);
    if (squares < least) [best, least] = [smoothing, squares];
  }
  for (let step = 0.05; step > 0.002; step /= 2)
    for (const part of parts)
      for (const sign of [-1, 1]) {
        const [low, high] = bounds[part];
        const tried = { ...best, [part]: Math.min(high, Math.max(low, best[part] + sign * step)) };
        const squares = cost(tried);
        if (squares < least) [best, least] = [tried, squares];
      }
  return best;
};
