import { CaudalError } from '@caudal/core';
import { type Feed } from '../feed/feed.ts';
import { fromDead } from '../feed/record.ts';
import { deadRule, deadSubject } from '../feed/store-batch.ts';
import type { Services } from '../services.ts';

/** How the partitions of the topic of raw records stand, and what waits to be requeued. */
export interface KafkaStatus {
  readonly topic: string;
  readonly down: string | null;
  readonly stalled: readonly string[];
  readonly partitions: readonly {
    readonly partition: number;
    /** Offset of the first record that is not stored; null when none ever was. */
    readonly next: number | null;
    readonly behind: number;
    readonly holder: string | null;
    readonly at: number | null;
  }[];
  /** Records that could not be read and were not requeued. */
  readonly dead: number;
}

const feedOf = ({ feed }: Services): Feed => {
  if (feed !== undefined) return feed;
  throw new CaudalError('config', 'there is no kafka in the configuration', { sent: 'no', scope: 'item' });
};

/** Partitions of a topic with what of each was not taken yet. */
const standing = async ({ store }: Services, feed: Feed, topic: string) => {
  const ends = await (await feed.bus()).ends(topic);
  const rows = new Map((await store.read.feedPositions(topic)).map((row) => [row.partition, row]));
  return [...ends]
    .toSorted(([a], [b]) => a - b)
    .map(([partition, { first, end }]) => {
      const row = rows.get(partition);
      const from = Math.max(first, row?.next ?? first);
      return { partition, next: row?.next ?? null, from, end, behind: Math.max(0, end - from), row };
    });
};

export const kafkaStatus = async (services: Services): Promise<KafkaStatus> => {
  const feed = feedOf(services);
  const { topic, deadTopic } = feed.options;
  const partitions = await standing(services, feed, topic);
  const dead = await standing(services, feed, deadTopic);
  return {
    topic,
    down: feed.down,
    stalled: feed.stalled,
    partitions: partitions.map(({ partition, next, behind, row }) => ({
      partition,
      next,
      behind,
      holder: row?.holder ?? null,
      at: row?.at ?? null,
    })),
    dead: dead.reduce((sum, { behind }) => sum + behind, 0),
  };
};

/**
 * Puts everything that was set aside until now back into the topic of raw records, once. What still can not be read is set aside anew. Audited.
 * A record that was put back and whose position was not noted goes a second time and is recognised by its id.
 */
export const kafkaRequeue = async (
  services: Services,
  { because }: { readonly because: string },
  actor: string,
): Promise<{ requeued: number }> => {
  const feed = feedOf(services);
  if (because.trim() === '')
    throw new CaudalError('config', 'say why: it is kept in the audit', { sent: 'no', scope: 'item' });
  const { store, clock } = services;
  const { topic, deadTopic, group, sessionSeconds } = feed.options;
  const bus = await feed.bus();
  const waiting = new Map((await standing(services, feed, deadTopic)).map((one) => [one.partition, one]));
  const positions = new Map([...waiting].map(([partition, { next }]) => [partition, next]));
  const open = new Set([...waiting.values()].filter(({ behind }) => behind > 0).map(({ partition }) => partition));
  let requeued = 0;
  if (open.size > 0) {
    const done = Promise.withResolvers<void>();
    const consumption = await bus.consume({
      group: `${group}.requeue`,
      topics: [deadTopic],
      sessionTimeoutMs: sessionSeconds * 1000,
      async handle(batch) {
        const { partition, records } = batch;
        const from = waiting.get(partition)?.from ?? 0;
        const end = waiting.get(partition)?.end ?? 0;
        const at = Math.max(from, positions.get(partition) ?? from);
        const first = records[0]?.offset ?? 0;
        if (!open.has(partition) || first > at) return at;
        const due = records.filter(({ offset }) => offset >= at && offset < end);
        const to = Math.min(end, (records.at(-1)?.offset ?? 0) + 1);
        if (batch.stale()) return at;
        if (due.length > 0) await bus.publish(topic, due.map(fromDead));
        await store.write.appendRaw([], {
          feed: { topic: deadTopic, partition, from: positions.get(partition) ?? null, to, holder: feed.holder },
        });
        positions.set(partition, to);
        requeued += due.length;
        if (to >= end) open.delete(partition);
        if (open.size === 0) done.resolve();
        return to;
      },
    });
    try {
      await Promise.race([done.promise, consumption.ended]);
    } finally {
      await consumption.stop();
    }
  }
  await store.write.audit([
    {
      at: clock.now(),
      actor,
      act: `requeued ${requeued} records of ${deadTopic}: ${because}`,
      subject: topic,
      hash: null,
    },
  ]);
  await store.write.changeAlerts({
    open: [],
    close: [{ rule: deadRule, subject: deadSubject(deadTopic), at: clock.now() }],
  });
  return { requeued };
};
