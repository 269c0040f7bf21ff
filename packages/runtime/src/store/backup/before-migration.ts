import { migrations } from '../schema/migrations.ts';
import { openReader } from '../sqlite/connection.ts';
import { damagedDatabase } from '../sqlite/damaged.ts';
import { isDamageCode, sqliteError } from '../sqlite/errors.ts';
import { lockDatabase } from '../sqlite/lock.ts';
import { type Backup, makeBackup } from './make-backup.ts';
import { stamp } from './restore-backup.ts';

const schemaOf = (path: string): number => {
  const database = openReader(path);
  try {
    return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  } finally {
    database.close();
  }
};

/** Copies a database whose tables are about to change. Null when they are as this program has them, or none are there yet. */
export const backUpBeforeMigration = async (path: string, now: number): Promise<Backup | null> => {
  const unlock = lockDatabase(path, now);
  try {
    const schema = schemaOf(path);
    if (schema === 0 || schema >= migrations.length) return null;
    return await makeBackup(path, `${path}.schema-${schema}-${stamp(now)}.backup`);
  } catch (thrown) {
    throw isDamageCode(thrown)
      ? damagedDatabase(path, (thrown as Error).message, thrown)
      : sqliteError(thrown, 'no', path);
  } finally {
    unlock();
  }
};
