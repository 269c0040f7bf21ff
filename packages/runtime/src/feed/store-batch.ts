import type { Bus, RecordBatch } from '@caudal/kafka';
import { toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { NewRaw } from '../store/rows.ts';
import type { Feed } from './feed.ts';
import { fromRecord, toDead } from './record.ts';

/** The alert about records that were set aside. */
export const deadRule = 'kafka.dead';
export const deadSubject = (deadTopic: string): string => `kafka:${deadTopic}`;

/** Stores batches with their position in one transaction. What is in the database is the truth; the broker's offsets are not asked. */
export interface BatchStore {
  /** Answers the offset to go on from. @throws when nothing was stored */
  take(batch: RecordBatch): Promise<number>;
  /** Forget what is known of positions: partitions were given out anew. */
  forget(): void;
}

export const createBatchStore = (services: Services, feed: Feed, bus: Bus): BatchStore => {
  const { store, metrics, clock } = services;
  const log = services.log.stream('telemetry', { stage: 'feed' });
  /** As this process left them or found them. */
  const positions = new Map<number, number | null>();
  /** Where a partition was sent back to: what is missing there a second time is gone. */
  const sought = new Map<number, number>();

  const positionOf = async (topic: string, partition: number): Promise<number | null> => {
    const known = positions.get(partition);
    if (known !== undefined) return known;
    for (const row of await store.read.feedPositions(topic)) positions.set(row.partition, row.next);
    const found = positions.get(partition) ?? null;
    positions.set(partition, found);
    return found;
  };

  const tellGap = async (topic: string, partition: number, from: number, to: number) => {
    const reason = `records ${from} to ${to - 1} of partition ${partition} of ${topic} are gone from the broker and were never stored`;
    log.error({ topic, partition, from, to }, reason);
    metrics.add('caudal_kafka_gone_total', {}, to - from);
    await store.write.changeAlerts({
      open: [
        {
          event: 'system',
          rule: 'kafka.gone',
          subject: `kafka:${topic}/${partition}`,
          point: null,
          severity: 'critical',
          openedAt: clock.now(),
          facts: { reason },
        },
      ],
      close: [],
    });
  };

  const tellDead = async (reason: string) => {
    await store.write.changeAlerts({
      open: [
        {
          event: 'system',
          rule: deadRule,
          subject: deadSubject(feed.options.deadTopic),
          point: null,
          severity: 'warning',
          openedAt: clock.now(),
          facts: { reason },
        },
      ],
      close: [],
    });
    services.wake('notify');
  };

  const storeFrom = async (batch: RecordBatch, from: number | null): Promise<number> => {
    const { topic, partition, records } = batch;
    const to = (records.at(-1)?.offset ?? 0) + 1;
    const rows: NewRaw[] = [];
    for (const record of records) {
      if (from !== null && record.offset < from) continue;
      try {
        rows.push(fromRecord(record));
      } catch (thrown) {
        const { message: reason } = toCaudalError(thrown);
        log.warn({ topic, partition, offset: record.offset }, `set aside: ${reason}`);
        await bus.publish(feed.options.deadTopic, [toDead(record, { topic, partition, reason, at: clock.now() })]);
        metrics.add('caudal_kafka_dead_total');
        await tellDead(reason);
      }
    }
    if (batch.stale()) return to;
    const { stored, repeated } = await store.write.appendRaw(rows, {
      feed: { topic, partition, from, to, holder: feed.holder },
    });
    positions.set(partition, to);
    sought.delete(partition);
    for (const [instance, own] of Map.groupBy(rows, (row) => row.instance)) {
      const ids = new Set(own.map(({ id }) => id));
      const again = repeated.filter((id) => ids.has(id)).length;
      metrics.add('caudal_raw_stored_total', { instance }, own.length - again);
      metrics.add('caudal_raw_repeated_total', { instance }, again);
      services.events.emit('raw', { instance, stored: own.length - again, repeated: again });
    }
    if (stored.length > 0) services.wake('process');
    return to;
  };

  return {
    async take(batch) {
      const { topic, partition, records } = batch;
      try {
        const from = await positionOf(topic, partition);
        const first = records[0]?.offset ?? 0;
        const end = (records.at(-1)?.offset ?? 0) + 1;
        if (from !== null && end <= from) return from;
        if (from !== null && first > from) {
          if (sought.get(partition) !== from) {
            sought.set(partition, from);
            return from;
          }
          await tellGap(topic, partition, from, first);
        }
        return await storeFrom(batch, from);
      } catch (thrown) {
        // Somebody else may have moved it: it is asked for again.
        positions.delete(partition);
        log.warn({ error: toCaudalError(thrown), topic, partition }, 'records could not be stored; they come again');
        throw thrown;
      }
    },
    forget() {
      positions.clear();
      sought.clear();
    },
  };
};
