import type { Awaitable } from '@caudal/core';

export type SqlValue = null | number | string | Uint8Array;

/** What a column of a batch holds, for engines that must be told. */
export type ColumnType = 'integer' | 'real' | 'text' | 'blob';

/**
 * One statement over many rows. `text` gets the row source, a table expression with the named columns, to be used once in a FROM.
 * An engine decides how to feed it: SQLite runs the prepared statement once for each row, which is 1.5 to 2 times as fast there as
 * `json_each` and binds doubles and blobs exactly; PostgreSQL takes all rows in one JSON parameter.
 */
export interface Batch {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly text: (rows: string) => string;
  /**
   * Columns that name the row which is changed, of a statement that changes rows that may be there: of two rows with one key the later goes
   * after the earlier, also where an engine would take both at once. Absent where no key comes twice.
   */
  readonly key?: readonly string[];
}

export type SqlRow = readonly SqlValue[];

/** What operations know of a database. Parameters are written `?` in order. Instants are integers, flags and states too. */
export interface Sql {
  all<Row>(text: string, params?: SqlRow): Awaitable<readonly Row[]>;
  /** Answers how many rows changed. */
  run(text: string, params?: SqlRow): Awaitable<number>;
  /** Answers how many rows changed in all. The values of a row stand in the order of `columns`. */
  each(batch: Batch, rows: readonly SqlRow[]): Awaitable<number>;
  /** Like `each`, for a SELECT or RETURNING. Answers come in the order of the rows on SQLite only: carry the key. */
  eachAll<Row>(batch: Batch, rows: readonly SqlRow[]): Awaitable<readonly Row[]>;
  /** The first of `count` new numbers, one after the other, for the rows of a table that are known by number. */
  reserve(table: keyof typeof numbers, count: number): Awaitable<number>;
  /** Ids of dictionary rows seen on this connection; emptied when a transaction is rolled back. */
  readonly known: Map<string, number>;
}

/** The column that numbers the rows of a table. */
export const numbers = { raw: 'seq', raw_pack: 'id' } as const;

/** `?, ?, ?` for an IN list. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** An instant as the INTEGER columns take it: an open end is the last safe integer. */
export const instant = (at: number): number =>
  at === Infinity ? Number.MAX_SAFE_INTEGER : at === -Infinity ? Number.MIN_SAFE_INTEGER : at;

/** The other way round. */
export const fromInstant = (at: number): number =>
  at === Number.MAX_SAFE_INTEGER ? Infinity : at === Number.MIN_SAFE_INTEGER ? -Infinity : at;
