import { performance } from 'node:perf_hooks';
import { type Bus, ensureTopic, type NewRecord } from '@caudal/kafka';

/** Of one request, as the runtime publishes at most. */
const batch = 500;

/**
 * Seconds in which bare brokers take the same records and give them back: published one request after the other with all acknowledgements, and consumed
 * meanwhile by one member of a group.
 */
export const secondsOfBareKafka = async (
  bus: Bus,
  topic: { readonly topic: string; readonly partitions: number },
  records: readonly NewRecord[],
): Promise<number> => {
  await ensureTopic(bus, { ...topic, replicas: 1, settings: {} }, true);
  let consumed = 0;
  const all = Promise.withResolvers<void>();
  const assigned = Promise.withResolvers<void>();
  const reader = await bus.consume({
    group: topic.topic,
    topics: [topic.topic],
    onAssigned: () => assigned.resolve(),
    handle({ records: got }) {
      consumed += got.length;
      if (consumed >= records.length) all.resolve();
      return Promise.resolve((got.at(-1)?.offset ?? 0) + 1);
    },
  });
  if (reader.assigned.length === 0) await assigned.promise;
  const began = performance.now();
  for (let at = 0; at < records.length; at += batch) await bus.publish(topic.topic, records.slice(at, at + batch));
  await all.promise;
  const taken = performance.now() - began;
  await reader.stop();
  return taken / 1000;
};
