import { openBus } from '@caudal/kafka';
import { connectAsync } from 'mqtt';
import type { PublishedMessage } from '@caudal/runtime';

/** Another system that reads what was published. */
export interface Reader {
  readonly messages: readonly PublishedMessage[];
  close(): Promise<void>;
}

/** The session lasts: what comes while nobody reads is kept by the broker. It comes back when the broker does. */
export const readMqtt = async (url: string, topic: string): Promise<Reader> => {
  const messages: PublishedMessage[] = [];
  const client = await connectAsync(url, { clientId: 'reader', clean: false, reconnectPeriod: 100 });
  client.on('error', () => undefined);
  client.on('message', (_topic, body) => messages.push(JSON.parse(body.toString()) as PublishedMessage));
  await client.subscribeAsync(topic, { qos: 1 });
  return { messages, close: () => client.endAsync(true) };
};

/** Takes each topic from when it is there: a group that joins before gets no partition of it for minutes. */
export const readKafka = async (brokers: readonly string[], topics: readonly string[]): Promise<Reader> => {
  const messages: PublishedMessage[] = [];
  const bus = await openBus('kafkajs', { brokers, clientId: 'reader', requestTimeoutMs: 3_000 });
  const over = new AbortController();
  const follow = async (topic: string) => {
    const next = new Map<number, number>();
    while (!over.signal.aborted) {
      try {
        if ((await bus.describe(topic)) === null) throw new Error(`${topic} is not there yet`);
        const member = await bus.consume({
          group: `reader of ${topic}`,
          topics: [topic],
          sessionTimeoutMs: 6_000,
          signal: over.signal,
          handle: async ({ partition, records }) => {
            const from = next.get(partition) ?? 0;
            for (const { offset, value } of records)
              if (offset >= from) messages.push(JSON.parse(value.toString()) as PublishedMessage);
            const to = Math.max(from, (records.at(-1)?.offset ?? -1) + 1);
            next.set(partition, to);
            return to;
          },
        });
        await member.ended;
      } catch {
        if (!over.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };
  const following = topics.map(follow);
  return {
    messages,
    async close() {
      over.abort();
      await bus.close();
      await Promise.all(following);
    },
  };
};
