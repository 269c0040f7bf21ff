import type { Bus } from '@caudal/kafka';
import { until } from './until.ts';
import type { Published } from './judge.ts';

/** All that lies in a topic, by partition. */
export const readTopic = async (bus: Bus, topic: string): Promise<ReadonlyMap<number, readonly Published[]>> => {
  const ends = await bus.ends(topic);
  const found = new Map([...ends.keys()].map((partition): [number, Published[]] => [partition, []]));
  const next = new Map([...ends].map(([partition, { first }]) => [partition, first]));
  const reader = await bus.consume({
    group: `${topic}-judge`,
    topics: [topic],
    handle({ partition, records }) {
      for (const { offset, value, headers } of records) {
        if (offset < (next.get(partition) ?? 0)) continue;
        const { id, envelope } = JSON.parse(headers['caudal-raw'] ?? '') as {
          readonly id: string;
          readonly envelope: { readonly channel: string };
        };
        found.get(partition)?.push({ id, offset, channel: envelope.channel, body: value.toString() });
        next.set(partition, offset + 1);
      }
      return Promise.resolve((records.at(-1)?.offset ?? 0) + 1);
    },
  });
  await until(() => [...ends].every(([partition, { end }]) => (next.get(partition) ?? 0) >= end));
  await reader.stop();
  return found;
};
