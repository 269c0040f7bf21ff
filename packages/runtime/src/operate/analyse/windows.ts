import { CaudalError, civilInZone, instantInZone } from '@caudal/core';
import { type Edges, fixedEdges, localDayEdges } from '@caudal/quality';

/** How long one window is. Days and longer are those of the zone, with 23 or 25 hours where its clock changes. */
export const windowNames = ['hour', 'day', 'month', 'year'] as const;
export type WindowName = (typeof windowNames)[number];

/** Windows of one series, UTC milliseconds, half-open. */
export interface WindowedSeries {
  readonly series: string;
  readonly from: number;
  readonly to: number;
  readonly window: WindowName;
  readonly zone: string;
}

/** Most windows of one question. */
const most = 10_000;

const monthEdges = (from: number, to: number, zone: string, months: number): Edges => {
  const { year, month } = civilInZone(from, zone);
  const first = months === 12 ? 1 : month;
  const start = (index: number) =>
    instantInZone({ year, month: first + index * months, day: 1, hour: 0, minute: 0, second: 0 }, zone);
  const edges = [start(0)];
  for (let index = 1; (edges.at(-1) as number) < to; index += 1) edges.push(start(index));
  return edges;
};

const edgesBy: Readonly<Record<WindowName, (from: number, to: number, zone: string) => Edges>> = {
  hour: (from, to) => fixedEdges(from - (from % 3_600_000), to, 3_600_000),
  day: localDayEdges,
  month: (from, to, zone) => monthEdges(from, to, zone, 1),
  year: (from, to, zone) => monthEdges(from, to, zone, 12),
};

/**
 * Windows that cover a span, the first one with its start in it or before it.
 *
 * @throws CaudalError `config` when the span is empty or has too many windows
 */
export const edgesOf = (from: number, to: number, window: WindowName, zone: string): Edges => {
  if (!(from < to)) throw new CaudalError('config', 'the span ends before it begins', { sent: 'no' });
  if ((to - from) / 3_600_000 > (window === 'hour' ? most : most * 24))
    throw new CaudalError('config', `more than ${most} windows: ask for a shorter span or longer windows`, {
      sent: 'no',
    });
  return edgesBy[window](from, to, zone);
};
