import { CounterEngine, countReadings, type Counted, fixedEdges, stepsToUnit, volumes } from '@caudal/quality';

/** [seconds, value]; null is a sample without a value. */
export type Series = readonly (readonly [number, number | null])[];

/** So fine that the tolerance of a mechanical register plays no part in what other tools do without any. */
export const step = 1e-6;

const columns = (series: Series) => ({
  time: Float64Array.from(series, ([at]) => at * 1000),
  value: Float64Array.from(series, ([, value]) => value ?? Number.NaN),
});

/** Every drop is a restart at zero, at once and for ever: what PromQL and counter_agg do. */
const everyDropIsAReset = { meters: [{ step }], confirm: 0, dipRatio: 0, longGlitchMs: 0 };

export interface Adjusted extends Counted {
  readonly delta: number;
  readonly resets: number;
  readonly changes: number;
}

export const adjusted = (series: Series): Adjusted => {
  const { time, value } = columns(series);
  const engine = new CounterEngine(everyDropIsAReset);
  engine.push(time, value, time.length);
  engine.advance(Infinity);
  const { resets, changes, sum } = engine.state;
  return {
    ...countReadings({ time, value }, everyDropIsAReset),
    delta: stepsToUnit(sum, step),
    resets,
    changes,
  };
};

const lookBack = 300;

/** Left-open: (start, end], as PromQL has it. */
export const inside = (series: Series, start: number, end: number): Series =>
  series.filter(([at]) => at > start && at <= end);

/** The samples of the window with the one at or before its start, at most five minutes back. Null without a sample inside. */
export const anchored = (series: Series, start: number, end: number): Series | null => {
  const within = inside(series, start, end);
  const left = series.findLast(([at]) => at <= start && at >= start - lookBack);
  return within.length === 0 ? null : [...(left === undefined ? [] : [left]), ...within];
};

/**
 * Prometheus's extrapolation to the edges of the window, over what the engine counted. counter_agg took it over when the
 * inferred zero still bounded the distance before the test of 1.1 spacings, not after it.
 */
export const extrapolated = (
  series: Series,
  start: number,
  end: number,
  zero: 'before' | 'after' = 'after',
): number | null => {
  const [first, last] = [series[0], series.at(-1)];
  if (series.length < 2 || first === undefined || last === undefined) return null;
  const { delta } = adjusted(series);
  const sampled = last[0] - first[0];
  const spacing = sampled / (series.length - 1);
  const reach = (distance: number) => (distance >= spacing * 1.1 ? spacing / 2 : distance);
  const toZero = delta > 0 && (first[1] ?? 0) >= 0 ? sampled * ((first[1] ?? 0) / delta) : Infinity;
  const distance = first[0] - start;
  const left = zero === 'before' ? reach(Math.min(distance, toZero)) : Math.min(reach(distance), toZero);
  return (delta * (sampled + left + reach(end - last[0]))) / sampled;
};

/** Interpolated at both edges over at most five minutes: the volumes of one window. Null where the series covers nothing. */
export const smoothed = (series: Series, start: number, end: number): number | null => {
  const { time } = columns(series);
  const { increase } = adjusted(series);
  const [window] = volumes({ time, increase }, [start * 1000, end * 1000], { step, maxGapMs: lookBack * 1000 }).windows;
  return window === undefined || window.coveredMs === 0 ? null : stepsToUnit(window.steps, step);
};

export const buckets = (series: Series, length: number): readonly number[] => {
  const { time } = columns(series);
  const { increase } = adjusted(series);
  const end = ((series.at(-1)?.[0] ?? 0) + 1) * 1000;
  return volumes({ time, increase }, fixedEdges(0, end, length * 1000), { step }).windows.map(({ steps }) =>
    stepsToUnit(steps, step),
  );
};
