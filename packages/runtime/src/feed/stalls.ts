import type { PartitionEnds } from '@caudal/kafka';
import type { FeedPosition } from '../store/rows.ts';

/** A partition with records that are not stored although nothing hinders it. */
export interface Stall {
  readonly partition: number;
  readonly behind: number;
  readonly since: number;
  /** Who stored last; null when nobody has. */
  readonly holder: string | null;
  /** It ends before its position: the topic is another by now. */
  readonly anew: boolean;
}

/** What was found by looking once. */
export interface Look {
  readonly lag: ReadonlyMap<number, number>;
  readonly stalls: readonly Stall[];
  /** Partitions with records that have moved, or have none: those of which it is known that they do not stand still. */
  readonly well: ReadonlySet<number>;
}

/** Looks whether positions move. Pure but for what it remembers: when each last did. */
export const createStallWatch = (stallMs: number) => {
  const seen = new Map<number, { readonly next: number; readonly at: number }>();
  return {
    /** Kafka was away: what moved nowhere meanwhile has all its time from now on. */
    interrupted: () => seen.clear(),
    /** @param held whether nothing is stored on purpose: then nothing stands still */
    look(
      ends: ReadonlyMap<number, PartitionEnds>,
      positions: readonly FeedPosition[],
      now: number,
      held: boolean,
    ): Look {
      const stored = new Map(positions.map((row) => [row.partition, row]));
      const lag = new Map<number, number>();
      const stalls: Stall[] = [];
      const well = new Set<number>();
      for (const [partition, { first, end }] of ends) {
        const row = stored.get(partition);
        const next = row?.next ?? first;
        const behind = end - Math.max(next, first);
        lag.set(partition, Math.max(0, behind));
        const before = seen.get(partition);
        if (behind === 0 || held || before?.next !== next) {
          if (behind === 0 || held || before !== undefined) well.add(partition);
          seen.set(partition, { next, at: now });
          continue;
        }
        if (now - before.at >= stallMs)
          stalls.push({ partition, behind, since: before.at, holder: row?.holder ?? null, anew: behind < 0 });
      }
      return { lag, stalls, well };
    },
  };
};
