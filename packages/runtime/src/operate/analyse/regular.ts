import { median } from '@caudal/quality';

/**
 * Values on an even grid: the median of what lies in each step, NaN where nothing does. A forecast needs even steps, and invents none.
 */
export const onGrid = (
  { time, value }: { readonly time: Float64Array; readonly value: Float64Array },
  from: number,
  to: number,
  stepMs: number,
): Float64Array => {
  const grid = new Float64Array(Math.floor((to - from) / stepMs)).fill(Number.NaN);
  let next = 0;
  for (let index = 0; index < grid.length; index += 1) {
    const end = from + (index + 1) * stepMs;
    while (next < time.length && (time[next] as number) < end - stepMs) next += 1;
    const first = next;
    while (next < time.length && (time[next] as number) < end) next += 1;
    if (next > first) grid[index] = median(value.subarray(first, next));
  }
  return grid;
};
