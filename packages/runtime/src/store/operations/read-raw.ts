import { read } from './operation.ts';
import { marks } from '../sql.ts';
import { wholeRaw } from './raw-bodies.ts';
import { decodeRawHead, laneCode, rawConditions, rawHead, rawWithEnvelope, type StoredRaw } from './raw-rows.ts';

export const raw = read('raw', async (sql, id) => {
  const rows = await sql.all<StoredRaw & { body: Uint8Array | null }>(
    `SELECT ${rawWithEnvelope}, b.body FROM raw r LEFT JOIN raw_body b ON b.seq = r.seq WHERE r.id = ?`,
    [id],
  );
  return (await wholeRaw(sql, rows))[0] ?? null;
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

export const pageRaw = read('pageRaw', async (sql, filter, { before, limit }) => {
  const { where, params } = rawConditions(filter);
  const rows = await sql.all<StoredRaw & { size: number }>(
    `SELECT ${rawHead}, size FROM raw WHERE ${where} ${before === undefined ? '' : 'AND seq < ?'} ORDER BY seq DESC LIMIT ?`,
    [...params, ...(before === undefined ? [] : [before]), limit],
  );
  return rows.map((row) => ({ ...decodeRawHead(row), seq: row.seq, bytes: row.size }));
});
