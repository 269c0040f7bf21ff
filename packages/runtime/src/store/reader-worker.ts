import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { readOperations } from './operations/index.ts';
import type { ReadOperation } from './operations/operation.ts';
import { sqliteClient } from './sqlite/client.ts';
import { openReader } from './sqlite/connection.ts';
import { sqliteError } from './sqlite/errors.ts';
import { type FromReader, type ToReader, toWire, type WireOperation, type WireResult } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('a reader runs in a worker thread');
const post = (message: FromReader) => port.postMessage(message);

type AnyOperation = ReadOperation & { run(...args: unknown[]): Promise<unknown> };

const serve = (database: DatabaseSync) => {
  const sql = sqliteClient(database);

  /** In one transaction, so that an operation of several statements sees one state. */
  const answer = async ({ id, name, args }: WireOperation): Promise<WireResult> => {
    try {
      database.exec('BEGIN');
      const operation = (readOperations as unknown as Record<string, AnyOperation>)[name] as AnyOperation;
      return { id, answer: await operation.run(sql, ...args) };
    } catch (thrown) {
      return { id, error: toWire(sqliteError(thrown)) };
    } finally {
      if (database.isTransaction) database.exec('COMMIT');
    }
  };

  const handle = async (message: ToReader): Promise<void> => {
    if (message.kind === 'read') return post({ kind: 'read', result: await answer(message.operation) });
    database.close();
    post({ kind: 'closed' });
    port.close();
  };

  let turn = Promise.resolve();
  port.on('message', (message: ToReader) => {
    turn = turn.then(() => handle(message));
  });
};

try {
  serve(openReader((workerData as { path: string }).path));
  post({ kind: 'open' });
} catch (thrown) {
  post({ kind: 'refused', error: toWire(sqliteError(thrown)) });
}
