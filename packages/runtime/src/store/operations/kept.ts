import type { Json } from '@caudal/core';
import type { KeptRow } from '../rows.ts';
import { type Batch, fromInstant, instant, type Sql } from '../sql.ts';
import type { KeptChange } from '../store.ts';
import { appendAudit } from './audit.ts';
import { fromText, toText } from './json.ts';
import { read, write } from './operation.ts';
import { requeue } from './raw-queue.ts';
import { putReopens } from './reopen.ts';

const versions: Batch = {
  columns: { kind: 'text', id: 'text' },
  text: (rows) =>
    `SELECT k.kind, k.id, k.version FROM ${rows} j JOIN kept k ON k.kind = j.kind AND k.id = j.id WHERE k.newest = 1`,
};
const outdate: Batch = {
  columns: { kind: 'text', id: 'text' },
  text: (rows) =>
    `UPDATE kept SET newest = 0 FROM ${rows} j WHERE kept.kind = j.kind AND kept.id = j.id AND kept.newest = 1`,
};
const insert: Batch = {
  columns: { kind: 'text', id: 'text', version: 'integer', content: 'text', serial: 'integer' },
  text: (rows) => `INSERT INTO kept (kind, id, version, content, serial, newest)
    SELECT kind, id, version, content, serial, 1 FROM ${rows} j`,
};
const askRedecode: Batch = {
  columns: { instance: 'text', device: 'text', start: 'integer', serial: 'integer' },
  text: (rows) => `INSERT INTO redecode (instance, device, start, serial)
    SELECT instance, device, start, serial FROM ${rows} j WHERE true
    ON CONFLICT (instance, device) DO UPDATE SET serial = excluded.serial,
      start = CASE WHEN excluded.start < redecode.start THEN excluded.start ELSE redecode.start END`,
};

const lastSerial = async (sql: Sql): Promise<number> =>
  (await sql.all<{ serial: number }>('SELECT serial FROM kept_change ORDER BY serial DESC LIMIT 1'))[0]?.serial ?? 0;

/** The caller judged the data as of `basis`: when anything was kept since, nothing of this may be. */
export const keep = write('keep', {
  class: 'live',
  rows: ({ changes, reopened, redecode }) => changes.length + reopened.length + redecode.length + 2,
  async run({ sql }, change: KeptChange) {
    const { basis, changes, author, reason, at } = change;
    const found = await lastSerial(sql);
    if (found !== basis) return { stale: found };
    const serial = basis + 1;
    await sql.run('INSERT INTO kept_change (serial, at, author, reason) VALUES (?, ?, ?, ?)', [
      serial,
      at,
      author,
      reason,
    ]);
    const keys = changes.map(({ kind, id }) => [kind, id] as const);
    const known = new Map(
      (await sql.eachAll<{ kind: string; id: string; version: number }>(versions, keys)).map((row) => [
        `${row.kind} ${row.id}`,
        row.version,
      ]),
    );
    await sql.each(outdate, keys);
    const next = changes.map(({ kind, id }) => (known.get(`${kind} ${id}`) ?? 0) + 1);
    await sql.each(
      insert,
      changes.map(({ kind, id, content }, index) => [kind, id, next[index] as number, toText(content), serial]),
    );
    await putReopens(sql, change.reopened);
    await sql.each(
      askRedecode,
      change.redecode.map(({ instance, device, from }) => [instance, device, instant(from), serial]),
    );
    await appendAudit({ sql }, change.audit);
    return { serial, versions: next };
  },
});

/** Decodes the records again that a change asked for, and forgets that it did. Answers how many. */
export const redecode = write('redecode', {
  class: 'live',
  rows: () => 500,
  async run({ sql }, { instance, device, from, serial }, audit) {
    const gone = await sql.run('DELETE FROM redecode WHERE instance = ? AND device = ? AND serial = ?', [
      instance,
      device,
      serial,
    ]);
    if (gone === 0) return 0;
    const filter = { feeding: { instance, device }, ...(Number.isFinite(from) ? { from } : {}) };
    const count = await requeue(sql, filter);
    if (count > 0) await appendAudit({ sql }, [audit]);
    return count;
  },
});

export const redecodes = read('redecodes', async (sql, limit) =>
  (
    await sql.all<{ instance: string; device: string; start: number; serial: number }>(
      'SELECT instance, device, start, serial FROM redecode ORDER BY serial, instance, device LIMIT ?',
      [limit],
    )
  ).map(({ start, ...row }) => ({ ...row, from: fromInstant(start) })),
);

interface StoredKept extends Omit<KeptRow, 'content'> {
  readonly content: string | null;
}

const columns = 'k.kind, k.id, k.version, k.content, k.serial, c.author, c.reason, c.at';
const from = 'FROM kept k JOIN kept_change c ON c.serial = k.serial';
const decode = (row: StoredKept): KeptRow => ({ ...row, content: fromText<Json>(row.content) });

/** Newest versions that are not removed, after a key, and the serial that they were read at. */
export const keptPage = read('keptPage', async (sql, { after, limit }) => {
  const serial = await lastSerial(sql);
  const rows = await sql.all<StoredKept>(
    `SELECT ${columns} ${from} WHERE k.newest = 1 AND k.content IS NOT NULL AND (k.kind > ? OR (k.kind = ? AND k.id > ?))
     ORDER BY k.kind, k.id LIMIT ?`,
    [after.kind, after.kind, after.id, limit],
  );
  return { serial, rows: rows.map(decode) };
});

/** Newest version first. */
export const keptHistory = read('keptHistory', async (sql, { kind, id, before, limit }) =>
  (
    await sql.all<StoredKept>(
      `SELECT ${columns} ${from} WHERE k.kind = ? AND k.id = ? AND k.version < ? ORDER BY k.version DESC LIMIT ?`,
      [kind, id, before ?? Number.MAX_SAFE_INTEGER, limit],
    )
  ).map(decode),
);

export const keptSerial = read('keptSerial', (sql) => lastSerial(sql));
