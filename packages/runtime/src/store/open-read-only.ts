import { existsSync } from 'node:fs';
import { CaudalError } from '@caudal/core';
import { readOperations } from './operations/index.ts';
import type { ReadOperation } from './operations/operation.ts';
import { assertKnown, migrations } from './schema/migrations.ts';
import { sqliteClient } from './sqlite/client.ts';
import { openReader } from './sqlite/connection.ts';
import { sqliteError } from './sqlite/errors.ts';
import type { StoreReads } from './store.ts';

/**
 * Reads a database beside the process that owns it, or none: nothing is locked, and the owner does not notice. Each read is a
 * transaction of its own, so that a long look never keeps the log from being brought in.
 *
 * @throws CaudalError kind `config` when there is no database, or one of another schema
 */
export const openReadOnly = (path: string): { readonly read: StoreReads; readonly close: () => void } => {
  if (!existsSync(path)) throw new CaudalError('config', `there is no database ${path}`, { sent: 'no' });
  const database = openReader(path);
  try {
    const schema = assertKnown(database, path);
    if (schema < migrations.length)
      throw new CaudalError(
        'config',
        `${path} is of an older version (schema ${schema}, this one has ${migrations.length}): "caudal run" or "caudal migrate" brings it up, after a backup`,
        { sent: 'no' },
      );
  } catch (thrown) {
    database.close();
    throw sqliteError(thrown, 'no', path);
  }
  const sql = sqliteClient(database);
  const run = async (operation: ReadOperation & { run(...args: unknown[]): Promise<unknown> }, args: unknown[]) => {
    database.exec('BEGIN');
    try {
      return await operation.run(sql, ...args);
    } catch (thrown) {
      throw sqliteError(thrown, 'no', path);
    } finally {
      database.exec('COMMIT');
    }
  };
  const read = Object.fromEntries(
    Object.entries(readOperations).map(([name, operation]) => [name, (...args: unknown[]) => run(operation, args)]),
  );
  return { read: read as unknown as StoreReads, close: () => database.close() };
};
