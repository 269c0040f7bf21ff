import type { DatabaseSync } from 'node:sqlite';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { CaudalError } from '@caudal/core';
import { backUpBeforeMigration } from './backup/before-migration.ts';
import { writeOperations } from './operations/index.ts';
import type { WriteContext, WriteOperation } from './operations/operation.ts';
import { migrate } from './schema/migrations.ts';
import { sqliteClient } from './sqlite/client.ts';
import { openWriter } from './sqlite/connection.ts';
import { damagedDatabase } from './sqlite/damaged.ts';
import { examineDatabase } from './sqlite/examine.ts';
import { isBusy, isDamageCode, sqliteError } from './sqlite/errors.ts';
import { assertSqliteVersion } from './sqlite/version.ts';
import { markClean, markInUse } from './sqlite/clean-mark.ts';
import {
  type CommitterData,
  type FromCommitter,
  toWire,
  type ToCommitter,
  type WireOperation,
  type WireResult,
} from './wire.ts';

const data = workerData as CommitterData;
const port = parentPort;
if (port === null) throw new Error('the committer runs in a worker thread');

const post = (message: FromCommitter, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, [...transfer]);

/** Commits after which an idle moment is used to bring the log into the database. */
const commitsBetweenCheckpoints = 100;

type AnyOperation = WriteOperation & { run(...args: unknown[]): Promise<unknown> };
const operationOf = (name: string): AnyOperation =>
  (writeOperations as unknown as Record<string, AnyOperation>)[name] as AnyOperation;

const start = async (): Promise<{ database: DatabaseSync; facts: Record<string, string | number> }> => {
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

const run = (operation: AnyOperation, context: WriteContext, args: readonly unknown[]): Promise<unknown> =>
  operation.run(context, ...args);

const failed = ({ id }: WireOperation, thrown: unknown): WireResult => ({ id, error: toWire(sqliteError(thrown)) });

const serve = (database: DatabaseSync) => {
  const sql = sqliteClient(database);
  let commits = 0;
  let alone = 0;
  let sinceCheckpoint = 0;
  let waiting = 0;

  const rollBack = () => {
    sql.known.clear();
    if (database.isTransaction) database.exec('ROLLBACK');
  };

  /** Runs operations in one transaction, in order, until the time is up; answers the results of those it ran. */
  const commit = async (operations: readonly WireOperation[]): Promise<WireResult[]> => {
    const started = performance.now();
    const results: WireResult[] = [];
    let committing = false;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { id, name, args, now } of operations) {
        const context = { sql, now, checkpointRetentionMs: data.checkpointRetentionMs };
        results.push({ id, answer: await run(operationOf(name), context, args) });
        if (performance.now() - started >= data.groupMs) break;
      }
      committing = true;
      database.exec('COMMIT');
    } catch (thrown) {
      rollBack();
      throw isBusy(thrown) ? thrown : sqliteError(thrown, committing ? 'maybe' : 'no');
    }
    commits += 1;
    sinceCheckpoint += 1;
    return results;
  };

  const oneByOne = async (operations: readonly WireOperation[]): Promise<WireResult[]> => {
    alone += 1;
    const results: WireResult[] = [];
    for (const operation of operations)
      try {
        results.push(...(await commit([operation])));
      } catch (thrown) {
        results.push(failed(operation, thrown));
      }
    return results;
  };

  const group = async (operations: readonly WireOperation[]): Promise<void> => {
    const names = new Map(operations.map(({ id, name }) => [id, name]));
    let rest = operations;
    while (rest.length > 0) {
      let results: WireResult[];
      try {
        results = await commit(rest);
      } catch (thrown) {
        const hopeless = rest.length === 1 || isBusy(thrown);
        results = hopeless ? rest.map((operation) => failed(operation, thrown)) : await oneByOne(rest);
      }
      rest = rest.slice(results.length);
      post(
        { kind: 'done', results, commits, alone },
        results.flatMap((result) =>
          'answer' in result
            ? (operationOf(names.get(result.id) as string).release?.(result.answer as never) ?? [])
            : [],
        ),
      );
    }
  };

  /** A checkpoint that fails costs nothing: what was committed stays in the log, and the next one tries again. */
  const checkpoint = (mode: 'PASSIVE' | 'TRUNCATE') => {
    try {
      database.exec(`PRAGMA wal_checkpoint(${mode})`);
      sinceCheckpoint = 0;
    } catch {
      return;
    }
  };

  const checkpointWhenIdle = () => {
    if (waiting === 0 && sinceCheckpoint >= commitsBetweenCheckpoints) checkpoint('PASSIVE');
  };

  const close = () => {
    try {
      markClean(database);
      checkpoint('TRUNCATE');
    } catch {
      // Without the mark the next start checks the file, which is right for a disk that refuses a write.
    }
    database.close();
    post({ kind: 'closed' });
    port.close();
  };

  const handle = async (message: ToCommitter): Promise<void> => {
    if (message.kind === 'close') return close();
    await group(message.operations);
    waiting -= 1;
    setImmediate(checkpointWhenIdle);
  };

  let turn = Promise.resolve();
  port.on('message', (message: ToCommitter) => {
    waiting += 1;
    turn = turn.then(() => handle(message));
  });
};

try {
  const { database, facts } = await start();
  serve(database);
  post({ kind: 'open', facts });
} catch (thrown) {
  post({ kind: 'refused', error: toWire(thrown as CaudalError) });
}
