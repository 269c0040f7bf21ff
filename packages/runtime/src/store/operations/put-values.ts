import type { Batch, Sql, SqlRow, SqlValue } from '../sql.ts';
import { identify, seriesIds, sources } from './dictionary.ts';
import type { WriteContext } from './operation.ts';
import { noteChangedValues } from './note-values.ts';
import { type PackedValues, valueSqlRows } from './packed-values.ts';
import { noteValues } from './rechecks.ts';
import { Tally } from './tally.ts';
import { revised, valueColumns, valueNames } from './value-columns.ts';

const names = valueNames.join(', ');

const newest: Batch = {
  columns: { series: 'integer' },
  text: (rows) => `SELECT j.series, (SELECT max(v.at) FROM value v WHERE v.series = j.series) AS at FROM ${rows} j`,
};
const find: Batch = {
  columns: { series: 'integer', at: 'integer' },
  text: (rows) =>
    `SELECT ${valueNames.map((name) => `v.${name}`).join(', ')} FROM ${rows} j JOIN value v ON v.series = j.series AND v.at = j.at`,
};
const insert: Batch = {
  columns: valueColumns,
  text: (rows) => `INSERT INTO value (${names}) SELECT ${names} FROM ${rows} j`,
};
const update: Batch = {
  columns: valueColumns,
  text: (rows) =>
    `UPDATE value SET ${valueNames
      .slice(2)
      .map((name) => `${name} = j.${name}`)
      .join(', ')} FROM ${rows} j WHERE value.series = j.series AND value.at = j.at`,
};
const revise: Batch = {
  columns: { ...valueColumns, replaced_at: 'integer' },
  text: (rows) => `INSERT INTO value_revision (${names}, replaced_at) SELECT ${names}, replaced_at FROM ${rows} j`,
};

/** Columns that what was reported may depend on. */
const reported = (['value', 'text', 'flag', 'raw'] as const).map((name) => valueNames.indexOf(name));

const flagColumn = valueNames.indexOf('flag');
const keyOf = (series: SqlValue | undefined, at: SqlValue | undefined) => `${Number(series)}:${Number(at)}`;

/** Whether the instants of every series rise, as they do unless one comes twice. */
const rising = ({ series, at }: PackedValues): boolean => {
  const last = new Float64Array(series.entries.length).fill(-Infinity);
  for (const [index, own] of series.of.entries()) {
    const instant = at[index] as number;
    if (instant <= (last[own] as number)) return false;
    last[own] = instant;
  }
  return true;
};

/** Of several rows for one instant the last counts. */
const lastOfEach = (rows: readonly SqlRow[]): readonly SqlRow[] => [
  ...new Map(rows.map((row) => [keyOf(row[0], row[1]), row])).values(),
];

/** What is stored of the rows, by key. Most are newer than all of their series, and are not looked for. */
const storedOf = async (
  sql: Sql,
  series: readonly number[],
  rows: readonly SqlRow[],
): Promise<ReadonlyMap<string, SqlRow>> => {
  const last = new Map(
    (
      await sql.eachAll<{ series: number; at: number | null }>(
        newest,
        series.map((id) => [id]),
      )
    ).map((row) => [row.series, row.at ?? -Infinity]),
  );
  const old = rows.filter((row) => Number(row[1]) <= (last.get(Number(row[0])) as number));
  return new Map(
    (
      await sql.eachAll<Record<string, SqlValue>>(
        find,
        old.map((row) => row.slice(0, 2)),
      )
    ).map((row) => [keyOf(row['series'], row['at']), valueNames.map((name) => row[name] ?? null)]),
  );
};

/** Inserts or updates values. What is stored already causes no write; a changed number or text leaves a revision behind. */
export const putValues = async (context: WriteContext, values: PackedValues): Promise<void> => {
  const { sql, now } = context;
  if (values.at.length === 0) return;
  const known = await seriesIds(sql, values.series.entries);
  const series = values.series.entries.map((name) => known.get(name) as number);
  const keys = values.sources.entries.map((row) => JSON.stringify(row));
  const source = await identify(
    sql,
    sources,
    new Map(values.sources.entries.map((row, index) => [keys[index] as string, row])),
  );
  const sourceIds = keys.map((key) => source.get(key) as number);
  const given = valueSqlRows(values, series, sourceIds);
  const rows = rising(values) ? given : lastOfEach(given);
  const stored = await storedOf(sql, series, rows);

  const tally = new Tally('value');
  const added: SqlRow[] = [];
  const changed: SqlRow[] = [];
  const replaced: SqlRow[] = [];
  const concerning: SqlRow[] = [];
  for (const row of rows) {
    const before = stored.size === 0 ? undefined : stored.get(keyOf(row[0], row[1]));
    if (before === undefined) {
      added.push(row);
      tally.add(row[flagColumn] as number);
    } else if (row.some((value, index) => value !== before[index])) {
      changed.push(row);
      tally.move(before[flagColumn] as number, row[flagColumn] as number);
      if (reported.some((index) => row[index] !== before[index])) concerning.push(row);
      if (revised.some((index) => row[index] !== before[index])) replaced.push([...before, now]);
    }
  }
  await noteValues(sql, [...added, ...concerning]);
  await sql.each(insert, added);
  await sql.each(revise, replaced);
  await sql.each(update, changed);
  await noteChangedValues(context, added, changed, {
    series: new Map(series.map((id, index) => [id, values.series.entries[index] as string])),
    sources: new Map(sourceIds.map((id, index) => [id, values.sources.entries[index] as SqlRow])),
  });
  await tally.write(sql);
};
