import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { readOperations } from './operations/index.ts';
import type { ReadOperation } from './operations/operation.ts';
import { sqliteClient } from './sqlite/client.ts';
import { openReader } from './sqlite/connection.ts';
import type { Sql } from './sql.ts';
import { sqliteError } from './sqlite/errors.ts';
import { type FromReader, type ToReader, toWire, type WireOperation, type WireResult } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('a reader runs in a worker thread');
const post = (message: FromReader) => port.postMessage(message);

type AnyOperation = ReadOperation & { run(...args: unknown[]): Promise<unknown> };

const { path } = workerData as { path: string };
let connection: { readonly database: DatabaseSync; readonly sql: Sql } | undefined;

/** Opened by the first read, so that this thread can start while the committer still makes the tables. */
const connect = () => {
  if (connection !== undefined) return connection;
  const database = openReader(path);
  connection = { database, sql: sqliteClient(database) };
  return connection;
};

/** In one transaction, so that an operation of several statements sees one state. */
const answer = async ({ id, name, args }: WireOperation): Promise<WireResult> => {
  try {
    const { database, sql } = connect();
    database.exec('BEGIN');
    try {
      const operation = (readOperations as unknown as Record<string, AnyOperation>)[name] as AnyOperation;
      return { id, answer: await operation.run(sql, ...args) };
    } finally {
      database.exec('COMMIT');
    }
  } catch (thrown) {
    return { id, error: toWire(sqliteError(thrown)) };
  }
};

const handle = async (message: ToReader): Promise<void> => {
  if (message.kind === 'read') return post({ kind: 'read', result: await answer(message.operation) });
  connection?.database.close();
  post({ kind: 'closed' });
  port.close();
};

let turn = Promise.resolve();
port.on('message', (message: ToReader) => {
  turn = turn.then(() => handle(message));
});
