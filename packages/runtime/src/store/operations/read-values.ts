import type { Flag } from '@caudal/core';
import type { ValueRow } from '../rows.ts';
import { type Batch, instant } from '../sql.ts';
import { read } from './operation.ts';
import { decodeValue, type StoredValue, storedValue } from './value-columns.ts';

const joined = 'JOIN series n ON n.id = v.series JOIN source o ON o.id = v.source';

/** One series is read in the order of its key, so that a page of a long span costs a page. */
const ofSeries = (count: number): { readonly which: string; readonly order: string } =>
  count === 1
    ? { which: 'v.series = (SELECT id FROM series WHERE name = ?)', order: 'v.at' }
    : {
        which: `v.series IN (SELECT id FROM series WHERE name IN (${Array.from({ length: count }, () => '?').join(', ')}))`,
        order: 'v.at, n.name',
      };

export const values = read('values', async (sql, { series, from, to, limit }) => {
  const { which, order } = ofSeries(series.length);
  return (
    await sql.all<StoredValue>(
      `SELECT ${storedValue} FROM value v ${joined} WHERE ${which} AND v.at >= ? AND v.at < ? ORDER BY ${order} LIMIT ?`,
      [...series, instant(from), instant(to), limit ?? Number.MAX_SAFE_INTEGER],
    )
  ).map(decodeValue);
});

const newestWithin: Batch = {
  columns: { i: 'integer', series: 'text', start: 'integer', stop: 'integer' },
  text: (rows) => `SELECT j.i, ${storedValue} FROM ${rows} j JOIN series n ON n.name = j.series
    JOIN value v ON v.series = n.id AND v.at = (
      SELECT max(w.at) FROM value w WHERE w.series = n.id AND w.at >= j.start AND w.at <= j.stop)
    JOIN source o ON o.id = v.source`,
};

export const valuesAt = read('valuesAt', async (sql, requests) => {
  const found: (ValueRow | null)[] = requests.map(() => null);
  for (const row of await sql.eachAll<StoredValue & { i: number }>(
    newestWithin,
    requests.map(({ series, from, to }, i) => [i, series, instant(from), instant(to)]),
  ))
    found[row.i] = decodeValue(row);
  return found;
});

export const instants = read('instants', async (sql, series, from, to) =>
  (
    await sql.all<{ at: number }>(
      `SELECT v.at FROM series n JOIN value v ON v.series = n.id WHERE n.name = ? AND v.at >= ? AND v.at < ? ORDER BY v.at`,
      [series, instant(from), instant(to)],
    )
  ).map(({ at }) => at),
);

const newestOf: Batch = {
  columns: { i: 'integer', series: 'text' },
  text: (rows) => `SELECT j.i, (
      SELECT v.at FROM value v WHERE v.series = n.id AND v.value IS NOT NULL ORDER BY v.at DESC LIMIT 1) AS at
    FROM ${rows} j JOIN series n ON n.name = j.series`,
};

export const newestReadings = read('newestReadings', async (sql, series) => {
  const found: (number | null)[] = series.map(() => null);
  for (const { i, at } of await sql.eachAll<{ i: number; at: number | null }>(
    newestOf,
    series.map((name, i) => [i, name]),
  ))
    found[i] = at;
  return found;
});

export const latestValues = read('latestValues', async (sql, limit) =>
  (
    await sql.all<StoredValue>(
      `SELECT ${storedValue} FROM series n
       JOIN value v ON v.series = n.id AND v.at = (SELECT max(w.at) FROM value w WHERE w.series = n.id)
       JOIN source o ON o.id = v.source ORDER BY n.name LIMIT ?`,
      [limit],
    )
  ).map(decodeValue),
);

/** Oldest first. */
export const revisions = read('revisions', async (sql, series, at) =>
  (
    await sql.all<StoredValue & { replaced_at: number }>(
      `SELECT ${storedValue}, v.replaced_at FROM value_revision v ${joined} WHERE n.name = ? AND v.at = ? ORDER BY v.id`,
      [series, at],
    )
  ).map((row) => ({ ...decodeValue(row), replacedAt: row.replaced_at })),
);

/** Without an object for each value: a year of minutes is half a million. */
export const valueSamples = read('valueSamples', async (sql, { series, from, to, limit }) => {
  const rows = await sql.all<{ at: number; value: number | null; flag: Flag }>(
    `SELECT v.at, v.value, v.flag FROM value v WHERE v.series = (SELECT id FROM series WHERE name = ?)
     AND v.at >= ? AND v.at < ? ORDER BY v.at LIMIT ?`,
    [series, instant(from), instant(to), limit],
  );
  const time = new Float64Array(rows.length);
  const value = new Float64Array(rows.length);
  const flag = new Uint8Array(rows.length);
  for (const [index, row] of rows.entries()) {
    time[index] = row.at;
    value[index] = row.value ?? Number.NaN;
    flag[index] = row.flag;
  }
  return { time, value, flag };
});
