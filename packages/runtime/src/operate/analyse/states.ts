import { CaudalError, type Flag } from '@caudal/core';
import { coverage, type Extreme, integrals, timeWeightedMean, windowFlag } from '@caudal/quality';
import { type Analysed, samplesOf, seriesOf } from './samples.ts';
import { edgesOf, type WindowedSeries } from './windows.ts';

export interface WindowState {
  readonly start: number;
  readonly end: number;
  /** By time, over the covered part; null where none is, and for amounts. */
  readonly mean: number | null;
  /** Of the samples, where each stands for an amount since the one before; null for others and without one. */
  readonly sum: number | null;
  readonly min: Extreme | null;
  readonly max: Extreme | null;
  readonly last: Extreme | null;
  readonly samples: number;
  readonly coverage: number;
  readonly flag: Flag;
}

export interface StatesOf {
  readonly series: string;
  readonly unit: string;
  readonly windows: readonly WindowState[];
}

const hour = 3_600_000;

/**
 * Mean by time, extremes and coverage of a level, a flow or any other series that is no register.
 *
 * @throws CaudalError `config` for a total: its mean says nothing
 */
export const statesOf = async (services: Analysed, input: WindowedSeries): Promise<StatesOf> => {
  const series = seriesOf(services, input.series);
  if (series.interpretation === 'cumulative')
    throw new CaudalError('config', `${series.id} is a register: ask for its volumes`, { sent: 'no' });
  const edges = edgesOf(input.from, input.to, input.window, input.zone);
  const maxGapMs = Math.max(4 * (series.intervalMs ?? hour), 2 * hour);
  const samples = await samplesOf(
    services,
    series.id,
    (edges[0] as number) - maxGapMs,
    (edges.at(-1) as number) + maxGapMs,
  );
  const amounts = series.interpretation === 'total-preceding';
  const interpretation = series.interpretation === 'total-preceding' ? 'mean-preceding' : series.interpretation;
  const windows = integrals(samples, edges, { interpretation, maxGapMs });
  return {
    series: series.id,
    unit: series.unit,
    windows: windows.map((window) => {
      const mean = timeWeightedMean(window);
      const { start, end, min, max, last, samples: count } = window;
      return {
        start,
        end,
        mean: amounts || Number.isNaN(mean) ? null : mean,
        sum: amounts && count > 0 ? window.sum : null,
        min,
        max,
        last,
        samples: count,
        coverage: coverage(window),
        flag: windowFlag(window),
      };
    }),
  };
};
