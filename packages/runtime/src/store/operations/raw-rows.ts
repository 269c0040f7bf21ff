import { type Lane, lanes, type RawRow, type RawStatus } from '../rows.ts';
import type { RawFilter } from '../store.ts';
import { type SqlValue, marks } from '../sql.ts';

/** Stored as their index. */
export const rawStatuses = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'SKIPPED'] as const satisfies RawStatus[];
export const statusCode = (status: RawStatus): number => rawStatuses.indexOf(status);
export const laneCode = (lane: Lane): number => lanes.indexOf(lane);
export const laneOf = (code: number): Lane => lanes[code] as Lane;

export interface StoredRaw {
  readonly seq: number;
  readonly id: string;
  readonly instance: string;
  readonly lane: number;
  readonly status: number;
  readonly received_at: number;
  readonly envelope: string;
  readonly size: number;
  readonly reason: string | null;
  readonly repeats: number;
  readonly processed_at: number | null;
}

export const rawHead = 'seq, id, instance, lane, status, received_at, reason, repeats, processed_at';

/** The same and the envelope, of `r`. */
export const rawWithEnvelope = `${rawHead
  .split(', ')
  .map((name) => `r.${name}`)
  .join(', ')}, r.envelope, r.size`;

export const decodeRawHead = (row: Omit<StoredRaw, 'envelope' | 'size'>): Omit<RawRow, 'body' | 'envelope'> => ({
  id: row.id,
  instance: row.instance,
  lane: laneOf(row.lane),
  status: rawStatuses[row.status] as RawStatus,
  receivedAt: row.received_at,
  reason: row.reason,
  repeats: row.repeats,
  processedAt: row.processed_at,
});

export const decodeRaw = (row: StoredRaw & { readonly body: Uint8Array }): RawRow => ({
  ...decodeRawHead(row),
  envelope: JSON.parse(row.envelope) as RawRow['envelope'],
  body: row.body,
});

/** A filter as conditions on `raw`; `from` and `to` are instants of arrival, half open. */
export const rawConditions = (filter: RawFilter): { readonly where: string; readonly params: readonly SqlValue[] } => {
  const parts: { readonly text: string; readonly params: readonly SqlValue[] }[] = [];
  if (filter.ids !== undefined) parts.push({ text: `id IN (${marks(filter.ids)})`, params: filter.ids });
  if (filter.instance !== undefined) parts.push({ text: 'instance = ?', params: [filter.instance] });
  if (filter.device !== undefined)
    parts.push({
      text: 'instr(devices, ?) > 0',
      params: [JSON.stringify(filter.device)],
    });
  if (filter.feeding !== undefined)
    parts.push({
      text: 'instance = ? AND (devices IS NULL OR instr(devices, ?) > 0)',
      params: [filter.feeding.instance, JSON.stringify(filter.feeding.device)],
    });
  if (filter.status !== undefined)
    parts.push({ text: `status IN (${marks(filter.status)})`, params: filter.status.map(statusCode) });
  if (filter.from !== undefined)
    parts.push({ text: 'kept IN (0, 1) AND packed IN (0, 1) AND received_at >= ?', params: [filter.from] });
  if (filter.to !== undefined)
    parts.push({ text: 'kept IN (0, 1) AND packed IN (0, 1) AND received_at < ?', params: [filter.to] });
  return {
    where: parts.length === 0 ? 'true' : parts.map((part) => part.text).join(' AND '),
    params: parts.flatMap((part) => part.params),
  };
};
