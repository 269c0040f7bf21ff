import type { ValueRow } from '../rows.ts';
import type { Batch, SqlRow, SqlValue } from '../sql.ts';
import { identify, seriesIds, sources } from './dictionary.ts';
import type { WriteContext } from './operation.ts';
import { noteValues } from './rechecks.ts';
import { Tally } from './tally.ts';
import { encodeValue, revised, sourceKey, sourceRow, valueColumns, valueNames } from './value-columns.ts';

const names = valueNames.join(', ');

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

/** Of several rows for one instant the last counts. */
const lastOfEach = (rows: readonly SqlRow[]): readonly SqlRow[] => {
  const last = new Map(rows.map((row) => [keyOf(row[0], row[1]), row]));
  return last.size === rows.length ? rows : [...last.values()];
};

/** Inserts or updates values. What is stored already causes no write; a changed number or text leaves a revision behind. */
export const putValues = async ({ sql, now }: WriteContext, values: readonly ValueRow[]): Promise<void> => {
  if (values.length === 0) return;
  const series = await seriesIds(sql, new Set(values.map((row) => row.series)));
  const bySource = new Map<string, ValueRow>();
  for (const row of values) bySource.set(sourceKey(row), row);
  const source = await identify(sql, sources, new Map([...bySource].map(([key, row]) => [key, sourceRow(row)])));

  const rows = lastOfEach(
    values.map((row) => encodeValue(row, series.get(row.series) as number, source.get(sourceKey(row)) as number)),
  );
  const stored = new Map(
    (
      await sql.eachAll<Record<string, SqlValue>>(
        find,
        rows.map((row) => row.slice(0, 2)),
      )
    ).map((row) => [keyOf(row['series'], row['at']), valueNames.map((name) => row[name] ?? null)]),
  );

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
  await tally.write(sql);
};
