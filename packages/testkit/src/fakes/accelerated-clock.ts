import { performance } from 'node:perf_hooks';
import type { Clock } from '@caudal/core';

/** Longest delay a Node timer takes; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A clock for demos that shows `start` (UTC milliseconds) now and runs `factor` virtual milliseconds per real one. A sleep ends
 * when this clock shows its end, which is at best a real millisecond late: `factor` milliseconds of this clock.
 */
export const acceleratedClock = (options: { readonly start: number; readonly factor: number }): Clock => {
  const { start, factor } = options;
  if (!(factor > 0)) throw new RangeError(`a clock needs a factor above 0, not ${factor}`);
  const origin = performance.now();
  const now = () => Math.floor(start + (performance.now() - origin) * factor);
  return {
    now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const end = now() + ms;
        let timer: NodeJS.Timeout;
        const abort = () => {
          clearTimeout(timer);
          reject(signal?.reason as Error);
        };
        const wait = () => {
          timer = setTimeout(
            () => {
              if (now() < end) return wait();
              signal?.removeEventListener('abort', abort);
              resolve();
            },
            Math.min(longestTimerMs, Math.max(0, Math.ceil((end - now()) / factor))),
          );
        };
        signal?.addEventListener('abort', abort, { once: true });
        wait();
      }),
  };
};
