import { parentPort, workerData } from 'node:worker_threads';
import type { CaudalError } from '@caudal/core';
import type { Engine, Session } from './engine.ts';
import { engineOf } from './engines.ts';
import { readOperations } from './operations/index.ts';
import type { ReadOperation } from './operations/operation.ts';
import { type FromReader, type ToReader, toWire, type WireOperation, type WireResult } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('a reader runs in a worker thread');
const post = (message: FromReader) => port.postMessage(message);

type AnyOperation = ReadOperation & { run(...args: unknown[]): Promise<unknown> };

const { path } = workerData as { path: string };

/** In one transaction, so that an operation of several statements sees one state. */
const answerOn = async (session: Session, { id, name, args }: WireOperation): Promise<WireResult> => {
  try {
    const operation = (readOperations as unknown as Record<string, AnyOperation>)[name] as AnyOperation;
    for (let repeated = false; ; repeated = true) {
      try {
        await session.begin();
        const answer = await operation.run(session.sql, ...args);
        await session.commit();
        return { id, answer };
      } catch (thrown) {
        const refused = session.refusal(thrown, false);
        await session.rollback();
        // A read repeats without harm, once: who waits for it is not kept longer by a server that is away.
        if (repeated || refused.next !== 'again') throw refused.error;
      }
    }
  } catch (thrown) {
    return { id, error: toWire(thrown as CaudalError) };
  }
};

/** Connections that are opened by their first read, so that this thread can start while the committer still makes the tables. */
const createLane = (engine: Engine) => {
  let session: Promise<Session> | undefined;
  let turn = Promise.resolve();
  let waiting = 0;
  const opened = async () => {
    try {
      return await (session ??= Promise.resolve(engine.openReader(path)));
    } catch (thrown) {
      session = undefined;
      throw thrown;
    }
  };
  const serve = async (operation: WireOperation) => {
    try {
      post({ kind: 'read', result: await answerOn(await opened(), operation) });
    } catch (thrown) {
      post({ kind: 'read', result: { id: operation.id, error: toWire(thrown as CaudalError) } });
    }
    waiting -= 1;
  };
  return {
    get waiting() {
      return waiting;
    },
    read(operation: WireOperation) {
      waiting += 1;
      turn = turn.then(() => serve(operation));
    },
    async close() {
      await turn;
      await (await session?.catch(() => undefined))?.close();
    },
  };
};

const engine = await engineOf(path);
const lanes = Array.from({ length: engine.readsAtOnce }, () => createLane(engine));

const close = async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  post({ kind: 'closed' });
  port.close();
};

port.on('message', (message: ToReader) => {
  if (message.kind === 'close') void close();
  else lanes.reduce((least, lane) => (lane.waiting < least.waiting ? lane : least)).read(message.operation);
});
