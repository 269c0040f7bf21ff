import { CaudalError } from '@caudal/core';
import { type Deferred, deferred } from './deferred.ts';
import { type FromReader, fromWire, type ToReader } from './wire.ts';
import { startWorker } from './worker-thread.ts';

export interface Reader {
  /** How many reads wait. */
  readonly waiting: number;
  read(name: string, args: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A read-only connection in a thread of its own. */
export const startReader = (path: string): Reader => {
  const running = new Map<number, Deferred<unknown>>();
  const closed = deferred<void>();
  let closing = false;
  let lost: CaudalError | undefined;
  let nextId = 1;

  const receive: { readonly [Kind in FromReader['kind']]: (message: FromReader & { kind: Kind }) => void } = {
    read: ({ result }) => {
      const waiting = running.get(result.id);
      running.delete(result.id);
      if ('error' in result) waiting?.reject(fromWire(result.error));
      else waiting?.resolve(result.answer);
      if (running.size === 0 && !closing) thread.idle();
    },
    closed: () => {
      thread.ending();
      closed.resolve();
    },
  };
  const thread = startWorker<ToReader, FromReader>(
    'reader-worker',
    { path },
    (message) => receive[message.kind](message as never),
    (error) => {
      lost = error;
      closed.resolve();
      for (const waiting of running.values()) waiting.reject(error);
      running.clear();
    },
  );
  thread.idle();

  return {
    get waiting() {
      return running.size;
    },
    read: (name, args) => {
      if (lost !== undefined) return Promise.reject(lost);
      if (closing)
        return Promise.reject(
          new CaudalError('transient', 'the store is closed: nothing is read any more', { sent: 'no' }),
        );
      const id = nextId++;
      const waiting = deferred<unknown>();
      thread.post({ kind: 'read', operation: { id, name, args, now: 0 } });
      running.set(id, waiting);
      return waiting.promise;
    },
    close: async () => {
      if (!closing) {
        closing = true;
        if (lost === undefined) thread.post({ kind: 'close' });
      }
      await closed.promise;
      await thread.stop();
    },
  };
};
