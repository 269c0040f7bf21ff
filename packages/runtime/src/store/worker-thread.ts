import { Worker } from 'node:worker_threads';
import { CaudalError } from '@caudal/core';

/** Runs from source (Node strips the types) as well as from the build: the workers lie beside this file in both. */
const fromSource = import.meta.url.endsWith('.ts');

/** Rows of a long read die young: with more room for them a reader only takes more memory before it looks. */
const youngMb = 6;

export interface WorkerThread<To> {
  /** Keeps the process alive until {@link WorkerThread.idle}. */
  post(message: To, transfer?: readonly ArrayBuffer[]): void;
  /** Nothing is awaited: the thread keeps no process alive. */
  idle(): void;
  /** It has said its last: that it ends is as it should be. */
  ending(): void;
  stop(): Promise<void>;
}

/** Starts a worker of the store. `lost` is called once when it ends without having been stopped. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the protocol beside the other direction
export const startWorker = <To, From>(
  name: 'committer-worker' | 'reader-worker',
  data: unknown,
  receive: (message: From) => void,
  lost: (error: CaudalError) => void,
): WorkerThread<To> => {
  const worker = new Worker(new URL(`./${name}.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
    name: `caudal ${name}`,
    workerData: data,
    execArgv: fromSource ? ['--conditions=@caudal/source'] : [],
    ...(name === 'reader-worker' ? { resourceLimits: { maxYoungGenerationSizeMb: youngMb } } : {}),
  });
  let ended = false;
  const end = (cause?: unknown) => {
    if (ended) return;
    ended = true;
    lost(
      new CaudalError(
        'bug',
        `the store's ${name} stopped unexpectedly: restart the runtime`,
        cause instanceof Error ? { detail: cause.stack ?? cause.message, cause } : {},
      ),
    );
  };
  worker.on('message', receive);
  worker.on('error', end);
  worker.on('exit', () => end());
  return {
    post: (message, transfer = []) => {
      worker.postMessage(message, [...transfer]);
      worker.ref();
    },
    idle: () => worker.unref(),
    ending: () => {
      ended = true;
    },
    stop: async () => {
      ended = true;
      await worker.terminate();
    },
  };
};
