/**
 * The one source of time. Everything that waits or asks for "now" takes a Clock, so that tests and demos run on virtual time.
 * Instants are UTC milliseconds since the epoch.
 */
export interface Clock {
  now(): number;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest time a timer of the platform can be set to; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const wait = (left: number) => {
        timer = setTimeout(
          () => {
            if (left > longestTimer) {
              wait(left - longestTimer);
              return;
            }
            signal?.removeEventListener('abort', abort);
            resolve();
          },
          Math.min(left, longestTimer),
        );
      };
      wait(ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};
