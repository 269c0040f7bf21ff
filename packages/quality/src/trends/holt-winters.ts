/** How fast the parts of a forecast follow the values, each 0 to 1. */
export interface Smoothing {
  readonly level: number;
  readonly trend: number;
  readonly season: number;
  /** Share of the trend that is left after a step; 1: it goes on for ever. */
  readonly damping: number;
}

export interface HoltWintersState {
  readonly level: number;
  readonly trend: number;
  /** By place in the period, the first for the first value. */
  readonly season: Float64Array;
}

/** State after values, and what each was expected to be before it was seen. */
export interface HoltWinters {
  readonly state: HoltWintersState;
  readonly fitted: Float64Array;
  /** Sum of squared errors of the values that are there. */
  readonly squares: number;
}

/**
 * Additive Holt–Winters smoothing with a damped trend. Holt 1957, Winters 1960, Gardner & McKenzie 1985. A missing value (NaN) moves
 * the state along its trend and teaches it nothing.
 *
 * @param seen how many values the start has seen already, for their place in the period
 */
export const holtWinters = (
  values: Float64Array,
  { level: a, trend: b, season: g, damping }: Smoothing,
  start: HoltWintersState,
  seen = 0,
): HoltWinters => {
  const season = start.season.slice();
  const period = season.length;
  const fitted = new Float64Array(values.length);
  let { level, trend } = start;
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    const place = (seen + index) % period;
    const seasonal = season[place] as number;
    const along = level + damping * trend;
    fitted[index] = along + seasonal;
    const value = values[index] as number;
    if (Number.isNaN(value)) {
      level = along;
      trend *= damping;
      continue;
    }
    const next = a * (value - seasonal) + (1 - a) * along;
    trend = b * (next - level) + (1 - b) * damping * trend;
    season[place] = g * (value - along) + (1 - g) * seasonal;
    level = next;
    squares += (value - (fitted[index] as number)) ** 2;
  }
  return { state: { level, trend, season }, fitted, squares };
};

/** What a state expects of the next values, when `after` were seen. */
export const ahead = (
  { level, trend, season }: HoltWintersState,
  damping: number,
  after: number,
  horizon: number,
): Float64Array => {
  let share = 0;
  return Float64Array.from({ length: horizon }, (_, index) => {
    share += damping ** (index + 1);
    return level + share * trend + (season[(after + index) % season.length] as number);
  });
};
