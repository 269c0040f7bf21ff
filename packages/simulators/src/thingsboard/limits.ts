import type { Clock } from '@caudal/core';

/** Counts requests in the form of a tenant profile: `100:1,2000:60` is 100 a second and 2000 a minute. */
export const createTenantLimits = (clock: Clock, text: string | undefined) => {
  const windows = (text ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [requests = 0, seconds = 0] = part.split(':').map(Number);
      return { requests, ms: seconds * 1000, from: Number.NEGATIVE_INFINITY, count: 0 };
    });
  return {
    /** Counts one and tells whether it is over a limit. */
    exceeded(): boolean {
      const now = clock.now();
      let over = false;
      for (const window of windows) {
        if (now >= window.from + window.ms) Object.assign(window, { from: now, count: 0 });
        window.count += 1;
        if (window.count > window.requests) over = true;
      }
      return over;
    },
  };
};
