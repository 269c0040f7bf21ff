import { CaudalError, civilInZone, instantInZone } from '@caudal/core';

/**
 * Edges of windows that follow one another: window i is [edges[i], edges[i + 1]), UTC milliseconds. A register read exactly
 * on an edge closes the window before it and opens the one after it.
 */
export type Edges = readonly number[];

/** @throws CaudalError `config` unless there are two edges or more, finite and ascending */
export const checkEdges = (edges: Edges): void => {
  const ascending = edges.every((edge, index) => Number.isFinite(edge) && edge > (edges[index - 1] ?? -Infinity));
  if (edges.length < 2 || !ascending)
    throw new CaudalError('config', 'windows need two edges or more, each later than the one before it', {
      sent: 'no',
    });
};

const checkEnd = (from: number, to: number): void => {
  if (!(Number.isFinite(from) && Number.isFinite(to) && to > from))
    throw new CaudalError('config', 'windows need a start and an end after it', { sent: 'no' });
};

/**
 * Windows of one length from `from` on; the last one ends at `to` or after it.
 * @throws CaudalError `config` for a length that is not above zero or an end that is not after the start
 */
export const fixedEdges = (from: number, to: number, lengthMs: number): Edges => {
  checkEnd(from, to);
  if (!(lengthMs > 0 && Number.isFinite(lengthMs)))
    throw new CaudalError('config', 'windows of a fixed length need a length above zero', { sent: 'no' });
  return Array.from({ length: Math.ceil((to - from) / lengthMs) + 1 }, (_, index) => from + index * lengthMs);
};

/**
 * The local days that hold [from, to): midnights of an IANA zone, so that a day may last 23 or 25 hours. Where the clock
 * skips midnight the day begins with its first instant. `Etc/GMT+4` is the fixed UTC−4 of Chile's regulators.
 * @throws CaudalError `config` for a name that is no zone or an end that is not after the start
 */
export const localDayEdges = (from: number, to: number, zone: string): Edges => {
  checkEnd(from, to);
  const { year, month, day } = civilInZone(from, zone);
  const midnight = (offset: number) =>
    instantInZone({ year, month, day: day + offset, hour: 0, minute: 0, second: 0 }, zone);
  const edges = [midnight(0)];
  for (let offset = 1; (edges.at(-1) ?? Infinity) < to; offset += 1) edges.push(midnight(offset));
  return edges;
};
