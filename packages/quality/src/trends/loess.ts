/** How a value is smoothed from its neighbours. */
export interface Smoother {
  /** Neighbours that count, odd. */
  readonly length: number;
  /** 0: their mean, 1: a line through them. */
  readonly degree: 0 | 1;
}

/**
 * Locally weighted regression at one place of evenly spaced values. Cleveland 1979; the details (window beyond the ends, cut-offs at
 * 0.001 and 0.999 of the width) as in the STL program of Cleveland et al. 1990.
 *
 * @param place counted from 1; may lie just outside
 * @param left first neighbour, counted from 1
 * @param right last neighbour
 * @param trust weights of the values, or null
 * @returns NaN when no neighbour has weight
 */
export const loessAt = (
  values: Float64Array,
  { length, degree }: Smoother,
  place: number,
  left: number,
  right: number,
  trust: Float64Array | null,
): number => {
  const count = values.length;
  const width = Math.max(place - left, right - place) + (length > count ? Math.floor((length - count) / 2) : 0);
  const weights = new Float64Array(right - left + 1);
  let total = 0;
  for (let at = left; at <= right; at += 1) {
    const distance = Math.abs(at - place);
    if (distance > 0.999 * width) continue;
    const near = distance <= 0.001 * width ? 1 : (1 - (distance / width) ** 3) ** 3;
    const weight = trust === null ? near : near * (trust[at - 1] as number);
    weights[at - left] = weight;
    total += weight;
  }
  if (total <= 0) return Number.NaN;
  let centre = 0;
  for (let index = 0; index < weights.length; index += 1) {
    weights[index] = (weights[index] as number) / total;
    centre += (weights[index] as number) * (left + index);
  }
  let tilt = 0;
  if (width > 0 && degree > 0) {
    let spread = 0;
    for (let index = 0; index < weights.length; index += 1)
      spread += (weights[index] as number) * (left + index - centre) ** 2;
    if (Math.sqrt(spread) > 0.001 * (count - 1)) tilt = (place - centre) / spread;
  }
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1)
    sum += (weights[index] as number) * (tilt * (left + index - centre) + 1) * (values[left + index - 1] as number);
  return sum;
};

/** Locally weighted regression at every place. A place whose neighbours have no weight keeps its value. */
export const loess = (values: Float64Array, smoother: Smoother, trust: Float64Array | null): Float64Array => {
  const count = values.length;
  if (count < 2) return values.slice();
  const half = Math.floor((smoother.length + 1) / 2);
  let left = 1;
  let right = Math.min(smoother.length, count);
  return values.map((value, index) => {
    if (index + 1 > half && right < count) {
      left += 1;
      right += 1;
    }
    const smooth = loessAt(values, smoother, index + 1, left, right, trust);
    return Number.isNaN(smooth) ? value : smooth;
  });
};
