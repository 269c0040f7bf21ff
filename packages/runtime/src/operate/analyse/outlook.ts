import { CaudalError } from '@caudal/core';
import {
  crossing,
  type Crossing,
  forecast,
  type Forecast,
  hampel,
  levelShifts,
  trend,
  type Trend,
} from '@caudal/quality';
import { onGrid } from './regular.ts';
import { type Analysed, samplesOf, seriesOf, usableOf } from './samples.ts';

interface Span {
  readonly series: string;
  readonly from: number;
  readonly to: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Whether a series rises or falls, how fast, and when it reaches a limit if one is asked for. */
export const trendOf = async (
  services: Analysed,
  { series, from, to, limit }: Span & { readonly limit?: number | undefined },
): Promise<{
  readonly unit: string;
  readonly values: number;
  readonly trend: Trend;
  readonly crossing: Crossing | null;
}> => {
  const { unit } = seriesOf(services, series);
  const columns = usableOf(await samplesOf(services, series, from, to));
  const found = trend(columns);
  return {
    unit,
    values: columns.time.length,
    trend: found,
    crossing: limit === undefined ? null : crossing(found, limit, services.clock.now()),
  };
};

/** A season of values and the step between them. */
export const seasons = {
  day: { stepMs: hour, period: 24 },
  week: { stepMs: hour, period: 168 },
  year: { stepMs: 7 * day, period: 52 },
} as const;
export type SeasonName = keyof typeof seasons;

export interface Outlook extends Forecast {
  readonly unit: string;
  readonly stepMs: number;
  /** Instant of the first forecast step. */
  readonly start: number;
  /** Share of the steps of the past that had a value. */
  readonly coverage: number;
}

/** What a series will be, from its past in a span; with the interval that such forecasts kept to. */
export const forecastOf = async (
  services: Analysed,
  { series, from, to, season, steps }: Span & { readonly season: SeasonName; readonly steps: number },
): Promise<Outlook> => {
  const { unit, interpretation } = seriesOf(services, series);
  if (interpretation === 'cumulative')
    throw new CaudalError('config', `${series} is a register: forecast its flow`, { sent: 'no' });
  const { stepMs, period } = seasons[season];
  const columns = usableOf(await samplesOf(services, series, from, to));
  const first = columns.time[0];
  const begin = first === undefined ? from : Math.max(from, first - (first % stepMs));
  const grid = onGrid(columns, begin, to, stepMs);
  const found = forecast(grid, { period, horizon: steps });
  return { ...found, unit, stepMs, start: begin + grid.length * stepMs, coverage: found.known / grid.length };
};

export interface Anomalies {
  readonly unit: string;
  readonly values: number;
  /** Values far from their neighbours. */
  readonly outliers: readonly { readonly at: number; readonly value: number }[];
  /** Where the level changed for good: a sensor that was moved, a datum set anew. */
  readonly shifts: readonly { readonly at: number; readonly size: number }[];
}

/** Most outliers that are named. */
const named = 1000;

/** What is out of place in a series that is no register; for people to look at, it flags nothing. */
export const anomaliesOf = async (services: Analysed, { series, from, to }: Span): Promise<Anomalies> => {
  const { unit, interpretation } = seriesOf(services, series);
  if (interpretation === 'cumulative')
    throw new CaudalError('config', `${series} is a register: look at its flow or its findings`, { sent: 'no' });
  const { time, value } = usableOf(await samplesOf(services, series, from, to));
  const odd = hampel(value, { limit: 5 });
  const outliers = [...odd.entries()]
    .filter(([, one]) => one === 1)
    .slice(0, named)
    .map(([index]) => ({ at: time[index] as number, value: value[index] as number }));
  // Of a long span by hours: a shift that matters lasts longer.
  const stepMs = value.length > 20_000 ? hour : 0;
  const first = time[0] ?? from;
  const levels = stepMs === 0 ? value : onGrid({ time, value }, first, (time.at(-1) ?? from) + stepMs, stepMs);
  return {
    unit,
    values: value.length,
    outliers,
    shifts: levelShifts(levels, { least: 24 }).map(({ index, size }) => ({
      at: stepMs === 0 ? (time[index] as number) : first + index * stepMs,
      size,
    })),
  };
};
