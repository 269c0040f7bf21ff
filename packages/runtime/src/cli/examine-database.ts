import { existsSync, readFileSync, statSync } from 'node:fs';
import { toCaudalError } from '@caudal/core';
import { refuseInterruptedRestore } from '../store/backup/interrupted.ts';
import { assertKnown, migrations } from '../store/schema/migrations.ts';
import { openReader } from '../store/sqlite/connection.ts';
import { isOwned } from '../store/sqlite/lock.ts';
import { refuseForeignLogOfNobody } from '../store/sqlite/own-log.ts';

interface Verdict {
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

const mebibyte = 1024 * 1024;
/** Less than that is not worth the stop that `compact` takes. */
const leastFree = 64 * mebibyte;
const muchOfIt = 0.25;

const ownerOf = (path: string): string => {
  try {
    const { pid, since } = JSON.parse(readFileSync(`${path}.owner`, 'utf8')) as { pid: number; since: number };
    return `process ${pid} since ${new Date(since).toISOString()}`;
  } catch {
    return 'another process';
  }
};

const inside = (path: string): Verdict[] => {
  refuseInterruptedRestore(path);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return [];
  refuseForeignLogOfNobody(path);
  const database = openReader(path);
  try {
    const schema = assertKnown(database, path);
    const page = database
      .prepare(
        'SELECT page_size, page_count, freelist_count FROM pragma_page_size, pragma_page_count, pragma_freelist_count',
      )
      .get();
    const [size, count, free] = ['page_size', 'page_count', 'freelist_count'].map((name) => Number(page?.[name])) as [
      number,
      number,
      number,
    ];
    const [bytes, freeBytes] = [size * count, size * free];
    const text = `${Math.ceil(bytes / mebibyte)} MiB, of which ${Math.floor(freeBytes / mebibyte)} MiB are free for what comes`;
    return [
      schema < migrations.length
        ? {
            state: 'warning',
            message: `schema ${schema}: the next start makes it ${migrations.length}, after a backup`,
          }
        : { state: 'ok', message: `schema ${schema}` },
      freeBytes > leastFree && freeBytes > muchOfIt * bytes
        ? { state: 'warning', message: `${text}; "caudal compact" gives them back while nothing runs` }
        : { state: 'ok', message: text },
    ];
  } finally {
    database.close();
  }
};

/** Who holds a database, whether this program can work on it, and how much of the file is empty. Nothing is made where none is. */
export const lookAtDatabase = (path: string): readonly Verdict[] => {
  const owner: Verdict = {
    state: 'ok',
    message: existsSync(`${path}.lock`) && isOwned(path) ? `held by ${ownerOf(path)}` : 'nobody holds the database',
  };
  try {
    return [owner, ...inside(path)];
  } catch (thrown) {
    return [owner, { state: 'failed', message: toCaudalError(thrown).message }];
  }
};
