import { statSync } from 'node:fs';
import { CaudalError, toCaudalError } from '@caudal/core';
import { migrations } from '../schema/migrations.ts';
import { openReader } from '../sqlite/connection.ts';
import { type Backup, makeBackup } from './make-backup.ts';
import { stamp } from './restore-backup.ts';

const schemaOf = (path: string): number => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return 0;
  const database = openReader(path);
  try {
    return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  } finally {
    database.close();
  }
};

/**
 * Copies a database whose tables are about to change, for its owner. Null when they are as this program has them, or none are there yet.
 *
 * @throws CaudalError that says why the tables are not changed
 */
export const backUpBeforeMigration = async (path: string, now: number): Promise<Backup | null> => {
  const schema = schemaOf(path);
  if (schema === 0 || schema >= migrations.length) return null;
  try {
    return await makeBackup(path, `${path}.schema-${schema}-${stamp(now)}.backup`);
  } catch (thrown) {
    const { kind, message } = toCaudalError(thrown);
    throw new CaudalError(
      kind,
      `the tables of ${path} have to change (schema ${schema} to ${migrations.length}), and the backup before that failed: ${message}; ` +
        'make room, or go on without one: "caudal migrate --skip-backup"',
      { sent: 'no', cause: thrown },
    );
  }
};
