import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { CaudalError } from '@caudal/core';
import { openWriter } from '../sqlite/connection.ts';
import { sqliteError } from '../sqlite/errors.ts';
import { examineDatabase } from '../sqlite/examine.ts';
import { lockDatabase } from '../sqlite/lock.ts';
import { restamp } from '../sqlite/log-stamp.ts';
import { contentsOf, inspectFile } from './inspect.ts';
import { refuseInterruptedRestore } from './interrupted.ts';
import { assertSpace } from './space.ts';
import { syncFile, syncFolderOf } from './sync.ts';

export interface Compacted {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Gives the pages that nothing is in back to the disk: what is there is copied into a new file, the copy is read from end to end, and takes
 * the place of the database in one step. Cut anywhere, the one or the other is there, whole.
 *
 * @throws CaudalError when a process holds the database, when it is damaged, or when the copy does not fit; then nothing has changed
 */
export const compactDatabase = (path: string, now: number): Compacted => {
  if (!existsSync(path)) throw new CaudalError('config', `there is no database ${path}`, { sent: 'no' });
  const unlock = lockDatabase(path, now, true);
  const partial = `${path}.compacting`;
  try {
    refuseInterruptedRestore(path);
    rmSync(partial, { force: true });
    examineDatabase(path);
    const database = openWriter(path, Infinity);
    let there;
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      there = contentsOf(database, path);
      const used = database
        .prepare(
          'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
        )
        .get();
      assertSpace(partial, Number(used?.['bytes']));
      database.prepare('VACUUM INTO ?').run(partial);
    } finally {
      database.close();
    }
    if (!isDeepStrictEqual(inspectFile(partial), there) || existsSync(`${path}-wal`))
      throw new CaudalError('bug', `the copy ${partial} does not hold what ${path} holds`, { sent: 'no' });
    restamp(partial);
    syncFile(partial);
    const bytesBefore = statSync(path).size;
    renameSync(partial, path);
    syncFolderOf(path);
    return { bytesBefore, bytesAfter: statSync(path).size };
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw sqliteError(thrown, 'no', path);
  } finally {
    unlock();
  }
};
