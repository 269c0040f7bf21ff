/** Lets tests wait for a state instead of a time. */
export interface Waiting {
  /** To be called after every change. */
  look(): void;
  /** Resolves as soon as it holds, at once when it does already; rejects with the signal's reason. */
  until(holds: () => boolean, signal?: AbortSignal): Promise<void>;
}

export const createWaiting = (): Waiting => {
  const waiting = new Set<() => void>();
  return {
    look() {
      for (const look of waiting) look();
    },
    until: (holds, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => {
          waiting.delete(look);
          reject(signal?.reason as Error);
        };
        const look = () => {
          if (!holds()) return;
          waiting.delete(look);
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        if (signal?.aborted) {
          abort();
          return;
        }
        signal?.addEventListener('abort', abort, { once: true });
        waiting.add(look);
        look();
      }),
  };
};
