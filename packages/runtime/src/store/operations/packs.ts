import { CaudalError } from '@caudal/core';
import { startOfMonth } from '../months.ts';
import { compressPack, decompressPack, presentCodec } from '../pack-codec.ts';
import type { RawPack } from '../store.ts';
import { type Batch, marks, type Sql } from '../sql.ts';
import { read, write } from './operation.ts';
import { type Bodied, cut, readPack, sumOf } from './raw-bodies.ts';
import { Tally } from './tally.ts';

interface Candidate {
  readonly seq: number;
  readonly instance: string;
  readonly devices: string | null;
  readonly received_at: number;
  readonly size: number;
}

/** Looked at once for packs: enough that each of some hundred devices has a full one among them. */
const candidatesAtOnce = 100_000;

const candidates = `SELECT seq, instance, devices, received_at, size FROM raw
  WHERE kept = ? AND packed = 0 AND received_at < ? AND status >= 2 ORDER BY received_at, seq LIMIT ?`;

export const packable = read('packable', async (sql, { kept, others, records, bytes }) => {
  const found = [
    ...(await sql.all<Candidate>(candidates, [1, kept, candidatesAtOnce])),
    ...(await sql.all<Candidate>(candidates, [0, others, candidatesAtOnce])),
  ];
  const groups = new Map<string, { seqs: number[]; bytes: number }[]>();
  for (const { seq, instance, devices, received_at: at, size } of found) {
    const key = JSON.stringify([instance, devices, startOfMonth(at)]);
    const packs = groups.get(key) ?? [];
    groups.set(key, packs);
    const last = packs.at(-1);
    if (last !== undefined && last.seqs.length < records && last.bytes + size <= bytes) {
      last.seqs.push(seq);
      last.bytes += size;
    } else packs.push({ seqs: [seq], bytes: size });
  }
  return [...groups.values()].flat().map(({ seqs }) => seqs);
});

/** Made here and not by the writer, which has no time for it; it is read back before anybody relies on it. */
export const rawPack = read('rawPack', async (sql, seqs) => {
  const rows = await sql.all<Bodied & { readonly body: Uint8Array }>(
    `SELECT r.seq, r.id, r.size, b.body FROM raw r JOIN raw_body b ON b.seq = r.seq
     WHERE r.seq IN (${marks(seqs)}) AND r.packed = 0 ORDER BY r.received_at, r.seq`,
    seqs,
  );
  const bytes = Buffer.concat(rows.map(({ body }) => body));
  const data = compressPack(bytes);
  let start = 0;
  const parts = rows.map(({ seq, id, size, body }) => {
    const part = { seq, id, size, start, hash: sumOf(body) };
    start += size;
    return part;
  });
  const back = decompressPack({ id: 0, codec: presentCodec, size: bytes.length, data });
  for (const part of parts) cut(back, part, { pack: 0, ...part });
  return { codec: presentCodec, size: bytes.length, data, parts };
});

const putPart: Batch = {
  columns: { seq: 'integer', id: 'text', pack: 'integer', start: 'integer', hash: 'blob' },
  text: (rows) => `INSERT INTO raw_packed (seq, pack, start, hash)
    SELECT j.seq, j.pack, j.start, j.hash FROM ${rows} j JOIN raw r ON r.seq = j.seq AND r.id = j.id
    WHERE r.packed = 0`,
};
const removeBody: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `DELETE FROM raw_body WHERE seq IN (SELECT seq FROM ${rows} j)`,
};
const mark: Batch = {
  columns: { seq: 'integer', packed: 'integer' },
  text: (rows) => `UPDATE raw SET packed = j.packed FROM ${rows} j WHERE raw.seq = j.seq`,
};

const tallied = async (sql: Sql, change: { records: number; size: number; stored: number }): Promise<void> => {
  const tally = new Tally('pack');
  for (const [key, count] of Object.entries(change)) tally.add(key, count);
  await tally.write(sql);
};

