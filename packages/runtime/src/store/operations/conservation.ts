import type { Sql } from '../sql.ts';
import { read } from './operation.ts';
import { rawStatuses } from './raw-rows.ts';

interface Counted {
  readonly key: string;
  readonly count: number;
}

const tallied = (sql: Sql, kind: string) => sql.all<Counted>('SELECT key, count FROM tally WHERE kind = ?', [kind]);

const sum = (rows: readonly Counted[]): number => rows.reduce((total, { count }) => total + count, 0);

const byKey = (rows: readonly Counted[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(({ key, count }) => [key, count]));

export const conservation = read('conservation', async (sql, { rows }) => {
  const stored = await tallied(sql, 'stored');
  const forgotten = await tallied(sql, 'forgotten');
  const found = rows
    ? {
        instances: byKey(
          await sql.all<Counted>('SELECT instance AS key, count(*) AS count FROM raw GROUP BY instance'),
        ),
        statuses: byKey(
          (
            await sql.all<Counted & { key: number }>('SELECT status AS key, count(*) AS count FROM raw GROUP BY status')
          ).map(({ key, count }) => ({ key: rawStatuses[key] as string, count })),
        ),
        bodies: sum(
          await sql.all<Counted>(`SELECT 'loose' AS key, count(*) AS count FROM raw_body
            UNION ALL SELECT 'packed', count(*) FROM raw_packed`),
        ),
        submissions: byKey(
          await sql.all<Counted>('SELECT state AS key, count(*) AS count FROM submission GROUP BY state'),
        ),
      }
    : null;
  return {
    stored: byKey(stored),
    forgotten: byKey(forgotten),
    raw: byKey(await tallied(sql, 'raw')),
    owed: sum(await tallied(sql, 'owed')),
    ended: sum(await tallied(sql, 'ended')),
    submissions: byKey(await tallied(sql, 'submission')),
    found,
  };
});
