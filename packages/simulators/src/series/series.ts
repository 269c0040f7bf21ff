/** A synthetic series by columns. All times are UTC milliseconds. */
export interface Series {
  /** As the device stamps them. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** When each value reaches the vendor. */
  readonly created: Float64Array;
}

/** `count` instants, `stepMs` apart. */
export const grid = (from: number, stepMs: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, n) => from + n * stepMs);

/** A series whose values arrive `delayMs` after they were measured. */
export const seriesOf = (times: Float64Array, values: Float64Array, delayMs = 0): Series => ({
  times,
  values,
  created: times.map((time) => time + delayMs),
});
