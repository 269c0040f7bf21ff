import { sha256 } from '../../evidence/chain.ts';
import type { RawStatus } from '../rows.ts';
import type { Batch } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { rawNotHeld } from './held.ts';
import { notNeeded, removeNames } from './needs.ts';
import { read, write } from './operation.ts';
import { dropPacked } from './packs.ts';
import { rawStatuses } from './raw-rows.ts';
import { Tally } from './tally.ts';

const old = `kept = 0 AND packed IN (0, 1) AND received_at < ? AND status >= 2 AND ${notNeeded}`;
const forget: Batch = {
  columns: { id: 'text' },
  text: (rows) => `DELETE FROM request WHERE raw IN (SELECT id FROM ${rows} j)`,
};
const removeBody: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `DELETE FROM raw_body WHERE seq IN (SELECT seq FROM ${rows} j)`,
};
const remove: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `DELETE FROM raw WHERE seq IN (SELECT seq FROM ${rows} j)`,
};

export const deleteOldRaw = write('deleteOldRaw', {
  class: 'retention',
  rows: ({ limit }) => limit,
  async run({ sql, now }, { before, limit, held = [] }) {
    const free = rawNotHeld(held);
    const gone = await sql.all<{
      seq: number;
      id: string;
      status: number;
      instance: string;
      size: number;
      packed: number;
    }>(
      `SELECT seq, id, status, instance, size, packed FROM raw WHERE ${old} AND ${free.where} ORDER BY received_at LIMIT ?`,
      [before, ...free.params, limit],
    );
    await sql.each(
      forget,
      gone.map((row) => [row.id]),
    );
    const seqs = gone.map((row) => [row.seq] as const);
    await removeNames(sql, seqs);
    await sql.each(removeBody, seqs);
    await dropPacked(
      sql,
      gone.filter(({ packed }) => packed === 1),
    );
    await sql.each(remove, seqs);
    const tally = new Tally('raw');
    const went = new Tally('forgotten');
    for (const row of gone) {
      tally.add(rawStatuses[row.status] as RawStatus, -1);
      went.add(row.instance);
    }
    await tally.write(sql);
    await went.write(sql);
    if (gone.length > 0)
      await appendAudit({ sql }, [
        {
          at: now,
          actor: 'retention',
          act: 'raw records deleted',
          subject: 'raw',
          // Of their ids, one a line, in order.
          hash: sha256(
            gone
              .map(({ id }) => `${id}\n`)
              .toSorted()
              .join(''),
          ),
          detail: { count: gone.length, before },
        },
      ]);
    return gone.length;
  },
});

export const oldRaw = read('oldRaw', async (sql, { before, held }) => {
  const free = rawNotHeld(held);
  return sql.all<{ instance: string; records: number; bytes: number }>(
    `SELECT instance, count(*) AS records, sum(size) AS bytes FROM raw WHERE ${old} AND ${free.where} GROUP BY instance ORDER BY instance`,
    [before, ...free.params],
  );
});
