import { read } from './operation.ts';
import { decodeRaw, decodeRawHead, rawConditions, rawHead, type StoredRaw } from './raw-rows.ts';

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
