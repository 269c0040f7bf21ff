import type { Reopen } from '../rows.ts';
import type { Processed } from '../store.ts';
import { type Batch, fromInstant, instant, type Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { read, write } from './operation.ts';

const key = { point: 'text', start: 'integer' } as const;
const remove: Batch = {
  columns: { ...key, serial: 'integer' },
  text: (rows) => `DELETE FROM reopen WHERE serial IN (SELECT r.serial FROM ${rows} j
    JOIN reopen r ON r.point = j.point AND r.start = j.start AND r.serial <= j.serial)`,
};
const insert: Batch = {
  columns: { ...key, reason: 'text' },
  text: (rows) => `INSERT INTO reopen (point, start, reason) SELECT point, start, reason FROM ${rows} j`,
};

export const settleReopens = async (sql: Sql, rows: Processed['settled']): Promise<void> => {
  await sql.each(
    remove,
    rows.map((row) => [row.point, instant(row.from), instant(row.serial ?? Infinity)]),
  );
};

/** The same request again takes a new serial, so that a run which read the earlier one can not settle it. */
export const putReopens = async (sql: Sql, rows: readonly Reopen[]): Promise<void> => {
  const last = new Map(rows.map((row) => [`${instant(row.from)}:${row.point}`, row]));
  const asked = [...last.values()];
  await settleReopens(
    sql,
    asked.map(({ point, from }) => ({ point, from })),
  );
  await sql.each(
    insert,
    asked.map((row) => [row.point, instant(row.from), row.reason]),
  );
};

export const reopen = write('reopen', {
  class: 'live',
  rows: (rows) => rows.length,
  async run({ sql }, rows, audit) {
    await putReopens(sql, rows);
    await appendAudit({ sql }, audit === undefined ? [] : [audit]);
  },
});

export const reopens = read('reopens', async (sql, limit) =>
  (
    await sql.all<{ serial: number; point: string; start: number; reason: string }>(
      'SELECT serial, point, start, reason FROM reopen ORDER BY serial LIMIT ?',
      [limit],
    )
  ).map(({ serial, point, start, reason }) => ({ point, from: fromInstant(start), reason, serial })),
);
