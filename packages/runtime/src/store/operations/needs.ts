import type { NewRaw, RawMark, RawRow } from '../rows.ts';
import { type Batch, marks, type Sql } from '../sql.ts';
import { read, write, type WriteContext } from './operation.ts';
import { wholeRaw } from './raw-bodies.ts';
import { rawStatuses, rawWithEnvelope, type StoredRaw } from './raw-rows.ts';
import { Tally } from './tally.ts';

const named = { seq: 'integer', instance: 'text', key: 'text' } as const;
const putKey: Batch = {
  columns: named,
  text: (rows) => `INSERT INTO raw_key (seq, instance, key) SELECT seq, instance, key FROM ${rows} j`,
};
const putNeed: Batch = {
  columns: named,
  text: (rows) => `INSERT INTO raw_need (seq, instance, key) SELECT seq, instance, key FROM ${rows} j`,
};
const queueAgain: Batch = {
  columns: { instance: 'text', key: 'text' },
  text: (rows) => `UPDATE raw SET reason = NULL WHERE seq IN
    (SELECT p.seq FROM ${rows} j JOIN raw_parked p ON p.instance = j.instance AND p.key = j.key)`,
};
const unpark: Batch = {
  columns: { instance: 'text', key: 'text' },
  text: (rows) => `DELETE FROM raw_parked WHERE (instance, key) IN (SELECT instance, key FROM ${rows} j)`,
};

/** Notes the names of new records and what they need; those that waited for one of them are in the queue again. */
export const putNames = async (sql: Sql, rows: readonly NewRaw[], first: number): Promise<void> => {
  const keys: [number, string, string][] = [];
  const needs: [number, string, string][] = [];
  rows.forEach(({ instance, envelope }, index) => {
    if (envelope.key !== undefined) keys.push([first + index, instance, envelope.key]);
    if (envelope.needs !== undefined) needs.push([first + index, instance, envelope.needs]);
  });
  if (needs.length > 0) await sql.each(putNeed, needs);
  if (keys.length === 0) return;
  await sql.each(putKey, keys);
  const arrived = [...new Map(keys.map(([, instance, key]) => [`${instance}\u0000${key}`, [instance, key]])).values()];
  await sql.each(queueAgain, arrived);
  await sql.each(unpark, arrived);
};

const wait: Batch = {
  columns: { id: 'text', key: 'text', until: 'integer' },
  text: (rows) => `INSERT INTO raw_parked (seq, instance, key, until)
    SELECT r.seq, r.instance, j.key, j.until FROM ${rows} j JOIN raw r ON r.id = j.id
    WHERE NOT EXISTS (SELECT 1 FROM raw_key k WHERE k.instance = r.instance AND k.key = j.key)
    ON CONFLICT (seq) DO NOTHING`,
};
/** One that came between the look and this transaction is not waited for. */
const goOn: Batch = {
  columns: { id: 'text' },
  text: (rows) => `UPDATE raw SET reason = NULL FROM ${rows} j
    WHERE raw.id = j.id AND NOT EXISTS (SELECT 1 FROM raw_parked p WHERE p.seq = raw.seq)`,
};

/** Lets records that were marked PENDING wait for the one they need. */
export const park = async (sql: Sql, rows: readonly RawMark[]): Promise<void> => {
  const waiting = rows.filter((row) => row.waits !== undefined);
  if (waiting.length === 0) return;
  await sql.each(
    wait,
    waiting.map(({ id, waits }) => [id, waits?.key ?? '', waits?.until ?? 0]),
  );
  await sql.each(
    goOn,
    waiting.map(({ id }) => [id]),
  );
};

export const endWaiting = write('endWaiting', {
  class: 'live',
  rows: (limit) => limit,
  async run({ sql, now }: WriteContext, limit) {
    const over = await sql.all<{ seq: number; key: string }>(
      'SELECT seq, key FROM raw_parked WHERE until <= ? ORDER BY until LIMIT ?',
      [now, limit],
    );
    for (const { seq, key } of over) {
      await sql.run('UPDATE raw SET status = ?, reason = ?, readings = 0, processed_at = ? WHERE seq = ?', [
        rawStatuses.indexOf('SKIPPED'),
        `the record that it needs did not come: ${key}`,
        now,
        seq,
      ]);
      await sql.run('DELETE FROM raw_parked WHERE seq = ?', [seq]);
    }
    const tally = new Tally('raw');
    tally.add('PENDING', -over.length);
    tally.add('SKIPPED', over.length);
    await tally.write(sql);
    return over.length;
  },
});

/** The newest before; where there is none, the first that came after. */
const found: Batch = {
  columns: { id: 'text', instance: 'text', key: 'text' },
  text: (rows) => `SELECT j.id, coalesce(
      (SELECT max(k.seq) FROM raw_key k WHERE k.instance = j.instance AND k.key = j.key AND k.seq < r.seq),
      (SELECT min(k.seq) FROM raw_key k WHERE k.instance = j.instance AND k.key = j.key AND k.seq > r.seq)) AS seq
    FROM ${rows} j JOIN raw r ON r.id = j.id`,
};

export const neededRaw = read('neededRaw', async (sql, wanted) => {
  const seqs = new Map<string, number>();
  const asked = wanted.map(({ id, instance, key }) => [id, instance, key] as const);
  for (const { id, seq } of await sql.eachAll<{ id: string; seq: number | null }>(found, asked))
    if (seq !== null) seqs.set(id, seq);
  const distinct = [...new Set(seqs.values())];
  const rows = await sql.all<StoredRaw & { body: Uint8Array | null }>(
    `SELECT ${rawWithEnvelope}, b.body FROM raw r LEFT JOIN raw_body b ON b.seq = r.seq WHERE r.seq IN (${marks(distinct)})`,
    distinct,
  );
  const whole = await wholeRaw(sql, rows);
  const records = new Map(whole.map((row, index): [number, RawRow] => [(rows[index] as StoredRaw).seq, row]));
  return {
    records: [...records.values()],
    of: [...seqs].flatMap(([id, seq]) => {
      const record = records.get(seq);
      return record === undefined ? [] : [{ id, needed: record.id }];
    }),
  };
});

/**
 * A condition on `raw`: no record that is kept, or may still come, needs it. The newest of a name is what the next one needs; an older
 * one is needed by those between it and the next, and the first also by those before it.
 */
export const notNeeded = `NOT EXISTS (SELECT 1 FROM raw_key k WHERE k.seq = raw.seq AND (
    NOT EXISTS (SELECT 1 FROM raw_key n WHERE n.instance = k.instance AND n.key = k.key AND n.seq > k.seq)
    OR EXISTS (SELECT 1 FROM raw_need d WHERE d.instance = k.instance AND d.key = k.key AND d.seq > k.seq AND d.seq <
      (SELECT min(n.seq) FROM raw_key n WHERE n.instance = k.instance AND n.key = k.key AND n.seq > k.seq))
    OR (NOT EXISTS (SELECT 1 FROM raw_key n WHERE n.instance = k.instance AND n.key = k.key AND n.seq < k.seq)
      AND EXISTS (SELECT 1 FROM raw_need d WHERE d.instance = k.instance AND d.key = k.key AND d.seq < k.seq))))`;

const forgetNames: readonly Batch[] = ['raw_key', 'raw_need', 'raw_parked'].map((table) => ({
  columns: { seq: 'integer' },
  text: (rows) => `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${rows} j)`,
}));

export const removeNames = async (sql: Sql, seqs: readonly (readonly [number])[]): Promise<void> => {
  for (const batch of forgetNames) await sql.each(batch, seqs);
};
