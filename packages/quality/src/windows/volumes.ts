import { gridOf } from '../counter/grid.ts';
import { checkEdges, type Edges } from './edges.ts';
import { checkTimes, joined, noFlags, sampleFlag, usable, type WindowQuality } from './quality.ts';

/** What a counter added, in columns; `countReadings` gives them, and so does the judge as `settled`. */
export interface VolumeColumns {
  /** UTC milliseconds, strictly ascending. */
  readonly time: Float64Array;
  /** What was added since the reading before, unit of the series; NaN where there is no reading. */
  readonly increase: Float64Array;
  /** Readings flagged 4 or 9 are passed over: what they added belongs to the next one. */
  readonly flag?: Uint8Array;
}

export interface VolumeSettings {
  /** Step of the register, unit of the series. */
  readonly step: number;
  /** An edge between two readings further apart than this is not interpolated, milliseconds; default: no limit. */
  readonly maxGapMs?: number;
  /** Instant of the reading before the first of these. Without it what the first one added belongs to no window. */
  readonly previous?: number;
}

/** What flowed between two readings too far apart to say how much of it on which side of an edge. */
export interface OpenGap {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** Amounts are in steps of the register, exact in multiples of 1/1024 as long as a sum stays under 2^43 steps. */
export interface VolumeWindow extends WindowQuality {
  /** Increase of the total in the window, linearly interpolated in time at both edges. */
  readonly steps: number;
  /** The part of it that flowed in gaps: in the window, and not known when. */
  readonly gapSteps: number;
  /** What the readings in (start, end] added, without interpolation. */
  readonly observedSteps: number;
  /** The gap over the start of the window; what flowed in it is not in `steps`. */
  readonly lead: OpenGap | null;
  /** The gap over the end of the window. */
  readonly trail: OpenGap | null;
}

export interface Volumes {
  readonly windows: readonly VolumeWindow[];
  /** What belongs to no window: gaps over an edge, and what flowed outside. */
  readonly unattributedSteps: number;
  /** Σ windows + unattributed, always and exactly. */
  readonly totalSteps: number;
}

/** Edges are interpolated to this part of a step, so that sums of parts are exact in binary. */
const partsOfStep = 1024;

/**
 * Volumes of windows from what a counter added. An interval between two readings is spread linearly over time; across a reset
 * that starts from 0 at the reading before, as the increase does. Nothing is extrapolated.
 *
 * @throws CaudalError `config` for edges or a step that make no sense, `invalid-data` for readings that do not ascend
 */
export const volumes = (
  { time, increase, flag }: VolumeColumns,
  edges: Edges,
  { step, maxGapMs = Infinity, previous = -Infinity }: VolumeSettings,
): Volumes => {
  checkEdges(edges);
  checkTimes(time);
  const grid = gridOf(step);
  const windows = edges.slice(1).map((end, index) => ({
    start: edges[index] as number,
    end,
    steps: 0,
    gapSteps: 0,
    observedSteps: 0,
    coveredMs: 0,
    lead: null as OpenGap | null,
    trail: null as OpenGap | null,
    flags: noFlags(),
  }));

  let unattributedSteps = 0;
  let totalSteps = 0;
  let from = previous;
  let carried = 0;
  /** The first window that ends after `from`. */
  let first = 0;

  /** An interval short enough to be spread over time. */
  const spread = (to: number, steps: number): void => {
    const until = (at: number) => Math.round(((steps * (at - from)) / (to - from)) * partsOfStep) / partsOfStep;
    let given = 0;
    for (let index = first; ; index += 1) {
      const window = windows[index];
      if (window === undefined || window.start >= to) break;
      const [left, right] = [Math.max(from, window.start), Math.min(to, window.end)];
      const part = (right === to ? steps : until(right)) - until(left);
      window.steps += part;
      window.coveredMs += right - left;
      given += part;
    }
    unattributedSteps += steps - given;
  };

  /** A gap: it belongs to the window it lies in, or to none. */
  const keepWhole = (to: number, steps: number): void => {
    const only = windows[first];
    if (only !== undefined && from >= only.start && to <= only.end) {
      only.steps += steps;
      only.gapSteps += steps;
      return;
    }
    unattributedSteps += steps;
    const gap = { from, to, steps };
    for (let index = first; ; index += 1) {
      const window = windows[index];
      if (window === undefined || window.start >= to) break;
      if (from < window.start) window.lead = gap;
      if (to > window.end) window.trail = gap;
    }
  };

  let own = 0;
  for (let index = 0; index < time.length; index += 1) {
    const to = time[index] as number;
    const added = increase[index] as number;
    while (own < windows.length && (edges[own + 1] as number) <= to) own += 1;
    const holder = windows[own];
    if (holder !== undefined && to >= holder.start) holder.flags[sampleFlag(added, flag?.[index])] += 1;

    const steps = Number.isNaN(added) ? 0 : grid.toTicks(added);
    totalSteps += steps;
    carried += steps;
    if (!usable(added, flag?.[index])) continue;
    while (first < windows.length && (edges[first + 1] as number) <= from) first += 1;
    if (from !== -Infinity && to - from <= maxGapMs) spread(to, carried);
    else keepWhole(to, carried);
    const observer = windows[holder !== undefined && to > holder.start ? own : own - 1];
    if (observer !== undefined && to <= observer.end) observer.observedSteps += carried;
    from = to;
    carried = 0;
  }
  unattributedSteps += carried;
  return { windows, unattributedSteps, totalSteps };
};

/**
 * The volume of two windows that follow one another, the same as if it had been taken of both at once: a gap over the edge
 * between them now lies inside.
 *
 * @throws CaudalError `invalid-data` unless the second begins where the first ends
 */
export const mergeVolumes = (first: VolumeWindow, second: VolumeWindow): VolumeWindow => {
  const { trail } = first;
  const inside = trail !== null && trail.from >= first.start && trail.to <= second.end ? trail.steps : 0;
  const over = trail !== null && trail.to > second.end ? trail : null;
  const under = second.lead !== null && second.lead.from < first.start ? second.lead : null;
  return {
    ...joined(first, second),
    steps: first.steps + second.steps + inside,
    gapSteps: first.gapSteps + second.gapSteps + inside,
    observedSteps: first.observedSteps + second.observedSteps,
    lead: first.lead ?? under,
    trail: second.trail ?? over,
  };
};

/** Steps of a register in the unit of the series. */
export const stepsToUnit = (steps: number, step: number): number => gridOf(step).toUnit(steps);

/** Unit of the series per second, over the time that is covered; NaN where none is. */
export const averageRate = ({ steps, gapSteps, coveredMs }: VolumeWindow, step: number): number =>
  coveredMs === 0 ? Number.NaN : stepsToUnit(steps - gapSteps, step) / (coveredMs / 1000);
