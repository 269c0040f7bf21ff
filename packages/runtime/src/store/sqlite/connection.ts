import { DatabaseSync } from 'node:sqlite';

const busyTimeoutMs = 5_000;
const journalSizeLimit = 64 * 1024 * 1024;
/** Pages in the log at which a commit checkpoints by itself, when there was no idle moment before. 32 MiB. */
const autoCheckpointPages = 8_000;

const common = [`PRAGMA busy_timeout = ${busyTimeoutMs}`, 'PRAGMA mmap_size = 0', 'PRAGMA temp_store = MEMORY'];

/** The one connection that writes. Every commit is synced: the log is not allowed to lose what was acknowledged. */
export const openWriter = (path: string, maxBytes: number): DatabaseSync => {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: busyTimeoutMs });
  for (const pragma of [
    ...common,
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = FULL',
    `PRAGMA journal_size_limit = ${journalSizeLimit}`,
    `PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`,
    'PRAGMA cache_size = -32000',
  ])
    database.exec(pragma);
  if (Number.isFinite(maxBytes)) {
    const { page_size: pageSize } = database.prepare('PRAGMA page_size').get() as { page_size: number };
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
  }
  return database;
};

/** What is committed meanwhile stays in one round of the log: no commit brings it in, so that the next one could begin it anew. */
export const inOneRound = (writer: DatabaseSync, commit: () => void): void => {
  writer.exec('PRAGMA wal_autocheckpoint = 0');
  try {
    commit();
  } finally {
    writer.exec(`PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`);
  }
};

/** A connection that can only read, beside the writer. */
export const openReader = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  for (const pragma of [...common, 'PRAGMA query_only = ON', 'PRAGMA cache_size = -16000']) database.exec(pragma);
  return database;
};
