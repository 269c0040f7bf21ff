import { performance } from 'node:perf_hooks';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { applyMigration, migrations } from '../src/store/schema/migrations.ts';

/** Rows of one transaction: as many as the store groups. */
const batch = 500;
const settings = ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 8000', 'cache_size = -32000'];

const tableNames = (database: DatabaseSync): string[] =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name));

/**
 * Seconds that bare node:sqlite takes to write the rows of a finished database into a new one with the same tables, indexes and
 * settings: one connection, prepared statements, one transaction for each 500 rows, no thread, nothing read or judged. Reading the
 * rows is not counted.
 *
 * @param orders queries of the rows of tables that came in another order than that of their key, which is an easier one
 */
export const secondsOfBareSqlite = (path: string, target: string, orders: Readonly<Record<string, string>>): number => {
  const source = new DatabaseSync(path, { readOnly: true });
  const database = new DatabaseSync(target);
  for (const pragma of settings) database.exec(`PRAGMA ${pragma}`);
  for (const migration of migrations) applyMigration(database, migration);
  for (const name of tableNames(database)) database.exec(`DELETE FROM ${name}`);
  const written = (name: string, rows: readonly SQLInputValue[][]): number => {
    const insert = database.prepare(`INSERT INTO ${name} VALUES (${rows[0]?.map(() => '?').join(', ')})`);
    const began = performance.now();
    database.exec('BEGIN IMMEDIATE');
    for (const row of rows) insert.run(...row);
    database.exec('COMMIT');
    return performance.now() - began;
  };
  let taken = 0;
  for (const name of tableNames(source)) {
    const all = source.prepare(orders[name] ?? `SELECT * FROM ${name}`);
    all.setReturnArrays(true);
    let rows: SQLInputValue[][] = [];
    for (const row of all.iterate()) {
      rows.push(row as unknown as SQLInputValue[]);
      if (rows.length < batch) continue;
      taken += written(name, rows);
      rows = [];
    }
    if (rows.length > 0) taken += written(name, rows);
  }
  source.close();
  database.close();
  return taken / 1000;
};
