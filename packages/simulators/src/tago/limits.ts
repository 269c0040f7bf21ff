import type { Clock } from '@caudal/core';

/** Requests per clock minute and profile; what is missing is unlimited. */
export interface TagoLimits {
  readonly data?: number;
  readonly info?: number;
}

/** The plans' published limits. */
export const tagoPlans = {
  free: { data: 250, info: 60 },
  starter: { data: 5000, info: 5000 },
  scale: { data: 15_000, info: 10_000 },
} as const satisfies Readonly<Record<string, TagoLimits>>;

const minute = 60_000;

/** Counts requests per route within clock minutes: the window ends at second 0, whenever it was entered. */
export interface RateLimit {
  /** Counts one; returns the seconds to wait when it is over the limit. */
  take(route: keyof TagoLimits): number | undefined;
}

export const createRateLimit = (clock: Clock, limits: TagoLimits): RateLimit => {
  const counts = new Map<string, { window: number; count: number }>();
  return {
    take(route) {
      const limit = limits[route];
      if (limit === undefined) return undefined;
      const now = clock.now();
      const window = Math.floor(now / minute);
      const counted = counts.get(route);
      const count = counted?.window === window ? counted.count + 1 : 1;
      counts.set(route, { window, count });
      return count > limit ? Math.max(1, Math.ceil(((window + 1) * minute - now) / 1000)) : undefined;
    },
  };
};

/** The monthly Data Output: one unit per item returned. */
export interface DataOutput {
  readonly used: number;
  exhausted(): boolean;
  spend(items: number): void;
}

export const createDataOutput = (clock: Clock, quota: number | undefined): DataOutput => {
  let month = '';
  let used = 0;
  const turn = () => {
    const now = new Date(clock.now()).toISOString().slice(0, 7);
    if (now !== month) [month, used] = [now, 0];
  };
  return {
    get used() {
      turn();
      return used;
    },
    exhausted() {
      turn();
      return quota !== undefined && used >= quota;
    },
    spend(items) {
      turn();
      used += items;
    },
  };
};
