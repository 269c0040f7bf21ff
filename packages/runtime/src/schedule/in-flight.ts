/** Work that steps start and do not wait for, one at a time by key, so that one that hangs delays no other. */
export interface InFlight {
  readonly size: number;
  has(key: string): boolean;
  /** What is under way. */
  keys(): Iterable<string>;
  /** How many of a group are under way. */
  count(group: string): number;
  start(key: string, groups: readonly string[], work: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves when nothing is under way; aborts what is when `signal` is. */
  finish(signal: AbortSignal): Promise<void>;
}

/** @param onDone called after each piece of work, however it ended; work is expected to deal with its own errors */
export const createInFlight = (onDone: () => void, onError: (thrown: unknown) => void): InFlight => {
  const running = new Map<string, { readonly groups: readonly string[]; readonly done: Promise<void> }>();
  const abort = new AbortController();
  return {
    get size() {
      return running.size;
    },
    has: (key) => running.has(key),
    keys: () => running.keys(),
    count: (group) => [...running.values()].filter((one) => one.groups.includes(group)).length,
    start(key, groups, work) {
      const done = work(abort.signal)
        .catch(onError)
        .finally(() => {
          running.delete(key);
          onDone();
        });
      running.set(key, { groups, done });
    },
    async finish(signal) {
      const cut = () => abort.abort(signal.reason);
      if (signal.aborted) cut();
      else signal.addEventListener('abort', cut, { once: true });
      await Promise.all([...running.values()].map((one) => one.done));
      signal.removeEventListener('abort', cut);
    },
  };
};
