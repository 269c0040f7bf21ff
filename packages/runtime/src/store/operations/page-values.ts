import type { Flag } from '@caudal/core';
import type { ChartColumns, ValueColumns } from '../lists.ts';
import { type Batch, instant, marks } from '../sql.ts';
import { among, before, since, whereOf } from './conditions.ts';
import { read } from './operation.ts';
import { decodeValue, type StoredValue, storedValue } from './value-columns.ts';

const ofSeries = 'v.series = (SELECT id FROM series WHERE name = ?)';

export const pageValues = read('pageValues', async (sql, { series, from, to, flags, order, limit }) => {
  const { where, params } = whereOf([
    { text: ofSeries, params: [series] },
    ...since('v.at', from),
    ...before('v.at', to),
    ...among('v.flag', flags),
  ]);
  return (
    await sql.all<StoredValue>(
      `SELECT ${storedValue} FROM value v JOIN series n ON n.id = v.series JOIN source o ON o.id = v.source
       WHERE ${where} ORDER BY v.at ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ?`,
      [...params, limit],
    )
  ).map(decodeValue);
});

export const exportValues = read('exportValues', async (sql, { series, from, to, limit }): Promise<ValueColumns> => {
  const rows = await sql.all<{
    at: number;
    value: number | null;
    text: string | null;
    flag: Flag;
    codes: string | null;
    final: 0 | 1;
  }>(
    `SELECT v.at, v.value, v.text, v.flag, v.codes, v.final FROM value v WHERE ${ofSeries} AND v.at >= ? AND v.at < ?
     ORDER BY v.at LIMIT ?`,
    [series, instant(from), instant(to), limit],
  );
  return {
    at: Float64Array.from(rows, ({ at }) => at),
    text: rows.map(({ value, text }) => text ?? (value === null ? null : String(value))),
    flag: Uint8Array.from(rows, ({ flag }) => flag),
    codes: rows.map(({ codes }) => codes),
    final: Uint8Array.from(rows, ({ final }) => final),
  };
});

/** A bucket is a short span of the key, read in its order: nothing of the year between is sorted. */
const buckets: Batch = {
  columns: { i: 'integer', series: 'text', start: 'integer', stop: 'integer' },
  text: (rows) => `SELECT j.i AS bucket, v.flag AS flag, count(*) AS count, min(v.value) AS min, max(v.value) AS max,
      avg(v.value) AS mean
    FROM ${rows} j JOIN series n ON n.name = j.series JOIN value v ON v.series = n.id AND v.at >= j.start AND v.at < j.stop
    GROUP BY j.i, v.flag`,
};

interface Bucket {
  readonly bucket: number;
  readonly flag: Flag;
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export const chart = read('chart', async (sql, { series, from, widthMs, buckets: count }): Promise<ChartColumns> => {
  const found = await sql.eachAll<Bucket>(
    buckets,
    Array.from({ length: count }, (_, i) => [i, series, from + i * widthMs, from + (i + 1) * widthMs]),
  );
  const rows = [...found].toSorted((a, b) => a.bucket - b.bucket || a.flag - b.flag);
  return {
    bucket: rows.map((row) => row.bucket),
    flag: rows.map((row) => row.flag),
    count: rows.map((row) => row.count),
    min: rows.map((row) => row.min),
    max: rows.map((row) => row.max),
    mean: rows.map((row) => row.mean),
  };
});

export const extents = read('extents', async (sql, series) => {
  if (series.length === 0) return [];
  const rows = await sql.all<{ series: string; first: number | null; last: number | null }>(
    `SELECT n.name AS series, (SELECT min(v.at) FROM value v WHERE v.series = n.id) AS first,
       (SELECT max(v.at) FROM value v WHERE v.series = n.id) AS last
     FROM series n WHERE n.name IN (${marks(series)}) ORDER BY n.name`,
    series,
  );
  return rows.flatMap(({ series: name, first, last }) =>
    first === null || last === null ? [] : [{ series: name, first, last }],
  );
});
