import type { MaintenanceInfo } from '../config/domain.ts';
import { silencedBy, spanAt } from '../notify/maintenance.ts';
import type { Services } from '../services.ts';

const hour = 3_600_000;
const alertsAtMost = 10_000;

/** When a window next begins, by looking at each quarter of an hour of the next nine days. */
const nextOf = (window: MaintenanceInfo, now: number): number | null => {
  if (window.weekly === undefined) return window.fromAt > now ? window.fromAt : null;
  const first = Math.max(now, window.fromAt);
  for (let at = first; at < first + 9 * 24 * hour; at += hour / 4) {
    const from = spanAt(window, at)?.from;
    if (from !== undefined && from > now) return from;
  }
  return null;
};

/** Every maintenance window: whether it is on, until when, when it begins next, and how much it keeps from people now. */
export const maintenanceNow = async ({ domain, store, clock }: Services) => {
  const now = clock.now();
  const untold = await store.read.openAlerts({ untold: true, limit: alertsAtMost });
  return {
    at: now,
    windows: domain.maintenance.map((window) => {
      const { id, scope, weekly, reason, author } = window;
      return {
        id,
        scope,
        weekly: weekly ?? null,
        reason,
        author,
        /** Null while it is off. */
        now: spanAt(window, now) ?? null,
        next: nextOf(window, now),
        silenced: untold.filter((alert) => silencedBy(domain, alert, now)?.id === id).length,
      };
    }),
  };
};

export type MaintenanceNow = Awaited<ReturnType<typeof maintenanceNow>>;
