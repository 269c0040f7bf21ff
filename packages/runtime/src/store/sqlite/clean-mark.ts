import type { DatabaseSync } from 'node:sqlite';
import { inOneRound } from './connection.ts';
import { damagedDatabase } from './damaged.ts';
import { beginStamps, stampLog } from './log-stamp.ts';

const mark = (database: DatabaseSync, value: 'yes' | 'no'): void => {
  database.exec('BEGIN IMMEDIATE');
  stampLog(database);
  database
    .prepare(`INSERT INTO meta (key, value) VALUES ('clean', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    .run(value);
  database.exec('COMMIT');
};

/** A log that began with the number by chance would belong to nothing: the one before it has to stand in the same log. */
export const markInUse = (database: DatabaseSync): void =>
  inOneRound(database, () => {
    mark(database, 'no');
    beginStamps(database);
  });

export const markClean = (database: DatabaseSync): void => mark(database, 'yes');

/**
 * Whether the last owner ended without closing; then, and whenever a log is to be applied, the whole file was checked.
 *
 * @throws kind `config` for a damaged file: nothing is written to it any more
 */
export const checkAfterUncleanStop = (database: DatabaseSync, path: string, hasLog: boolean): boolean => {
  const known = database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'`).get();
  if (known === undefined) return false;
  const clean = database.prepare(`SELECT value FROM meta WHERE key = 'clean'`).get();
  if (clean?.['value'] === 'yes' && !hasLog) return false;
  const [first] = database.prepare('PRAGMA quick_check(1)').all();
  const found = first?.['quick_check'];
  if (found === 'ok') return true;
  throw damagedDatabase(path, String(found));
};
