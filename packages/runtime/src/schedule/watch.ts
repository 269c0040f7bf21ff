import type { Services } from '../services.ts';

const minute = 60_000;
const key = 'maintain.watched';

/** A stop as long as this, or one that nothing is known of, begins the watch anew. */
const longStopMs = 15 * minute;
const noteMs = minute;

/** How long somebody has been looking whether data come. */
export interface Watch {
  /** Since when, short stops left aside: silence of which nothing older is known counts from here. */
  readonly since: number;
  readonly startedAt: number;
  /** Until when what came while nothing ran may still be on its way. */
  readonly quietUntil: number;
}

/** Whether what says nothing for longer than `ms` may do so because nothing ran. */
export const mayBeOnItsWay = ({ startedAt, quietUntil }: Watch, ms: number, now: number): boolean =>
  now < Math.min(quietUntil, startedAt + ms);

/**
 * The watch over data that do not come, kept over restarts: one that begins anew with each start would never say anything of a runtime
 * that is started often. What a stop left unread takes a few times as long as the stop to be read.
 */
export const createWatch = ({ store, clock }: Pick<Services, 'store' | 'clock'>) => {
  const startedAt = clock.now();
  let watch: Watch | undefined;
  let notedAt = -Infinity;

  const begin = async (): Promise<Watch> => {
    const before = (await store.read.recall(key)) as { readonly since: number; readonly at: number } | null;
    const stopMs = Math.max(0, startedAt - (before?.at ?? -Infinity));
    return {
      startedAt,
      since: before !== null && stopMs < longStopMs ? Math.min(before.since, startedAt) : startedAt,
      quietUntil: startedAt + Math.min(longStopMs, Math.max(minute, 3 * stopMs)),
    };
  };

  return async (now: number): Promise<Watch> => {
    watch ??= await begin();
    if (now - notedAt >= noteMs) {
      await store.write.remember([{ key, value: { since: watch.since, at: now } }]);
      notedAt = now;
    }
    return watch;
  };
};
