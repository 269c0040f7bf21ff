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

export const readKafka = async (brokers: readonly string[], topics: readonly string[]): Promise<Reader> => {
  const messages: PublishedMessage[] = [];
  const bus = await openBus('kafkajs', { brokers, clientId: 'reader', requestTimeoutMs: 3_000 });
  let closed = false;
  const over = new AbortController();
  const following = (async () => {
    const next = new Map<string, number>();
    while (!closed) {
      try {
        const member = await bus.consume({
          group: 'reader',
          topics,
          sessionTimeoutMs: 6_000,
          signal: over.signal,
          handle: async ({ topic, partition, records }) => {
            const place = `${topic} ${partition}`;
            const from = next.get(place) ?? 0;
            for (const { offset, value } of records)
              if (offset >= from) messages.push(JSON.parse(value.toString()) as PublishedMessage);
            const to = Math.max(from, (records.at(-1)?.offset ?? -1) + 1);
            next.set(place, to);
            return to;
          },
        });
        await member.ended;
      } catch {
        if (!closed) await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  })();
  return {
    messages,
    async close() {
      closed = true;
      over.abort();
      await bus.close();
      await following;
    },
  };
};
