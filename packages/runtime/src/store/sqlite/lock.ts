import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { CaudalError } from '@caudal/core';
import { isBusy, sqliteError } from './errors.ts';

interface Owner {
  readonly pid: number;
  readonly since: number;
  /** It does one act and gives the database back. */
  readonly brief?: boolean;
}

const owner = (path: string): Owner | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
};

/** Whether some process, this one too, owns the database. Asked of SQLite: closing the lock file otherwise would end an own lock (POSIX). */
export const isOwned = (path: string): boolean => {
  if (!existsSync(`${path}.lock`)) return false;
  const lock = new DatabaseSync(`${path}.lock`, { readOnly: true, timeout: 0 });
  try {
    lock.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (thrown) {
    if (isBusy(thrown)) return true;
    throw sqliteError(thrown, 'no', path);
  } finally {
    lock.close();
  }
};

const refusal = (path: string, holder: Owner | undefined): CaudalError => {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} since ${new Date(holder.since).toISOString().replace('.000Z', 'Z')}`;
  return new CaudalError('config', `the database ${path} is in use by ${who}: stop that one first`, { sent: 'no' });
};

/**
 * Makes this the only process on the database, until the returned function is called or the process dies in any way: the lock is
 * an open exclusive transaction on a second, empty database file, which the operating system gives up with the process. Who holds
 * it stands in a file of its own, because reading the lock file from within the owner would end its lock (POSIX).
 *
 * @throws kind `config`, naming the process that holds it
 */
export const lockDatabase = (path: string, now: number, brief = false): (() => void) => {
  const ownerPath = `${path}.owner`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(
      ownerPath,
      JSON.stringify({ pid: process.pid, since: now, ...(brief ? { brief } : {}) } satisfies Owner),
    );
  } catch (thrown) {
    lock?.close();
    throw isBusy(thrown) ? refusal(path, owner(ownerPath)) : sqliteError(thrown);
  }
  const held = lock;
  let released = false;
  return () => {
    if (released) return;
    released = true;
    rmSync(ownerPath, { force: true });
    held.close();
  };
};

const pauseMs = 100;
/** An act of the command line is over in a second; one that hands in a large file takes longer. */
const pausesAtMost = 300;

/**
 * The same, and waits for an owner that does one act only. Real time, whatever the clock: it waits for another process.
 *
 * @throws as {@link lockDatabase}; at once for an owner that stays
 */
export const lockWhenFree = async (
  path: string,
  now: number,
  { brief, onWait }: { readonly brief?: boolean; readonly onWait?: (message: string) => void } = {},
): Promise<() => void> => {
  for (let pauses = 0; ; pauses += 1)
    try {
      return lockDatabase(path, now, brief);
    } catch (thrown) {
      const holder = owner(`${path}.owner`);
      if (holder?.brief !== true || pauses >= pausesAtMost) throw thrown;
      if (pauses === 0) onWait?.(`process ${holder.pid} has the database ${path} for one act: waiting for it`);
      await pause(pauseMs);
    }
};
