import type { SignedHead } from '../../evidence/heads.ts';
import type { Batch } from '../sql.ts';
import { read, write } from './operation.ts';

const put: Batch = {
  columns: { seq: 'integer', link: 'text', at: 'integer', key: 'text', signature: 'text' },
  text: (
    rows,
  ) => `INSERT INTO audit_head (seq, link, at, key, signature) SELECT seq, link, at, key, signature FROM ${rows} j
    WHERE true ON CONFLICT (seq) DO NOTHING`,
};
const publish: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `UPDATE audit_head SET published = 1 WHERE seq IN (SELECT seq FROM ${rows} j)`,
};

export const putHead = write('putHead', {
  class: 'live',
  rows: () => 1,
  async run({ sql }, { seq, link, at, key, signature }) {
    await sql.each(put, [[seq, link, at, key, signature]]);
  },
});

export const headsPublished = write('headsPublished', {
  class: 'live',
  rows: (seqs) => seqs.length,
  async run({ sql }, seqs) {
    await sql.each(
      publish,
      seqs.map((seq) => [seq]),
    );
  },
});

const columns = 'seq, link, at, key, signature';

/** Oldest first. */
export const heads = read('heads', (sql, { after = 0, limit }) =>
  Promise.resolve(
    sql.all<SignedHead>(`SELECT ${columns} FROM audit_head WHERE seq > ? ORDER BY seq LIMIT ?`, [after, limit]),
  ),
);

export const newestHead = read('newestHead', async (sql) => {
  const [row] = await sql.all<SignedHead>(`SELECT ${columns} FROM audit_head ORDER BY seq DESC LIMIT 1`);
  return row ?? null;
});

export const unpublishedHeads = read('unpublishedHeads', (sql, limit) =>
  Promise.resolve(
    sql.all<SignedHead>(`SELECT ${columns} FROM audit_head WHERE published = 0 ORDER BY seq LIMIT ?`, [limit]),
  ),
);
