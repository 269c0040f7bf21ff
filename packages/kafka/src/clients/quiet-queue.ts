import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 keeps a timer going for every idle connection, with a negative delay: it spins, and Node 24 warns (tulios/kafkajs#1751). Its
 * queue is told to look again only when something waits. Where the file is not to be found, nothing is changed.
 */
export const quietQueue = (): void => {
  let queue: { readonly prototype: RequestQueue };
  try {
    queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as typeof queue;
  } catch {
    return;
  }
  queue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      // Of kafkajs: how often it looks when too much is under way.
      Math.max(10, this.throttledUntil - Date.now()),
    );
  };
};
