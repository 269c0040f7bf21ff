/**
 * The value that would stand at `index` if the array were sorted. Hoare's quickselect; the array is rearranged so that nothing
 * before `index` is larger and nothing after it smaller.
 */
export const select = (values: Float64Array, index: number): number => {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left <= right) {
        const kept = values[left] as number;
        values[left] = values[right] as number;
        values[right] = kept;
        left += 1;
        right -= 1;
      }
    }
    if (index <= right) high = right;
    else if (index >= left) low = left;
    else break;
  }
  return values[index] as number;
};

/** The values that are numbers, in order. */
export const known = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(Array.from(values).filter((value) => !Number.isNaN(value)));

/** Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996); NaN without values. Rearranges. */
export const quantileOf = (values: Float64Array, share: number): number => {
  if (values.length === 0) return Number.NaN;
  const position = (values.length - 1) * share;
  const index = Math.floor(position);
  const low = select(values, index);
  if (position === index) return low;
  return low + (position - index) * (select(values, index + 1) - low);
};

/**
 * Quantiles of the numbers among the values, by linear interpolation (type 7 of Hyndman & Fan 1996).
 *
 * @param shares each from 0 to 1
 */
export const quantiles = (values: ArrayLike<number>, shares: readonly number[]): readonly number[] => {
  const copy = known(values);
  return shares.map((share) => quantileOf(copy, share));
};

/** NaN without numbers. */
export const median = (values: ArrayLike<number>): number => quantileOf(known(values), 0.5);

/** Median absolute deviation, scaled by 1.4826 so that it estimates the standard deviation of normal values. */
export const scaledMad = (values: ArrayLike<number>): number => {
  const centre = median(values);
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - centre)));
};
