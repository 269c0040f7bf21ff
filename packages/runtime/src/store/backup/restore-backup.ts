import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CaudalError } from '@caudal/core';
import { migrations } from '../schema/migrations.ts';
import { newerDatabase } from '../schema/newer.ts';
import { sqliteError } from '../sqlite/errors.ts';
import { lockDatabase } from '../sqlite/lock.ts';
import { type Contents, inspectFile } from './inspect.ts';
import { interruptedPathOf } from './interrupted.ts';
import { assertSpace } from './space.ts';
import { readSum, sha256Of } from './sum.ts';
import { syncFile, syncFolderOf } from './sync.ts';

export interface Restored extends Contents {
  /** Where the database that was there is now; null when there was none. */
  readonly keptAs: string | null;
  /** False when no sum lay beside the backup. */
  readonly sumChecked: boolean;
}

/** The database and what belongs to it. */
const parts = ['', '-wal', '-shm'] as const;

/** `20260115T120000Z`, as part of a file name. */
export const stamp = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');

/**
 * Puts a backup in the place of the database. The backup is read from end to end before anything is touched; the database that was
 * there is kept aside, with its log. A restore that is cut anywhere is refused at the next start, and can be run again.
 *
 * @throws CaudalError when a process holds the database, or the backup is not what it was or of a newer program
 */
export const restoreBackup = async (from: string, to: string, now: number): Promise<Restored> => {
  if (!existsSync(from)) throw new CaudalError('config', `there is no backup ${from}`, { sent: 'no' });
  mkdirSync(dirname(to), { recursive: true });
  const unlock = lockDatabase(to, now);
  try {
    const expected = readSum(from);
    const sum = await sha256Of(from);
    if (expected !== null && expected !== sum)
      throw new CaudalError('config', `${from} is not the file that was backed up: its SHA-256 differs`, {
        detail: `expected ${expected}, found ${sum}`,
        sent: 'no',
      });
    const contents = inspectFile(from);
    if (contents.schema > migrations.length) throw newerDatabase(from, contents.schema, migrations.length);
    assertSpace(to, statSync(from).size);

    const arriving = interruptedPathOf(to);
    copyFileSync(from, arriving);
    syncFile(arriving);
    if ((await sha256Of(arriving)) !== sum) {
      rmSync(arriving);
      throw new CaudalError('transient', `the copy of ${from} is not what was read: look at the disk`, { sent: 'no' });
    }
    syncFolderOf(to);

    let keptAs = `${to}.replaced-${stamp(now)}`;
    for (let again = 2; existsSync(keptAs); again += 1) keptAs = `${to}.replaced-${stamp(now)}-${again}`;
    const present = parts.filter((part) => existsSync(to + part));
    for (const part of present) renameSync(to + part, keptAs + part);
    renameSync(arriving, to);
    syncFolderOf(to);
    return { ...contents, keptAs: present.length === 0 ? null : keptAs, sumChecked: expected !== null };
  } catch (thrown) {
    throw sqliteError(thrown, 'no', from);
  } finally {
    unlock();
  }
};
