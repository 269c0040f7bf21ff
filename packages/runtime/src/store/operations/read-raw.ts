import { read } from './operation.ts';
import { marks } from '../sql.ts';
import { decodeRaw, decodeRawHead, laneCode, rawConditions, rawHead, type StoredRaw } from './raw-rows.ts';

export const raw = read('raw', async (sql, id) => {
  const [row] = await sql.all<StoredRaw & { body: Uint8Array }>(
    `SELECT ${rawHead
      .split(', ')
      .map((name) => `r.${name}`)
      .join(', ')}, r.envelope, b.body FROM raw r JOIN raw_body b ON b.seq = r.seq WHERE r.id = ?`,
    [id],
  );
  return row === undefined ? null : decodeRaw(row);
});

/** Newest arrival first. */
export const rawList = read('rawList', async (sql, filter, limit) => {
  const { where, params } = rawConditions(filter);
  return (
    await sql.all<StoredRaw>(`SELECT ${rawHead} FROM raw WHERE ${where} ORDER BY seq DESC LIMIT ?`, [...params, limit])
  ).map(decodeRawHead);
});

export const recordsOf = read('recordsOf', async (sql, { series, from, to, limit }) =>
  (
    await sql.all<{ id: string; received_at: number }>(
      `SELECT r.id, r.received_at FROM series s JOIN value v ON v.series = s.id JOIN raw r ON r.id = v.raw
       WHERE s.name IN (${marks(series)}) AND v.at >= ? AND v.at < ? AND r.lane = ?
       GROUP BY r.id, r.received_at ORDER BY r.received_at DESC, r.id LIMIT ?`,
      [...series, from, to, laneCode('live'), limit],
    )
  ).map((row) => ({ id: row.id, receivedAt: row.received_at })),
);
