import type { Recheck } from '../tasks.ts';
import { type Batch, fromInstant, instant, type Sql, type SqlRow, type SqlValue } from '../sql.ts';
import { seriesIds } from './dictionary.ts';
import { read } from './operation.ts';

const take: Batch = {
  columns: { series: 'integer', slot: 'integer' },
  text: (rows) => `INSERT INTO taken (series, slot) SELECT series, slot FROM ${rows} j WHERE true
    ON CONFLICT (series) DO UPDATE SET slot = excluded.slot WHERE excluded.slot > taken.slot`,
};
const find: Batch = {
  columns: { series: 'integer' },
  text: (rows) => `SELECT t.series, t.slot FROM ${rows} j JOIN taken t ON t.series = j.series`,
};
const insert: Batch = {
  columns: { about: 'text', series: 'integer', start: 'integer', stop: 'integer', submission: 'text' },
  text: (rows) =>
    `INSERT INTO recheck (about, series, start, stop, submission) SELECT about, series, start, stop, submission FROM ${rows} j`,
};
const remove: Batch = {
  columns: { serial: 'integer' },
  text: (rows) => `DELETE FROM recheck WHERE serial IN (SELECT serial FROM ${rows} j)`,
};

/** A slot took, or wanted, values of these series. */
export const putTaken = async (sql: Sql, series: readonly string[], slot: number): Promise<void> => {
  const ids = await seriesIds(sql, new Set(series));
  await sql.each(
    take,
    [...ids.values()].map((id) => [id, slot]),
  );
};

/** Notes spans that lie where slots have taken values; the rest can not concern anything that was reported. */
const note = async (
  sql: Sql,
  about: Recheck['about'],
  spans: ReadonlyMap<number, readonly [from: number, to: number]>,
): Promise<void> => {
  if (spans.size === 0) return;
  const taken = await sql.eachAll<{ series: number; slot: number }>(
    find,
    [...spans.keys()].map((series) => [series]),
  );
  const rows = taken.flatMap(({ series, slot }): SqlRow[] => {
    const [from, to] = spans.get(series) ?? [Infinity, -Infinity];
    return from > slot ? [] : [[about, series, from, Math.min(to, slot), null]];
  });
  await sql.each(insert, rows);
};

/** @param rows values as they are stored: series, then instant */
export const noteValues = async (sql: Sql, rows: readonly (readonly SqlValue[])[]): Promise<void> => {
  const spans = new Map<number, readonly [number, number]>();
  for (const row of rows) {
    const [series, at] = [Number(row[0]), Number(row[1])];
    const [from, to] = spans.get(series) ?? [Infinity, -Infinity];
    spans.set(series, [Math.min(from, at), Math.max(to, at)]);
  }
  await note(sql, 'values', spans);
};

/** Corrections of a series became others, somewhere from the instant on. */
export const noteCorrections = async (sql: Sql, from: ReadonlyMap<string, number>): Promise<void> => {
  if (from.size === 0) return;
  const ids = await seriesIds(sql, new Set(from.keys()));
  await note(
    sql,
    'corrections',
    new Map([...from].map(([name, at]) => [ids.get(name) as number, [instant(at), Number.MAX_SAFE_INTEGER] as const])),
  );
};

export const noteArrived = async (sql: Sql, submission: string): Promise<void> => {
  await sql.each(insert, [['arrived', null, null, null, submission]]);
};

export const settleRechecks = async (sql: Sql, serials: readonly number[]): Promise<void> => {
  await sql.each(
    remove,
    serials.map((serial) => [serial]),
  );
};

/** In the order in which they were noted. */
export const rechecks = read('rechecks', async (sql, limit) =>
  (
    await sql.all<{
      serial: number;
      about: Recheck['about'];
      series: string | null;
      start: number | null;
      stop: number | null;
      submission: string | null;
    }>(
      `SELECT r.serial, r.about, n.name AS series, r.start, r.stop, r.submission FROM recheck r
       LEFT JOIN series n ON n.id = r.series ORDER BY r.serial LIMIT ?`,
      [limit],
    )
  ).map(({ start, stop, ...rest }) => ({
    ...rest,
    from: fromInstant(start ?? Number.MIN_SAFE_INTEGER),
    to: fromInstant(stop ?? Number.MAX_SAFE_INTEGER),
  })),
);
