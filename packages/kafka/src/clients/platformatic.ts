import {
  Admin,
  type BaseOptions,
  ConfigResourceTypes,
  Consumer,
  ListOffsetTimestamps,
  type Message,
  Producer,
} from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, BusOptions, BusRecord, ConsumeOptions, Consumption, TopicPartition } from '../bus.ts';
import { toBusError } from '../errors.ts';
import { unlessGivenUp } from '../given-up.ts';
import { partitionOf } from '../partition.ts';

const optionsOf = ({ brokers, clientId, sasl, tls, ...options }: BusOptions): BaseOptions => ({
  clientId,
  bootstrapBrokers: [...brokers],
  ...(sasl === undefined ? {} : { sasl }),
  ...(tls === undefined ? {} : { tls }),
  connectTimeout: options.connectTimeoutMs ?? 10_000,
  requestTimeout: options.requestTimeoutMs ?? 30_000,
  retries: 2,
  retryDelay: 300,
  autocreateTopics: false,
});

const recordOf = ({ offset, key, value, headers }: Message): BusRecord => ({
  offset: Number(offset),
  key: key ?? Buffer.alloc(0),
  value: value ?? Buffer.alloc(0),
  headers: Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)])),
});

/** Messages of one partition that are handled at once. */
const batchMessages = 500;

const consumeWith = async (
  base: BaseOptions,
  { signal, ...options }: ConsumeOptions & { readonly signal: AbortSignal },
): Promise<Consumption> => {
  const sessionTimeout = options.sessionTimeoutMs ?? 30_000;
  const retryMs = options.retryMs ?? 1_000;
  const consumer = new Consumer({
    ...base,
    groupId: options.group,
    sessionTimeout,
    rebalanceTimeout: 2 * sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 10),
    highWaterMark: 2 * batchMessages,
    maxBytesPerPartition: options.maxBatchBytes ?? 1_048_576,
    maxWaitTime: 500,
    autocommit: false,
  });
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);
  const stopped = new AbortController();
  let rebalancing = true;
  let gate: PromiseWithResolvers<void> | undefined;

  const assigned = (): readonly TopicPartition[] =>
    rebalancing
      ? []
      : (consumer.assignments ?? []).flatMap(({ topic, partitions }) =>
          partitions.map((partition) => ({ topic, partition })),
        );
  consumer.on('consumer:group:join', () => {
    rebalancing = false;
    options.onAssigned?.(assigned());
  });
  consumer.on('consumer:group:rebalance', () => {
    rebalancing = true;
  });

  const open = () =>
    consumer.consume({ topics: [...options.topics], mode: 'committed', fallbackMode: 'earliest', autocommit: false });
  type Stream = Awaited<ReturnType<typeof open>>;

  /**
   * Takes all that has come, at most so many; nothing when the stream is over. Its listeners stay for its life: a stream without a listener for
   * a moment takes no more from the broker.
   */
  const taker = (stream: Stream) => {
    let came = Promise.withResolvers<void>();
    const wake = () => came.resolve();
    for (const event of ['readable', 'end', 'close', 'error'] as const) stream.on(event as 'readable', wake);
    stopped.signal.addEventListener('abort', wake);
    return async (): Promise<readonly Message[]> => {
      for (;;) {
        came = Promise.withResolvers<void>();
        const messages: Message[] = [];
        while (messages.length < batchMessages) {
          const message = stream.read() as Message | null;
          if (message === null) break;
          messages.push(message);
        }
        if (messages.length > 0 || stream.destroyed || stream.readableEnded || stopped.signal.aborted) return messages;
        await came.promise;
      }
    };
  };

  /** Handles what came of one partition. Answers whether the stream is where it should be. */
  const handle = async (messages: readonly Message[]): Promise<boolean> => {
    const [first] = messages as readonly [Message];
    const { topic, partition } = first;
    const generation = consumer.generationId;
    const stale = () =>
      stopped.signal.aborted ||
      consumer.generationId !== generation ||
      !assigned().some((one) => one.topic === topic && one.partition === partition);
    if (stale()) return true;
    const last = messages.at(-1) as Message;
    let next: number;
    try {
      next = await options.handle({ topic, partition, records: messages.map(recordOf), stale });
    } catch {
      await sleep(retryMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      next = Number(first.offset);
    }
    if (stale()) return true;
    await consumer
      .commit({ offsets: [{ topic, partition, offset: BigInt(next), leaderEpoch: last.leaderEpoch }] })
      .catch(() => undefined);
    return next === Number(last.offset) + 1;
  };

  const follow = async (stream: Stream): Promise<void> => {
    let broken: unknown;
    stream.on('error', (thrown) => {
      broken = thrown;
    });
    const take = taker(stream);
    for (;;) {
      const messages = await take();
      if (stopped.signal.aborted) return;
      if (messages.length === 0) throw broken ?? new Error('the stream ended');
      await gate?.promise;
      for (const own of Map.groupBy(messages, ({ topic, partition }) => `${topic} ${partition}`).values())
        if (!(await handle(own))) return;
    }
  };

  const loop = async (first: Stream) => {
    let stream = first;
    while (!stopped.signal.aborted) {
      await follow(stream);
      // It has read past what was wanted: the next begins at what is committed.
      await stream.close();
      if (!stopped.signal.aborted) stream = await open();
    }
    await stream.close();
  };

  let running: Promise<void> | undefined;
  const stop = async () => {
    stopped.abort();
    gate?.resolve();
    await running;
    await consumer.close(true).catch(() => undefined);
  };
  const begin = async () => {
    const stream = await open();
    if (signal.aborted) return;
    rebalancing = false;
    running = loop(stream).then(ended.resolve, (thrown: unknown) => {
      rebalancing = true;
      if (stopped.signal.aborted) ended.resolve();
      else ended.reject(toBusError(thrown, 'consuming'));
    });
  };
  try {
    await unlessGivenUp(signal, begin, async () => consumer.close(true).catch(() => undefined));
  } catch (thrown) {
    throw toBusError(thrown, 'joining the group');
  }
  let stopping: Promise<void> | undefined;
  return {
    get assigned() {
      return assigned();
    },
    pause() {
      gate ??= Promise.withResolvers<void>();
    },
    resume() {
      gate?.resolve();
      gate = undefined;
    },
    ended: ended.promise,
    stop: () => (stopping ??= stop()),
  };
};

