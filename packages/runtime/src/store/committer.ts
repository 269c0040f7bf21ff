import { CaudalError, type Clock } from '@caudal/core';
import type { Claim } from './claims.ts';
import { deferred } from './deferred.ts';
import { writeOperations } from './operations/index.ts';
import type { WriteOperation } from './operations/operation.ts';
import type { StoreWrites, WriteClass } from './store.ts';
import { type CommitterData, type FromCommitter, fromWire, type ToCommitter, type WireOperation } from './wire.ts';
import { startWorker } from './worker-thread.ts';

/** Served in this order. */
const classes = ['attempt', 'raw', 'live', 'backfill', 'retention'] as const satisfies WriteClass[];

/** Groups in the worker's hands: one that runs and the next, so that it never waits for this thread. */
const groupsAhead = 2;

export interface CommitterOptions extends CommitterData {
  readonly clock: Clock;
  readonly groupRows: number;
  readonly groupBytes: number;
}

type Name = keyof StoreWrites;

interface Waiting {
  readonly name: Name;
  readonly args: readonly unknown[];
  readonly rows: number;
  readonly bytes: number;
  readonly now: number;
  readonly claim: Claim | undefined;
  resolve(answer: unknown): void;
  reject(error: CaudalError): void;
}

type AnyOperation = Pick<WriteOperation, 'class'> & {
  rows(...args: readonly unknown[]): number;
  bytes?(...args: readonly unknown[]): number;
  pack?(...args: readonly unknown[]): { readonly args: readonly unknown[]; readonly transfer: readonly ArrayBuffer[] };
};

const operations = writeOperations as unknown as Readonly<Record<Name, AnyOperation>>;

export interface Committer {
  /** Resolves after COMMIT. In the name of a claim that is another instance's by now it rejects. */
  submit(
    name: Name,
    args: readonly unknown[],
    how: { readonly writeClass?: WriteClass | undefined; readonly claim?: Claim | undefined },
  ): Promise<unknown>;
  facts(): Readonly<Record<string, string | number>>;
  /** Waits for what was handed in, then checkpoints. Safe twice. */
  close(): Promise<void>;
}

/**
 * The one writer. Operations wait in their callers' promises; at most two groups, each of bounded rows and bytes, are copied to the
 * worker thread, so that what waits longer is still ordered by class.
 */
