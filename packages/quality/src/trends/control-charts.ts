/** Exponentially weighted means: each value moves the mean by its share. NaN leaves it where it is. Roberts 1959. */
export const ewma = (values: Float64Array, share: number, start?: number): Float64Array => {
  let mean = start ?? Number.NaN;
  return values.map((value) => {
    if (Number.isNaN(value)) return mean;
    mean = Number.isNaN(mean) ? value : share * value + (1 - share) * mean;
    return mean;
  });
};

/** How far such a mean of values around `target` strays by chance, up or down, in the long run. */
export const ewmaLimit = (sigma: number, share: number, width = 3): number =>
  width * sigma * Math.sqrt(share / (2 - share));

export interface CusumSettings {
  readonly target: number;
  /** Half of the shift that matters, unit of the values. */
  readonly slack: number;
  /** Alarm above this, unit of the values. */
  readonly limit: number;
  /** The sums start again at 0 after an alarm; default true. */
  readonly reset?: boolean;
  /** Where the sums start, and start again: half of `limit` finds an early shift sooner (Lucas & Crosier 1982); default 0. */
  readonly headStart?: number;
}

export interface Cusum {
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Indexes of values at which the sum is above the limit. */
  readonly highAlarms: readonly number[];
  readonly lowAlarms: readonly number[];
}

/** Sums of what values are above or below their target, which find a small shift that lasts. Page 1954. NaN adds nothing. */
export const cusum = (
  values: Float64Array,
  { target, slack, limit, reset = true, headStart = 0 }: CusumSettings,
): Cusum => {
  const side = (sign: 1 | -1) => {
    const alarms: number[] = [];
    let sum = headStart;
    const sums = values.map((value, index) => {
      if (Number.isNaN(value)) return sum;
      const now = Math.max(0, sum + sign * (value - target) - slack);
      const alarm = now > limit;
      if (alarm) alarms.push(index);
      sum = alarm && reset ? headStart : now;
      return now;
    });
    return { sums, alarms };
  };
  const [up, down] = [side(1), side(-1)];
  return { high: up.sums, low: down.sums, highAlarms: up.alarms, lowAlarms: down.alarms };
};
