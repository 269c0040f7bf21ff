import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import { away } from './feed.ts';

const everyMs = 250;

/**
 * Resolves when all that was published until now is in the database; at once without Kafka. Whoever notes that a vendor was asked says that its answer
 * is on disk, and slots are decided on that.
 *
 * @param signal aborted when this instance collects no more: whoever stores may have stopped before
 * @throws CaudalError kind `transient` when it takes longer than a request may: then it is not noted, and is asked again
 */
export const settled = async (
  { feed, store, clock, options }: Pick<Services, 'feed' | 'store' | 'clock' | 'options'>,
  signal: AbortSignal,
): Promise<void> => {
  if (feed === undefined) return;
  const { topic } = feed.options;
  const ends = await feed.ends();
  const giveUp = clock.now() + options.collect.requestTimeoutMs;
  for (;;) {
    const next = new Map((await store.read.feedPositions(topic)).map((row) => [row.partition, row.next]));
    if ([...ends].every(([partition, { first, end }]) => end === first || (next.get(partition) ?? 0) >= end)) return;
    if (clock.now() >= giveUp || signal.aborted)
      throw new CaudalError('transient', `${away}: what was read is not in the database yet`, { sent: 'no' });
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
};
