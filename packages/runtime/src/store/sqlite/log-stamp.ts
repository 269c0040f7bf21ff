import { randomInt } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/**
 * SQLite applies a log to whatever file it lies beside: the log names no database. So each transaction gives the database the next number,
 * in the header's application id, which is on the first page and so in the log too. A log belongs to a file when the file's number stands
 * in the log, or comes just before its first one. Each start jumps to a number by chance, after its first transaction: what two copies of one
 * file do after it has other numbers.
 */
export const stampOffset = 68;

export const nextStamp = (stamp: number): number => (stamp + 1) | 0;

/** Neither 0, which says that nobody ever stamped the file, nor near it. */
const anyStamp = (): number => randomInt(2 ** 24, 2 ** 31 - 2 ** 24);

const put = (database: DatabaseSync, stamp: number): void => database.exec(`PRAGMA application_id = ${stamp}`);

/** Inside of each transaction of the one writer. */
export const stampLog = (database: DatabaseSync): void => {
  const { application_id: stamp } = database.prepare('PRAGMA application_id').get() as { application_id: number };
  put(database, nextStamp(stamp));
};

/** Once for each start, behind its first transaction. */
export const beginStamps = (database: DatabaseSync): void => put(database, anyStamp());

/** Of a copy that nobody has open: no log of the one it was copied from belongs to it. */
export const restamp = (path: string): void => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(anyStamp());
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, stampOffset);
  } finally {
    closeSync(file);
  }
};
