import { CaudalError } from '@caudal/core';
import type { ValueRow } from '../rows.ts';
import type { SqlRow } from '../sql.ts';

/** A column whose entries many rows share: each once, and by row which. */
export interface Shared<Entry> {
  readonly entries: readonly Entry[];
  readonly of: Uint32Array;
}

/**
 * Values as columns, for the way to the committer: copying them to its thread costs a fifth of what rows cost, and it asks for the ids of
 * series and sources once instead of with every value.
 */
export interface PackedValues {
  readonly series: Shared<string>;
  /** Rows of the table `source`. */
  readonly sources: Shared<SqlRow>;
  readonly raws: Shared<string>;
  readonly at: Float64Array;
  readonly value: readonly (number | null)[];
  readonly text: readonly (string | null)[];
  readonly flag: Uint8Array;
  /** As JSON; null for none. */
  readonly codes: readonly (string | null)[];
  readonly final: Uint8Array;
  readonly vendorId: readonly (string | null)[];
  /** Null when it is the shortest text of the value. */
  readonly rawText: readonly (string | null)[];
}

const sourceOf = ({ device, variable, priority, origin, basis }: ValueRow): SqlRow => [
  device,
  variable,
  priority,
  origin,
  basis,
];

const isSameSource = (a: ValueRow, b: ValueRow): boolean =>
  a.device === b.device &&
  a.variable === b.variable &&
  a.basis === b.basis &&
  a.priority === b.priority &&
  a.origin === b.origin;

const shared = (rows: readonly ValueRow[], entryOf: (row: ValueRow) => string): Shared<string> => {
  const places = new Map<string, number>();
  const of = new Uint32Array(rows.length);
  rows.forEach((row, index) => {
    const entry = entryOf(row);
    const place = places.get(entry) ?? places.size;
    places.set(entry, place);
    of[index] = place;
  });
  return { entries: [...places.keys()], of };
};

/** A series has one source after the other, so that one comparison tells it for nearly every value. */
const sharedSources = (rows: readonly ValueRow[], series: Shared<string>): Shared<SqlRow> => {
  const places = new Map<string, number>();
  const entries: SqlRow[] = [];
  const of = new Uint32Array(rows.length);
  const last: { row: ValueRow; place: number }[] = [];
  rows.forEach((row, index) => {
    const own = series.of[index] as number;
    const before = last[own];
    if (before !== undefined && isSameSource(before.row, row)) {
      of[index] = before.place;
      return;
    }
    const source = sourceOf(row);
    const key = JSON.stringify(source);
    const place = places.get(key) ?? entries.push(source) - 1;
    places.set(key, place);
    last[own] = { row, place };
    of[index] = place;
  });
  return { entries, of };
};

export const packValues = (rows: readonly ValueRow[]): PackedValues => {
  const series = shared(rows, (row) => row.series);
  return {
    series,
    sources: sharedSources(rows, series),
    raws: shared(rows, (row) => row.raw),
    at: Float64Array.from(rows, (row) => row.at),
    value: rows.map((row) => row.value),
    text: rows.map((row) => row.text),
    flag: Uint8Array.from(rows, (row) => row.flag),
    codes: rows.map(({ codes }) => (codes.length === 0 ? null : JSON.stringify(codes))),
    final: Uint8Array.from(rows, (row) => (row.status === 'final' ? 1 : 0)),
    vendorId: rows.map((row) => row.vendorId),
    rawText: rows.map(({ value, rawText }) => (value !== null && rawText === String(value) ? null : rawText)),
  };
};

/**
 * Rows of the table `value`, in the order of its columns.
 *
 * @param series ids of the packed series, and `sources` of the packed sources
 * @throws kind `invalid-data` for a value that is no number: it would be stored as if there were none
 */
export const valueSqlRows = (
  packed: PackedValues,
  series: readonly number[],
  sources: readonly number[],
): readonly SqlRow[] =>
  packed.value.map((value, index) => {
    if (value !== null && !Number.isFinite(value))
      throw new CaudalError(
        'invalid-data',
        `a value of series ${packed.series.entries[packed.series.of[index] as number]} is ${value}, which is no number`,
        { scope: 'item', sent: 'no' },
      );
    return [
      series[packed.series.of[index] as number] as number,
      packed.at[index] as number,
      value,
      packed.text[index] as string | null,
      packed.flag[index] as number,
      packed.codes[index] as string | null,
      packed.final[index] as number,
      sources[packed.sources.of[index] as number] as number,
      packed.raws.entries[packed.raws.of[index] as number] as string,
      packed.vendorId[index] as string | null,
      packed.rawText[index] as string | null,
    ];
  });
