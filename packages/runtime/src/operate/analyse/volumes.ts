import { CaudalError, convert, type Flag } from '@caudal/core';
import { coverage, countReadings, stepsToUnit, volumes, windowFlag } from '@caudal/quality';
import { meterSettings } from '../../config/meter-settings.ts';
import type { SeriesInfo } from '../../config/domain.ts';
import { type Analysed, samplesOf, seriesOf } from './samples.ts';
import { edgesOf, type WindowedSeries } from './windows.ts';

const day = 86_400_000;
/** How much before and after a span is read, so that a reset or a glitch at its ends is counted as it was. */
const around = 3 * day;
/** Step of a register of which nothing is declared, as the counter takes it. */
const unknownStep = 0.001;

export interface WindowVolume {
  readonly start: number;
  readonly end: number;
  /** Unit of the series; null where nothing is known of the window. */
  readonly volume: number | null;
  /** The part of it that flowed in a gap: in the window, but not known when. */
  readonly gapVolume: number;
  /** L/s over the covered time; null where none is. */
  readonly meanLps: number | null;
  /** Share of the window between readings not too far apart, 0 to 1. */
  readonly coverage: number;
  readonly flag: Flag;
}

export interface VolumesOf {
  readonly series: string;
  readonly unit: string;
  readonly windows: readonly WindowVolume[];
  /** What flowed within the windows and belongs to none: over an edge in a gap. Nothing is shared out by guess. */
  readonly unattributed: number;
}

/** Readings further apart than this say nothing of the time between them. */
const gapOf = ({ intervalMs }: SeriesInfo): number => Math.max(4 * (intervalMs ?? 3_600_000), 2 * 3_600_000);

/**
 * What a total added in each window, by its meters and resets: the volumes of neighbouring windows add up, and with `unattributed` to
 * what the register rose.
 *
 * @throws CaudalError `config` for a series that is no total
 */
export const volumesOf = async (services: Analysed, input: WindowedSeries): Promise<VolumesOf> => {
  const series = seriesOf(services, input.series);
  if (series.kind !== 'total')
    throw new CaudalError('config', `${series.id} is no total: volumes are taken of totals`, { sent: 'no' });
  const edges = edgesOf(input.from, input.to, input.window, input.zone);
  const [begin, end] = [edges[0] as number, edges.at(-1) as number];
  const [before] = await services.store.read.valuesAt([{ series: series.id, from: -Infinity, to: begin - around }]);
  const start = before === null || before === undefined ? begin - around : before.at;
  const { time, value, flag } = await samplesOf(services, series.id, start, end + around);

  const meters = series.meters.length === 0 ? [{ step: unknownStep }] : meterSettings(series);
  const counted = countReadings(
    { time, value: value.map((one, index) => ((flag[index] as number) === 9 ? Number.NaN : one)) },
    { meters, ...(series.intervalMs === undefined ? {} : { confirmWithinMs: 3 * series.intervalMs }) },
  );
  const step = Math.min(...meters.map((meter) => meter.step));
  const maxGapMs = gapOf(series);
  const whole = volumes({ time, increase: counted.increase, flag: counted.flag }, edges, { step, maxGapMs });
  // What belongs to no window although it flowed between the first edge and the last.
  const gaps = new Map(
    whole.windows
      .flatMap(({ lead, trail }) => [lead, trail])
      .flatMap((gap) => (gap === null ? [] : [[gap.from, gap] as const])),
  );
  const inside = [...gaps.values()].filter((gap) => gap.from >= begin && gap.to <= end);
  return {
    series: series.id,
    unit: series.unit,
    windows: whole.windows.map((window) => {
      const known = window.coveredMs > 0 || window.gapSteps > 0;
      const spread = stepsToUnit(window.steps - window.gapSteps, step);
      return {
        start: window.start,
        end: window.end,
        volume: known ? stepsToUnit(window.steps, step) : null,
        gapVolume: stepsToUnit(window.gapSteps, step),
        meanLps:
          window.coveredMs === 0 ? null : (convert(spread, series.unit, 'm3') * 1000) / (window.coveredMs / 1000),
        coverage: coverage(window),
        flag: windowFlag(window),
      };
    }),
    unattributed: stepsToUnit(
      inside.reduce((sum, gap) => sum + gap.steps, 0),
      step,
    ),
  };
};
