import { AsyncLocalStorage } from 'node:async_hooks';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** What is noted belongs to the code under watch only, even where other tests of this process run meanwhile. */
const watched = new AsyncLocalStorage<string[]>();

const note = (what: string) => {
  watched.getStore()?.push(what);
};

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces `owner[name]` by one that notes its use; returns what puts the old one back. */
const noting = (owner: object, name: string, what: string): (() => void) => {
  const methods = owner as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function noted(this: unknown, ...args: unknown[]) {
    note(what);
    return original.apply(this, args);
  };
  return () => {
    methods[name] = original;
  };
};

const under = async (patch: () => (() => void)[], body: () => unknown): Promise<string[]> => {
  const notes: string[] = [];
  const restore = patch();
  syncBuiltinESMExports();
  try {
    await watched.run(notes, async () => {
      await body();
      await new Promise((resolve) => setImmediate(resolve));
    });
  } finally {
    for (const back of restore) back();
    syncBuiltinESMExports();
  }
  return [...new Set(notes)];
};

/** Runs `body` and a turn of the event loop, and lists the connections and name look-ups it began. */
export const watchNetwork = (body: () => unknown): Promise<string[]> =>
  under(
    () => [
      noting(net.Socket.prototype, 'connect', 'opened a connection'),
      noting(dns, 'lookup', 'looked up a name'),
      noting(dns, 'resolve', 'looked up a name'),
      noting(dns.promises, 'lookup', 'looked up a name'),
      noting(net.Server.prototype, 'listen', 'listened on a port'),
      noting(globalThis, 'fetch', 'called fetch'),
    ],
    body,
  );

/** Runs `body` and lists the clocks and random numbers it used. */
export const watchImpurity = (body: () => unknown): Promise<string[]> =>
  under(
    () => [
      noting(Date, 'now', 'read Date.now'),
      noting(performance, 'now', 'read performance.now'),
      noting(Math, 'random', 'drew Math.random'),
      noting(globalThis, 'setTimeout', 'set a timer'),
      noting(globalThis, 'fetch', 'called fetch'),
    ],
    body,
  );

/** Runs `body`, which must be synchronous, and lists the environment variables it read. */
export const watchEnvironment = (body: () => void): string[] => {
  const original = process.env;
  const names = new Set<string>();
  const seen = (name: string | symbol) => {
    if (typeof name === 'string') names.add(name);
  };
  process.env = new Proxy(original, {
    get: (target, name) => {
      seen(name);
      return Reflect.get(target, name) as unknown;
    },
    has: (target, name) => {
      seen(name);
      return Reflect.has(target, name);
    },
    ownKeys: (target) => {
      seen('(all names)');
      return Reflect.ownKeys(target);
    },
  });
  try {
    body();
  } finally {
    process.env = original;
  }
  return [...names];
};
