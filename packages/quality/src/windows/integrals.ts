import { CompensatedSum, type FlowMeaning, partArea } from './area.ts';
import { checkEdges, type Edges } from './edges.ts';
import { checkTimes, joined, noFlags, sampleFlag, usable, type WindowQuality } from './quality.ts';

/** Samples of a flow or a state, in columns. */
export interface StateColumns {
  /** UTC milliseconds, strictly ascending. */
  readonly time: Float64Array;
  /** NaN where there is no value. */
  readonly value: Float64Array;
  /** Samples flagged 4 or 9 are not used. */
  readonly flag?: Uint8Array;
}

export interface IntegralSettings {
  /**
   * What a sample stands for. `instant`: the line between two samples (trapezoid); `mean-preceding`: the time since the sample
   * before; `mean-succeeding`: the time until the next one, which is also "holds until the next".
   */
  readonly interpretation: FlowMeaning;
  /** Two samples further apart than this say nothing of the time between them, milliseconds; default: no limit. */
  readonly maxGapMs?: number;
  /**
   * An unusable sample ends the line of an `instant` series (OPC UA's TimeAverage2); default: the line goes on over it, within
   * `maxGapMs` (TimeAverage). An unusable mean never covers anything.
   */
  readonly strictBad?: boolean;
}

export interface Extreme {
  readonly at: number;
  readonly value: number;
}

export interface IntegralWindow extends WindowQuality {
  /** Value × seconds over the covered time: L for a flow in L/s. */
  readonly integral: number;
  /** Usable samples in the window, and their plain sum. */
  readonly samples: number;
  readonly sum: number;
  /** The first of the smallest and of the largest usable samples, and the last one; null without any. */
  readonly min: Extreme | null;
  readonly max: Extreme | null;
  readonly last: Extreme | null;
}

/**
 * Integrals, means and extremes of windows. Time between samples too far apart contributes nothing and is not covered.
 *
 * @throws CaudalError `config` for edges that make no sense, `invalid-data` for samples that do not ascend
 */
export const integrals = (
  { time, value, flag }: StateColumns,
  edges: Edges,
  { interpretation, maxGapMs = Infinity, strictBad = false }: IntegralSettings,
): readonly IntegralWindow[] => {
  checkEdges(edges);
  checkTimes(time);
  const windows = edges.slice(1).map((end, index) => ({
    start: edges[index] as number,
    end,
    coveredMs: 0,
    integral: new CompensatedSum(),
    sum: new CompensatedSum(),
    flags: noFlags(),
    samples: 0,
    min: null as Extreme | null,
    max: null as Extreme | null,
    last: null as Extreme | null,
  }));

  let first = 0;
  const cover = (from: number, to: number, left: number, right: number): void => {
    while (first < windows.length && (edges[first + 1] as number) <= from) first += 1;
    const until = (at: number) => (at === from ? 0 : partArea(left, right, to - from, at - from, interpretation));
    for (let index = first; ; index += 1) {
      const window = windows[index];
      if (window === undefined || window.start >= to) break;
      const [begin, end] = [Math.max(from, window.start), Math.min(to, window.end)];
      window.coveredMs += end - begin;
      window.integral.add(until(end) - until(begin));
    }
  };

  let own = 0;
  /** The sample to which the next one connects. */
  let before = -1;
  for (let index = 0; index < time.length; index += 1) {
    const at = time[index] as number;
    const now = value[index] as number;
    const use = usable(now, flag?.[index]);
    while (own < windows.length && (edges[own + 1] as number) <= at) own += 1;
    const window = windows[own];
    if (window !== undefined && at >= window.start) {
      window.flags[sampleFlag(now, flag?.[index])] += 1;
      if (use) {
        const sample = { at, value: now };
        window.samples += 1;
        window.sum.add(now);
        if (window.min === null || now < window.min.value) window.min = sample;
        if (window.max === null || now > window.max.value) window.max = sample;
        window.last = sample;
      }
    }
    if (before >= 0 && at - (time[before] as number) <= maxGapMs) {
      const left = value[before] as number;
      const carries = interpretation === 'mean-succeeding' ? usable(left, flag?.[before]) : use;
      if (carries) cover(time[before] as number, at, left, now);
    }
    if (use || interpretation !== 'instant') before = index;
    else if (strictBad) before = -1;
  }

  return windows.map((window) => ({ ...window, integral: window.integral.value, sum: window.sum.value }));
};

const firstOf = (first: Extreme | null, second: Extreme | null, wins: (second: number, first: number) => boolean) =>
  first === null || (second !== null && wins(second.value, first.value)) ? second : first;

/**
 * Two windows that follow one another as one.
 * @throws CaudalError `invalid-data` unless the second begins where the first ends
 */
export const mergeIntegrals = (first: IntegralWindow, second: IntegralWindow): IntegralWindow => ({
  ...joined(first, second),
  integral: first.integral + second.integral,
  samples: first.samples + second.samples,
  sum: first.sum + second.sum,
  min: firstOf(first.min, second.min, (b, a) => b < a),
  max: firstOf(first.max, second.max, (b, a) => b > a),
  last: second.last ?? first.last,
});

/** Mean over the covered time; NaN where none is covered. */
export const timeWeightedMean = ({ integral, coveredMs }: IntegralWindow): number =>
  coveredMs === 0 ? Number.NaN : integral / (coveredMs / 1000);

/** Plain mean of the usable samples; NaN without any. */
export const sampleMean = ({ sum, samples }: IntegralWindow): number => (samples === 0 ? Number.NaN : sum / samples);
