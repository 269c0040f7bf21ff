import { statSync } from 'node:fs';
import { assertKnown } from '../schema/migrations.ts';
import { checkAfterUncleanStop } from './clean-mark.ts';
import { openReader } from './connection.ts';
import { refuseForeignLog } from './own-log.ts';
import { assertSqliteVersion } from './version.ts';
import { readWal } from './wal.ts';

/** What a start found, for `store.facts()`: counts of frames are there only after an unclean stop that left a log. */
export type StartFacts = Readonly<Record<string, number>>;

/**
 * Looks at a database before anything is written to it; closing a connection that only reads leaves the log as it is.
 *
 * @throws kind `config` when a newer program wrote it, when it is damaged, or when a log lies beside it that is not its own
 */
export const examineDatabase = (path: string): StartFacts => {
  const nothing = { uncleanStart: 0 };
  const wal = readWal(`${path}-wal`);
  refuseForeignLog(path, wal);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return nothing;
  const database = openReader(path);
  try {
    assertSqliteVersion(String(database.prepare('SELECT sqlite_version() AS sqlite').get()?.['sqlite']));
    assertKnown(database, path);
    // Closing empties the log: one with something in it was left, also by a first start that made no tables.
    if (!checkAfterUncleanStop(database, path, (wal?.commits ?? 0) > 0) && wal === null) return nothing;
  } finally {
    database.close();
  }
  return {
    uncleanStart: 1,
    ...(wal === null
      ? {}
      : { logCommits: wal.commits, logFrames: wal.committedFrames, logUnusedBytes: wal.unusedBytes }),
  };
};
