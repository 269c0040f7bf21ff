export interface HampelSettings {
  /** Values on each side that a value is compared with; default 5. */
  readonly half?: number;
  /** Scaled median absolute deviations from the median beyond which a value is an outlier; default 3. */
  readonly limit?: number;
}

const insert = (sorted: Float64Array, count: number, value: number): void => {
  let index = count;
  while (index > 0 && (sorted[index - 1] as number) > value) {
    sorted[index] = sorted[index - 1] as number;
    index -= 1;
  }
  sorted[index] = value;
};

const remove = (sorted: Float64Array, count: number, value: number): void => {
  let index = 0;
  while (sorted[index] !== value) index += 1;
  sorted.copyWithin(index, index + 1, count);
};

const middle = (sorted: Float64Array, count: number): number =>
  count % 2 === 1
    ? (sorted[count >>> 1] as number)
    : ((sorted[(count >>> 1) - 1] as number) + (sorted[count >>> 1] as number)) / 2;

/**
 * Values further from the median of their neighbourhood than its scaled median absolute deviation allows. Hampel 1974. The window is
 * shorter at the ends; missing values (NaN) are left out and never outliers.
 *
 * @returns 1 for each outlier, else 0
 */
export const hampel = (values: Float64Array, { half = 5, limit = 3 }: HampelSettings = {}): Uint8Array => {
  const result = new Uint8Array(values.length);
  const sorted = new Float64Array(2 * half + 2);
  const distance = new Float64Array(2 * half + 2);
  let count = 0;
  const enter = (value: number | undefined) => {
    if (value === undefined || Number.isNaN(value)) return;
    insert(sorted, count, value);
    count += 1;
  };
  for (let index = 0; index < half; index += 1) enter(values[index]);
  for (let index = 0; index < values.length; index += 1) {
    enter(values[index + half]);
    const gone = values[index - half - 1];
    if (gone !== undefined && !Number.isNaN(gone)) {
      remove(sorted, count, gone);
      count -= 1;
    }
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const centre = middle(sorted, count);
    for (let near = 0; near < count; near += 1) insert(distance, near, Math.abs((sorted[near] as number) - centre));
    if (Math.abs(value - centre) > limit * 1.4826 * middle(distance, count)) result[index] = 1;
  }
  return result;
};
