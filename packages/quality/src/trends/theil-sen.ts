import { median, select } from './order.ts';
import { upperQuantile } from './normal.ts';
import { tiedTerms } from './ties.ts';

export interface Line {
  /** Unit of the values per unit of the times. */
  readonly slope: number;
  /** The interval of the slope at the confidence asked for. */
  readonly slopeLow: number;
  readonly slopeHigh: number;
  /** Value of the line at time 0: median(values) − slope × median(times). */
  readonly intercept: number;
}

/**
 * The median of the slopes of all pairs of points, which a third of wild values does not move. Theil 1950; interval after Sen
 * 1968. Every pair is looked at: 2,000 points are 2 million slopes, 16 MB.
 *
 * @param time ascending; pairs of equal times say nothing
 * @param value as many, no NaN
 * @param confidence of the interval, default 0.95
 * @returns NaN throughout when no pair has different times
 */
export const theilSen = (time: Float64Array, value: Float64Array, confidence = 0.95): Line => {
  const count = time.length;
  const slopes = new Float64Array((count * (count - 1)) / 2);
  let pairs = 0;
  for (let right = 1; right < count; right += 1) {
    const at = time[right] as number;
    const here = value[right] as number;
    for (let left = 0; left < right; left += 1) {
      const step = at - (time[left] as number);
      if (step > 0) {
        slopes[pairs] = (here - (value[left] as number)) / step;
        pairs += 1;
      }
    }
  }
  const used = slopes.subarray(0, pairs);
  if (pairs === 0) {
    const none = Number.NaN;
    return { slope: none, slopeLow: none, slopeHigh: none, intercept: none };
  }
  const middle = select(used, pairs >>> 1);
  const slope = pairs % 2 === 1 ? middle : (middle + select(used, (pairs >>> 1) - 1)) / 2;
  const spread =
    upperQuantile((1 - confidence) / 2) *
    Math.sqrt((count * (count - 1) * (2 * count + 5) - tiedTerms(value) - tiedTerms(time)) / 18);
  const lower = Math.max(Math.round((pairs - spread) / 2) - 1, 0);
  const upper = Math.min(Math.round((pairs + spread) / 2), pairs - 1);
  return {
    slope,
    slopeLow: select(used, lower),
    slopeHigh: select(used, upper),
    intercept: median(value) - slope * median(time),
  };
};
