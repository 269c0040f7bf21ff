import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CaudalError } from '@caudal/core';
import { sqliteError } from '../sqlite/errors.ts';

/** What a database holds, by table: what a copy is compared by, and what a person is told. */
export interface Contents {
  /** Version of the tables. */
  readonly schema: number;
  readonly rows: Readonly<Record<(typeof counted)[number], number>>;
}

const counted = ['raw', 'value', 'submission', 'attempt', 'notice', 'audit'] as const;

const has = (database: DatabaseSync, table: string): boolean =>
  database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(table) !== undefined;

/** @throws kind `config` for a database of something else */
export const contentsOf = (database: DatabaseSync, path: string): Contents => {
  if (!has(database, 'meta') || !has(database, 'raw'))
    throw new CaudalError('config', `${path} is no database of Caudal`, { sent: 'no' });
  const schema = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  const rows = Object.fromEntries(
    counted.map((table) => [
      table,
      has(database, table) ? Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']) : 0,
    ]),
  ) as Contents['rows'];
  return { schema, rows };
};

/**
 * Reads a database file that nobody writes from end to end: every page, every index against its table.
 *
 * @throws kind `config` that says what is wrong with it
 */
export const inspectFile = (path: string): Contents => {
  const url = pathToFileURL(path);
  // Without it a log is made beside a file that is only looked at.
  url.searchParams.set('immutable', '1');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(url, { readOnly: true });
    const found = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (found !== 'ok') throw new CaudalError('config', `${path} is damaged: ${String(found)}`, { sent: 'no' });
    return contentsOf(database, path);
  } catch (thrown) {
    throw sqliteError(thrown, 'no', path);
  } finally {
    database?.close();
  }
};

/** `raw 120, value 1440, …` */
export const rowsText = ({ rows }: Contents): string => counted.map((table) => `${table} ${rows[table]}`).join(', ');