export const startCommitter = async (options: CommitterOptions): Promise<Committer> => {
  const { clock, groupRows, groupBytes, ...data } = options;
  const queues = new Map<WriteClass, Waiting[]>(classes.map((name) => [name, []]));
  const running = new Map<number, Waiting>();
  const groups: Set<number>[] = [];
  const count = { waitingOperations: 0, waitingRows: 0, waitingBytes: 0, groups: 0, operations: 0, rows: 0 };
  let worker = { commits: 0, alone: 0 };
  const opening = deferred<Readonly<Record<string, string | number>>>();
  const closed = deferred<void>();
  let closing = false;
  let lost: CaudalError | undefined;
  let nextId = 1;
  let scheduled = false;

  const lose = (error: CaudalError) => {
    lost = error;
    opening.reject(error);
    closed.resolve();
    for (const operation of running.values()) operation.reject(error);
    for (const queue of queues.values()) for (const operation of queue.splice(0)) operation.reject(error);
    running.clear();
    groups.length = 0;
    Object.assign(count, { waitingOperations: 0, waitingRows: 0, waitingBytes: 0 });
  };

  const thread = startWorker<ToCommitter, FromCommitter>(
    'committer-worker',
    data satisfies CommitterData,
    (message) => receive[message.kind](message as never),
    lose,
  );

  const post = (sent: readonly Waiting[]) => {
    const transfer: ArrayBuffer[] = [];
    const batch: WireOperation[] = [];
    const entries: [number, Waiting][] = [];
    for (const operation of sent) {
      const packed = operations[operation.name].pack?.(...operation.args);
      transfer.push(...(packed?.transfer ?? []));
      const id = nextId++;
      const { name, args, now, claim } = operation;
      batch.push({ id, name, args: packed?.args ?? args, now, ...(claim === undefined ? {} : { claim }) });
      entries.push([id, operation]);
    }
    thread.post({ kind: 'group', operations: batch }, transfer);
    for (const [id, operation] of entries) running.set(id, operation);
    groups.push(new Set(entries.map(([id]) => id)));
    count.groups += 1;
  };

  /** What can not be copied to another thread (a function, for instance) fails alone as well. */
  const send = (sent: readonly Waiting[]) => {
    try {
      post(sent);
    } catch (thrown) {
      if (sent.length > 1) for (const operation of sent) send([operation]);
      else
        sent[0]?.reject(
          new CaudalError('invalid-data', `the store can not take the arguments of ${sent[0].name}`, {
            detail: String(thrown),
            scope: 'item',
            sent: 'no',
            cause: thrown,
          }),
        );
    }
  };

  const nextGroup = (): Waiting[] => {
    const group: Waiting[] = [];
    let rows = 0;
    let bytes = 0;
    for (const name of classes) {
      const queue = queues.get(name) as Waiting[];
      let taken = 0;
      for (const operation of queue) {
        const fits = rows + operation.rows <= groupRows && bytes + operation.bytes <= groupBytes;
        if (group.length > 0 && !fits) break;
        group.push(operation);
        rows += operation.rows;
        bytes += operation.bytes;
        taken += 1;
      }
      queue.splice(0, taken);
      if (queue.length > 0) break;
    }
    count.waitingOperations -= group.length;
    count.waitingRows -= rows;
    count.waitingBytes -= bytes;
    count.operations += group.length;
    count.rows += rows;
    return group;
  };

  const settle = () => {
    while (groups.length < groupsAhead && count.waitingOperations > 0) send(nextGroup());
    if (running.size > 0 || count.waitingOperations > 0) return;
    if (closing) thread.post({ kind: 'close' });
    else thread.idle();
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      settle();
    });
  };

  const receive: { readonly [Kind in FromCommitter['kind']]: (message: FromCommitter & { kind: Kind }) => void } = {
    open: ({ facts }) => {
      thread.idle();
      opening.resolve(facts);
    },
    refused: ({ error }) => opening.reject(fromWire(error)),
    done: ({ results, commits, alone }) => {
      worker = { commits, alone };
      for (const result of results) {
        const operation = running.get(result.id);
        running.delete(result.id);
        groups[0]?.delete(result.id);
        if ('error' in result) operation?.reject(fromWire(result.error));
        else operation?.resolve(result.answer);
      }
      if (groups[0]?.size === 0) groups.shift();
      schedule();
    },
    closed: () => {
      thread.ending();
      closed.resolve();
    },
  };

  let facts: Readonly<Record<string, string | number>>;
  try {
    facts = await opening.promise;
  } catch (thrown) {
    await thread.stop();
    throw thrown;
  }

  return {
    submit: (name, args, { writeClass, claim }) => {
      if (lost !== undefined) return Promise.reject(lost);
      if (closing)
        return Promise.reject(
          new CaudalError('transient', 'the store is closed: nothing is written any more', { sent: 'no' }),
        );
      const operation = operations[name];
      const { promise, resolve, reject } = deferred<unknown>();
      let waiting: Waiting;
      try {
        waiting = {
          name,
          args,
          rows: Math.max(1, operation.rows(...args)),
          bytes: operation.bytes?.(...args) ?? 0,
          now: clock.now(),
          claim,
          resolve,
          reject,
        };
      } catch (thrown) {
        return Promise.reject(
          new CaudalError('invalid-data', `the arguments of ${name} are not as the store wants them`, {
            detail: String(thrown),
            scope: 'item',
            sent: 'no',
            cause: thrown,
          }),
        );
      }
      (queues.get(writeClass ?? operation.class) as Waiting[]).push(waiting);
      count.waitingOperations += 1;
      count.waitingRows += waiting.rows;
      count.waitingBytes += waiting.bytes;
      schedule();
      return promise;
    },
    facts: () => ({
      ...facts,
      ...count,
      commits: worker.commits,
      repeatedSingly: worker.alone,
      committer: lost === undefined ? (closing ? 'closed' : 'running') : 'stopped',
    }),
    close: async () => {
      if (!closing) {
        closing = true;
        schedule();
      }
      await closed.promise;
      await thread.stop();
    },
  };
};
