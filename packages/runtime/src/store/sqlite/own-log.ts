import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { foreignLog } from './damaged.ts';
import { sqliteError } from './errors.ts';
import { isOwned } from './lock.ts';
import { nextStamp } from './log-stamp.ts';
import { readWal, type Wal } from './wal.ts';

/**
 * The number in a database file itself, without its log. Undefined when there is no such file, or an empty one. Whoever was killed while
 * the log was being brought in left a first page that counts pages not there yet: right with its log, damage to SQLite without it, unless the schema may be
 * written (`lockBtree` in SQLite's btree.c). The file is opened for reading only.
 */
const stampOf = (path: string): number | undefined => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true, defensive: false });
  try {
    database.exec('PRAGMA writable_schema = ON');
    return Number(database.prepare('PRAGMA application_id').get()?.['application_id']);
  } finally {
    database.close();
  }
};

const belongs = (stamp: number | undefined, { stamps }: Wal): boolean => {
  if (stamp === undefined) return false;
  // Written before there were numbers, or never by us: the check of the whole file has to do.
  if (stamp === 0 && stamps.length === 0) return true;
  return stamps.includes(stamp) || nextStamp(stamp) === stamps[0];
};

/**
 * Refuses a log that would be applied to a file it was not written on.
 *
 * @throws kind `config` with what to do; nothing was opened
 */
export const refuseForeignLog = (path: string, wal: Wal | null): void => {
  if (wal !== null && wal.commits > 0 && !belongs(stampOf(path), wal)) throw foreignLog(path);
};

/** The same for who only looks, beside an owner or none: who owns a database has looked at its log, and changes both. */
export const refuseForeignLogOfNobody = (path: string): void => {
  if (isOwned(path)) return;
  try {
    refuseForeignLog(path, readWal(`${path}-wal`));
  } catch (thrown) {
    // It began to run in between.
    if (!isOwned(path)) throw sqliteError(thrown, 'no', path);
  }
};