/** A bus on @platformatic/kafka 2. */
export const openPlatformatic = (options: BusOptions): Bus => {
  const base = optionsOf(options);
  const admin = new Admin(base);
  const producer = new Producer<string, Buffer, string, string>({
    ...base,
    acks: -1,
    serializers: {
      key: (key) => (key === undefined ? undefined : Buffer.from(key)),
      value: (value) => value,
      headerKey: (name) => (name === undefined ? undefined : Buffer.from(name)),
      headerValue: (text) => (text === undefined ? undefined : Buffer.from(text)),
    },
  });
  const consumptions = new Set<Consumption>();
  const over = new AbortController();
  let closing: Promise<void> | undefined;
  const asked = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw toBusError(thrown, doing);
    }
  };
  const partitionsOf = async (topic: string) =>
    (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)?.partitions ?? [];
  return {
    describe: (topic) =>
      asked(`looking at topic ${topic}`, async () => {
        if (!(await admin.listTopics({ includeInternals: false })).includes(topic)) return null;
        const partitions = await partitionsOf(topic);
        const [description] = await admin.describeConfigs({
          resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }],
        });
        return {
          partitions: partitions.length,
          replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
          settings: Object.fromEntries((description?.configs ?? []).map(({ name, value }) => [name, value ?? ''])),
        };
      }),
    create: ({ topic, partitions, replicas, settings }) =>
      asked(`creating topic ${topic}`, async () => {
        await admin.createTopics({
          topics: [topic],
          partitions,
          replicas,
          configs: Object.entries(settings).map(([name, value]) => ({ name, value })),
        });
      }),
    ends: (topic) =>
      asked(`asking for the ends of topic ${topic}`, async () => {
        const indexes = (await partitionsOf(topic)).map((_, index) => index);
        const at = async (timestamp: bigint) => {
          const [listed] = await admin.listOffsets({
            topics: [{ name: topic, partitions: indexes.map((partitionIndex) => ({ partitionIndex, timestamp })) }],
          });
          return new Map(
            (listed?.partitions ?? []).map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]),
          );
        };
        const first = await at(ListOffsetTimestamps.EARLIEST);
        const end = await at(ListOffsetTimestamps.LATEST);
        return new Map(indexes.map((index) => [index, { first: first.get(index) ?? 0, end: end.get(index) ?? 0 }]));
      }),
    publish: (topic, records) =>
      asked(`publishing to ${topic}`, async () => {
        // Its partitioner may be asked before the number of partitions is known, so the partition is named here.
        const known = (await producer.metadata({ topics: [topic] })).topics.get(topic);
        if (known === undefined) throw new Error(`there is no topic ${topic}`);
        await producer.send({
          messages: records.map(({ key, value, headers }) => ({
            topic,
            partition: partitionOf(key, known.partitionsCount),
            key,
            value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
            ...(headers === undefined ? {} : { headers }),
          })),
        });
      }),
    async consume(wanted) {
      const signal = AbortSignal.any([over.signal, ...(wanted.signal === undefined ? [] : [wanted.signal])]);
      const consumption = await consumeWith(base, { ...wanted, signal });
      consumptions.add(consumption);
      void consumption.ended.catch(() => undefined).then(() => consumptions.delete(consumption));
      return consumption;
    },
    close: () =>
      (closing ??= (async () => {
        over.abort();
        await Promise.all([...consumptions].map((one) => one.stop()));
        await Promise.all([producer.close(true), admin.close()].map((one) => one.catch(() => undefined)));
      })()),
  };
};
