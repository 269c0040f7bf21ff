import type { DatabaseSync } from 'node:sqlite';
import { backUpBeforeMigration } from '../backup/before-migration.ts';
import type { Engine, ReadingSession, Session, Writer } from '../engine.ts';
import { assertKnown, migrate } from '../schema/migrations.ts';
import type { CommitterData } from '../wire.ts';
import { markClean, markInUse } from './clean-mark.ts';
import { sqliteClient } from './client.ts';
import { openReader, openWriter } from './connection.ts';
import { damagedDatabase } from './damaged.ts';
import { isBusy, isDamageCode, sqliteError } from './errors.ts';
import { examineDatabase } from './examine.ts';
import { stampLog } from './log-stamp.ts';
import { assertSqliteVersion } from './version.ts';

/** Commits after which an idle moment is used to bring the log into the database. */
const commitsBetweenCheckpoints = 100;

const refusal: Session['refusal'] = (thrown, committing) => ({
  error: sqliteError(thrown, committing && !isBusy(thrown) ? 'maybe' : 'no'),
  next: isBusy(thrown) ? 'all' : 'alone',
});

const open = async (
  data: CommitterData,
): Promise<{ database: DatabaseSync; facts: Record<string, string | number> }> => {
  let database: DatabaseSync | undefined;
  try {
    const found = examineDatabase(data.path);
    const backup = data.backUpAt === null ? null : await backUpBeforeMigration(data.path, data.backUpAt);
    database = openWriter(data.path, data.maxBytes);
    const { sqlite } = database.prepare('SELECT sqlite_version() AS sqlite').get() as { sqlite: string };
    assertSqliteVersion(sqlite);
    const schema = migrate(database, data.path);
    markInUse(database);
    return {
      database,
      facts: {
        engine: 'sqlite',
        sqlite,
        schema,
        ...(backup === null ? {} : { migratedFrom: backup.schema, backup: backup.file, backupSha256: backup.sha256 }),
        ...found,
      },
    };
  } catch (thrown) {
    database?.close();
    throw isDamageCode(thrown)
      ? damagedDatabase(data.path, (thrown as Error).message, thrown)
      : sqliteError(thrown, 'no', data.path);
  }
};

const writer = async (data: CommitterData): Promise<Writer> => {
  const { database, facts } = await open(data);
  const sql = sqliteClient(database);
  let checkpointedAt = 0;

  /** A checkpoint that fails costs nothing: what was committed stays in the log, and the next one tries again. */
  const checkpoint = (mode: 'PASSIVE' | 'TRUNCATE'): boolean => {
    try {
      database.exec(`PRAGMA wal_checkpoint(${mode})`);
      return true;
    } catch {
      return false;
    }
  };

  return {
    sql,
    facts,
    refusal,
    begin: () => {
      database.exec('BEGIN IMMEDIATE');
      stampLog(database);
      // A file is one process's own: there is nobody to lose anything to.
      return [];
    },
    commit: () => database.exec('COMMIT'),
    rollback: () => {
      sql.known.clear();
      if (database.isTransaction) database.exec('ROLLBACK');
    },
    rest: (commits) => {
      if (commits - checkpointedAt >= commitsBetweenCheckpoints && checkpoint('PASSIVE')) checkpointedAt = commits;
    },
    close: () => {
      try {
        markClean(database);
        checkpoint('TRUNCATE');
      } catch {
        // Without the mark the next start checks the file, which is right for a disk that refuses a write.
      }
      database.close();
    },
  };
};

const openForReading = (path: string): DatabaseSync => {
  try {
    return openReader(path);
  } catch (thrown) {
    throw sqliteError(thrown, 'no', path);
  }
};

const reader = (path: string): ReadingSession => {
  const database = openForReading(path);
  return {
    sql: sqliteClient(database),
    refusal,
    begin: () => database.exec('BEGIN'),
    commit: () => database.exec('COMMIT'),
    rollback: () => {
      if (database.isTransaction) database.exec('ROLLBACK');
    },
    close: () => database.close(),
    schema: () => assertKnown(database, path),
  };
};

export const sqlite: Engine = { openWriter: writer, openReader: reader, readsAtOnce: 1 };
