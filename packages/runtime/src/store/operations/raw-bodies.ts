import { hash } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { decompressPack } from '../pack-codec.ts';
import type { RawRow } from '../rows.ts';
import type { Batch, Sql } from '../sql.ts';
import { decodeRaw, type StoredRaw } from './raw-rows.ts';

/** What is needed to find a body: the record's place, and its own bytes while they are not packed. */
export interface Bodied {
  readonly seq: number;
  readonly id: string;
  readonly size: number;
  readonly body: Uint8Array | null;
}

interface Place {
  readonly seq: number;
  readonly pack: number;
  readonly start: number;
  readonly hash: Uint8Array;
}

const places: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `SELECT i.seq, i.pack, i.start, i.hash FROM ${rows} j JOIN raw_packed i ON i.seq = j.seq`,
};
const pack = 'SELECT id, codec, size, data FROM raw_pack WHERE id = ?';

export const sumOf = (body: Uint8Array): Buffer => hash('sha256', body, 'buffer');

export const readPack = async (sql: Sql, id: number): Promise<Uint8Array> => {
  const [found] = await sql.all<Parameters<typeof decompressPack>[0]>(pack, [id]);
  if (found === undefined)
    throw new CaudalError('config', `pack ${id} of raw records is not there: restore a backup`, { sent: 'no' });
  return decompressPack(found);
};

/** The bytes of a record in its opened pack, its own: nothing else lies in their buffer. */
export const cut = (
  bytes: Uint8Array,
  { id, size }: Pick<Bodied, 'id' | 'size'>,
  { pack: from, start, hash: sum }: Omit<Place, 'seq'>,
): Uint8Array => {
  const body = new Uint8Array(bytes.subarray(start, start + size));
  if (Buffer.compare(sumOf(body), sum) === 0) return body;
  throw new CaudalError(
    'config',
    `raw record ${id} is not in pack ${from} as it came: its SHA-256 differs; restore a backup`,
    {
      sent: 'no',
    },
  );
};

/** The bodies of records by their `seq`, each checked against its SHA-256 when it comes out of a pack. A pack is opened once. */
export const bodiesOf = async (sql: Sql, rows: readonly Bodied[]): Promise<ReadonlyMap<number, Uint8Array>> => {
  const bodies = new Map<number, Uint8Array>();
  const packed = new Map<number, Bodied>();
  for (const row of rows)
    if (row.body === null) packed.set(row.seq, row);
    else bodies.set(row.seq, row.body);
  if (packed.size === 0) return bodies;
  const found = await sql.eachAll<Place>(
    places,
    [...packed.keys()].map((seq) => [seq]),
  );
  for (const [id, inPack] of Map.groupBy(found, (place) => place.pack)) {
    const bytes = await readPack(sql, id);
    for (const place of inPack) bodies.set(place.seq, cut(bytes, packed.get(place.seq) as Bodied, place));
  }
  for (const [seq, { id }] of packed)
    if (!bodies.has(seq))
      throw new CaudalError('config', `raw record ${id} has no body: restore a backup`, { sent: 'no' });
  return bodies;
};

/** Whole records, in the order of the rows. */
export const wholeRaw = async (
  sql: Sql,
  rows: readonly (StoredRaw & Pick<Bodied, 'body'>)[],
): Promise<readonly RawRow[]> => {
  const bodies = await bodiesOf(sql, rows);
  return rows.map((row) => decodeRaw({ ...row, body: bodies.get(row.seq) as Uint8Array }));
};
