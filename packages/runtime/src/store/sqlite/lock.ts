import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CaudalError } from '@caudal/core';
import { isBusy, sqliteError } from './errors.ts';

interface Owner {
  readonly pid: number;
  readonly since: number;
}

const owner = (path: string): Owner | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
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
export const lockDatabase = (path: string, now: number): (() => void) => {
  const ownerPath = `${path}.owner`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(ownerPath, JSON.stringify({ pid: process.pid, since: now } satisfies Owner));
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
