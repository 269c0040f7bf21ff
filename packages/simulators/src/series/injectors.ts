import type { Series } from './series.ts';

/** The values of instants in the half-open interval, changed. */
const within = (series: Series, from: number, to: number, change: (value: number, n: number) => number): Series => ({
  ...series,
  values: series.values.map((value, n) => {
    const time = series.times[n] ?? Number.NaN;
    return time >= from && time < to ? change(value, n) : value;
  }),
});

/** Position of the first instant not before `at`. */
const first = (series: Series, at: number): number => {
  const found = series.times.findIndex((time) => time >= at);
  return found === -1 ? series.times.length : found;
};

/** Rows by position; a position may come twice. */
const pick = ({ times, values, created }: Series, rows: readonly number[]): Series => {
  const column = (from: Float64Array) => Float64Array.from(rows, (row) => from[row] ?? Number.NaN);
  return { times: column(times), values: column(values), created: column(created) };
};

const positions = ({ times }: Series) => [...times.keys()];

/** The register falls to zero between two readings and counts on: the last reading before `at` becomes the new zero. */
export const resetCounter = (series: Series, at: number): Series => {
  const zero = series.values[first(series, at) - 1] ?? 0;
  return within(series, at, Number.POSITIVE_INFINITY, (value) => value - zero);
};

/** The register has only so many counts and starts again at zero. */
export const rollOver = (series: Series, counts: number): Series => ({
  ...series,
  values: series.values.map((value) => value % counts),
});

/** `count` readings from `at` on are zero, as a failed read would be written by a careless device. */
export const zeroGlitch = (series: Series, at: number, count: number): Series => {
  const start = first(series, at);
  return { ...series, values: series.values.map((value, n) => (n >= start && n < start + count ? 0 : value)) };
};

/** The sensor is at fault from `from` to before `to` and the device sends its code for that, such as −3200. */
export const sensorFault = (series: Series, from: number, to: number, sentinel: number): Series =>
  within(series, from, to, () => sentinel);

/** The value of `from` stays until before `to`. */
export const freeze = (series: Series, from: number, to: number): Series => {
  const held = series.values[first(series, from)] ?? Number.NaN;
  return within(series, from, to, () => held);
};

/** From `from` on the device's clock runs away by so many milliseconds a day; arrivals stay. */
export const driftClock = (series: Series, from: number, msPerDay: number): Series => ({
  ...series,
  times: series.times.map((time) => (time <= from ? time : time + Math.round(((time - from) / 86_400_000) * msPerDay))),
});

/** Every `every`-th reading is sent twice. */
export const duplicate = (series: Series, every: number): Series =>
  pick(
    series,
    positions(series).flatMap((n) => ((n + 1) % every === 0 ? [n, n] : [n])),
  );

/** What was measured from `from` to before `to` arrives together, at `at`. */
export const uploadLate = (series: Series, from: number, to: number, at: number): Series => ({
  ...series,
  created: series.created.map((created, n) => {
    const time = series.times[n] ?? Number.NaN;
    return time >= from && time < to ? Math.max(created, at) : created;
  }),
});

/** What was measured from `from` to before `to` is lost. */
export const lose = (series: Series, from: number, to: number): Series =>
  pick(
    series,
    positions(series).filter((n) => {
      const time = series.times[n] ?? Number.NaN;
      return time < from || time >= to;
    }),
  );
