import type { Clock, Limit } from '@caudal/core';

/** Whom a request counts against. */
export interface Spender {
  readonly credential: string;
  readonly device: string;
}

/** Keeps the number of requests within what a vendor allows. */
export interface Limiter {
  /** Counts one request and answers 0, or counts nothing and answers how long to wait, in milliseconds. */
  take(spender: Spender): number;
}

/** @param limits of the provider's capabilities; windows aligned to the clock start at multiples of their length in UTC */
export const createLimiter = (limits: readonly Limit[], clock: Clock): Limiter => {
  const windows = new Map<string, { start: number; used: number }>();
  return {
    take(spender) {
      const now = clock.now();
      const counted = limits.map((limit, index) => {
        const who = limit.per === 'instance' ? '' : limit.per === 'device' ? spender.device : spender.credential;
        const id = `${index} ${who}`;
        const known = windows.get(id);
        const start = limit.clockAligned === true ? now - (now % limit.perMs) : now;
        const current = known !== undefined && now < known.start + limit.perMs ? known : { start, used: 0 };
        windows.set(id, current);
        return { limit, current };
      });
      const waits = counted
        .filter(({ limit, current }) => current.used >= limit.requests)
        .map(({ limit, current }) => current.start + limit.perMs - now);
      if (waits.length > 0) return Math.max(...waits);
      for (const { current } of counted) current.used += 1;
      return 0;
    },
  };
};
