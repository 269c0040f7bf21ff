import type { Flag } from '@caudal/core';
import type { OutgoingValue } from '../outgoing.ts';
import type { ValueRow } from '../rows.ts';
import type { Batch, Sql, SqlRow, SqlValue } from '../sql.ts';
import { noteOutgoing, wantedKinds } from './note-outgoing.ts';
import type { WriteContext } from './operation.ts';
import { valueNames } from './value-columns.ts';

const replaced: Batch = {
  columns: { series: 'integer', at: 'integer' },
  text: (rows) =>
    `SELECT j.series, j.at, (SELECT count(*) FROM value_revision r WHERE r.series = j.series AND r.at = j.at) AS count FROM ${rows} j`,
};

/** How often the number of a value was replaced, by `series:at`. */
export const replacedCounts = async (
  sql: Sql,
  keys: readonly SqlRow[],
): Promise<(series: SqlValue | undefined, at: SqlValue | undefined) => number> => {
  const found = new Map(
    (await sql.eachAll<{ series: number; at: number; count: number }>(replaced, keys)).map((row) => [
      `${row.series}:${row.at}`,
      row.count,
    ]),
  );
  return (series, at) => found.get(`${Number(series)}:${Number(at)}`) ?? 0;
};

const place = Object.fromEntries(valueNames.map((name, index) => [name, index])) as Record<
  (typeof valueNames)[number],
  number
>;

/** What stands behind the numbers of a batch. */
interface Names {
  readonly series: ReadonlyMap<number, string>;
  /** Rows of the table `source`. */
  readonly sources: ReadonlyMap<number, SqlRow>;
}

/**
 * Notes values for the outlets.
 *
 * @param added rows of the table `value` that are new, and `changed` that are others than before
 */
export const noteChangedValues = async (
  context: Pick<WriteContext, 'sql' | 'now'>,
  added: readonly SqlRow[],
  changed: readonly SqlRow[],
  names: Names,
): Promise<void> => {
  const rows = [...added, ...changed];
  if (rows.length === 0) return;
  const wanted = await wantedKinds(context.sql);
  const kindOf = (row: SqlRow) => (row[place.final] === 1 ? 'value' : 'provisional');
  const noted = rows.filter((row) => wanted.has(kindOf(row)));
  if (noted.length === 0) return;
  const count = await replacedCounts(
    context.sql,
    changed.map((row) => [row[place.series] ?? null, row[place.at] ?? null]),
  );
  await noteOutgoing(
    context,
    // Older instants first, whatever was new and what was changed.
    noted
      .toSorted((a, b) => Number(a[place.at]) - Number(b[place.at]))
      .map((row) => {
        const [device, variable, , origin] = names.sources.get(Number(row[place.source])) ?? [];
        const codes = row[place.codes] as string | null;
        const content: OutgoingValue = {
          series: names.series.get(Number(row[place.series])) as string,
          at: Number(row[place.at]),
          value: row[place.value] as number | null,
          text: row[place.text] as string | null,
          flag: row[place.flag] as Flag,
          codes: codes === null ? [] : (JSON.parse(codes) as string[]),
          origin: origin as ValueRow['origin'],
          raw: row[place.raw] as string,
          device: device as string,
          variable: variable as string,
          revision: 1 + count(row[place.series], row[place.at]),
        };
        return { kind: kindOf(row), content };
      }),
  );
};