/** Bodies stay as bytes until the pack is there, in one transaction: a process that dies leaves them in one place or the other. */
export const putPack = write('putPack', {
  class: 'retention',
  rows: ({ parts }) => 3 * parts.length,
  bytes: ({ data }) => data.length,
  async run({ sql }, { codec, size, data, parts }: RawPack) {
    if (parts.length === 0) return false;
    const id = await sql.reserve('raw_pack', 1);
    const put = await sql.each(
      putPart,
      parts.map((part) => [part.seq, part.id, id, part.start, part.hash]),
    );
    const seqs = parts.map(({ seq }) => [seq] as const);
    const freed = await sql.each(removeBody, seqs);
    if (put !== parts.length || freed !== parts.length)
      throw new CaudalError('transient', 'raw records of a pack changed meanwhile: they are packed another time', {
        scope: 'item',
        sent: 'no',
      });
    await sql.run('INSERT INTO raw_pack (id, records, size, codec, data) VALUES (?, ?, ?, ?, ?)', [
      id,
      parts.length,
      size,
      codec,
      data,
    ]);
    await sql.each(
      mark,
      seqs.map(([seq]) => [seq, 1]),
    );
    await tallied(sql, { records: parts.length, size, stored: data.length });
    return true;
  },
});

const dropPart: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `DELETE FROM raw_packed WHERE seq IN (SELECT seq FROM ${rows} j) RETURNING pack`,
};
const countGone: Batch = {
  columns: { id: 'integer', gone: 'integer' },
  text: (rows) => `UPDATE raw_pack SET gone = raw_pack.gone + j.gone FROM ${rows} j WHERE raw_pack.id = j.id`,
};
const dropEmpty: Batch = {
  columns: { id: 'integer' },
  text: (rows) => `DELETE FROM raw_pack WHERE gone = records AND id IN (SELECT id FROM ${rows} j)
    RETURNING size, length(data) AS stored`,
};

/** Bodies of records that go. A pack without records goes with its last; others are loosened later, so that no byte of them stays. */
export const dropPacked = async (sql: Sql, rows: readonly { readonly seq: number }[]): Promise<void> => {
  if (rows.length === 0) return;
  const parts = await sql.eachAll<{ pack: number }>(
    dropPart,
    rows.map(({ seq }) => [seq]),
  );
  const packs = Map.groupBy(parts, ({ pack }) => pack);
  await sql.each(
    countGone,
    [...packs].map(([id, gone]) => [id, gone.length]),
  );
  const change = { records: -parts.length, size: 0, stored: 0 };
  for (const { size, stored } of await sql.eachAll<{ size: number; stored: number }>(
    dropEmpty,
    [...packs.keys()].map((id) => [id]),
  )) {
    change.size -= size;
    change.stored -= stored;
  }
  await tallied(sql, change);
};

const restOf = `SELECT i.seq, i.pack, i.start, i.hash, r.id, r.size FROM raw_packed i JOIN raw r ON r.seq = i.seq WHERE i.pack = ?`;
const putBody: Batch = {
  columns: { seq: 'integer', body: 'blob' },
  text: (rows) => `INSERT INTO raw_body (seq, body) SELECT seq, body FROM ${rows} j`,
};

export const loosenPack = write('loosenPack', {
  class: 'retention',
  rows: () => 500,
  async run({ sql }) {
    const [found] = await sql.all<{ id: number; size: number; stored: number }>(
      'SELECT id, size, length(data) AS stored FROM raw_pack WHERE gone > 0 ORDER BY id LIMIT 1',
    );
    if (found === undefined) return 0;
    const { id, size, stored } = found;
    const rest = await sql.all<Omit<Bodied, 'body'> & { pack: number; start: number; hash: Uint8Array }>(restOf, [id]);
    const bytes = await readPack(sql, id);
    await sql.each(
      putBody,
      rest.map((part) => [part.seq, cut(bytes, part, part)]),
    );
    await sql.each(
      mark,
      rest.map(({ seq }) => [seq, 0]),
    );
    await sql.run('DELETE FROM raw_packed WHERE pack = ?', [id]);
    await sql.run('DELETE FROM raw_pack WHERE id = ?', [id]);
    await tallied(sql, { records: -rest.length, size: -size, stored: -stored });
    return rest.length;
  },
});
