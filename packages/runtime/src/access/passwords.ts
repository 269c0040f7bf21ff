import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { CaudalError } from '@caudal/core';

export type PasswordWork =
  | { readonly id: number; readonly kind: 'hash'; readonly password: string; readonly memoryKiB: number }
  | { readonly id: number; readonly kind: 'verify'; readonly password: string; readonly hash: string };

export type PasswordAnswer =
  | { readonly id: number; readonly answer: string | boolean }
  | { readonly id: number; readonly error: string };

/** Argon2id with OWASP's parameters (19 MiB, two passes), one at a time in a thread of its own: memory is bounded and nothing else waits. */
export interface Passwords {
  /** A PHC text with its salt and parameters. */
  hash(password: string): Promise<string>;
  /** Null is the password of nobody: it takes as long, and is false. */
  verify(password: string, hash: string | null): Promise<boolean>;
  close(): Promise<void>;
}

/** More than this wait at once only under attack. */
const waitingAtMost = 50;

const fromSource = import.meta.url.endsWith('.ts');

interface Waiting {
  readonly resolve: (answer: string | boolean) => void;
  readonly reject: (error: CaudalError) => void;
}

export const createPasswords = (memoryKiB: number): Passwords => {
  const running = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 1;
  let nobody: Promise<string> | undefined;

  const receive = (message: PasswordAnswer) => {
    const waiting = running.get(message.id);
    running.delete(message.id);
    if (running.size === 0) worker?.unref();
    if ('error' in message) waiting?.reject(new CaudalError('bug', `a password was not hashed: ${message.error}`));
    else waiting?.resolve(message.answer);
  };
  const lost = () => {
    worker = undefined;
    for (const { reject } of running.values())
      reject(new CaudalError('transient', 'passwords are not hashed at the moment', { sent: 'no' }));
    running.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL(`./password-worker.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
      name: 'caudal password-worker',
      execArgv: fromSource ? ['--conditions=@caudal/source'] : [],
    });
    started.on('message', receive);
    started.on('error', lost);
    started.on('exit', lost);
    return started;
  };
  const ask = (work: Omit<PasswordWork, 'id'>): Promise<string | boolean> => {
    if (running.size >= waitingAtMost)
      return Promise.reject(
        new CaudalError('transient', 'too many log-ins at once', { sent: 'no', retryAfterMs: 5_000 }),
      );
    worker ??= start();
    worker.ref();
    const id = nextId++;
    worker.postMessage({ ...work, id }, []);
    return new Promise((resolve, reject) => running.set(id, { resolve, reject }));
  };
  const hash = async (password: string) =>
    (await ask({ kind: 'hash', password, memoryKiB } as Omit<PasswordWork, 'id'>)) as string;
  return {
    hash,
    async verify(password, given) {
      nobody ??= hash(randomUUID());
      const against = given ?? (await nobody);
      const same = await ask({ kind: 'verify', password, hash: against } as Omit<PasswordWork, 'id'>);
      return given !== null && same === true;
    },
    async close() {
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
};
