import { CaudalError } from '@caudal/core';
import type { SeriesInfo } from '../../config/domain.ts';
import type { Services } from '../../services.ts';

/** What analytics read: the store and what is declared. */
export type Analysed = Pick<Services, 'store' | 'domain' | 'clock'>;

/** Values of one series as columns; NaN where there is none. */
export interface Samples {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly flag: Uint8Array;
}

/** Most values of one question: four years of minutes. */
const most = 2_100_000;

/** @throws CaudalError `config` for a series that is not declared */
export const seriesOf = ({ domain }: Analysed, id: string): SeriesInfo => {
  const series = domain.series.get(id);
  if (series === undefined) throw new CaudalError('config', `there is no series "${id}"`, { sent: 'no' });
  return series;
};

/** @throws CaudalError `invalid-data` when there are more values than one question may read */
export const samplesOf = async ({ store }: Analysed, series: string, from: number, to: number): Promise<Samples> => {
  const found = await store.read.valueSamples({ series, from, to, limit: most + 1 });
  if (found.time.length > most)
    throw new CaudalError('invalid-data', `more than ${most} values: ask for a shorter span`, { sent: 'no' });
  return found;
};

/** Without those that failed or are missing. */
export const usableOf = ({
  time,
  value,
  flag,
}: Samples): { readonly time: Float64Array; readonly value: Float64Array } => {
  const use = (_: number, index: number) => (flag[index] as number) < 4 && !Number.isNaN(value[index]);
  return { time: time.filter(use), value: value.filter(use) };
};
