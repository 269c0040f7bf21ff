import kafkajs, { type Admin, type Batch, type Consumer, type Kafka, type KafkaConfig, type Producer } from 'kafkajs';
import type { Bus, BusOptions, BusRecord, ConsumeOptions, Consumption, TopicPartition } from '../bus.ts';
import { toBusError } from '../errors.ts';
import { unlessGivenUp } from '../given-up.ts';
import { partitionOf } from '../partition.ts';
import { quietQueue } from './quiet-queue.ts';

// CommonJS whose names Node does not find.
const { ConfigResourceTypes, logLevel, PartitionAssigners } = kafkajs;

const mechanisms = { PLAIN: 'plain', 'SCRAM-SHA-256': 'scram-sha-256', 'SCRAM-SHA-512': 'scram-sha-512' } as const;

const configOf = ({ brokers, clientId, sasl, tls, onLog, ...options }: BusOptions): KafkaConfig => ({
  brokers: [...brokers],
  clientId,
  ...(tls === undefined ? {} : { ssl: tls }),
  ...(sasl === undefined
    ? {}
    : {
        sasl: {
          mechanism: mechanisms[sasl.mechanism],
          username: sasl.username,
          password: sasl.password,
        } as NonNullable<KafkaConfig['sasl']>,
      }),
  connectionTimeout: options.connectTimeoutMs ?? 10_000,
  requestTimeout: options.requestTimeoutMs ?? 30_000,
  // Two tries again: then the caller decides. Its default of five takes half a minute to say that a broker is away.
  retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 2_000 },
  logLevel: onLog === undefined ? logLevel.NOTHING : logLevel.WARN,
  logCreator:
    () =>
    ({ level, log }) =>
      onLog?.(
        level === logLevel.ERROR ? 'error' : 'warn',
        `${log.message}${log['error'] === undefined ? '' : `: ${String(log['error'])}`}`,
      ),
});

type Headers = Batch['messages'][number]['headers'];

const headersOf = (headers: Headers): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]),
  );

const recordOf = ({ offset, key, value, headers }: Batch['messages'][number]): BusRecord => ({
  offset: Number(offset),
  key: key ?? Buffer.alloc(0),
  value: value ?? Buffer.alloc(0),
  headers: headersOf(headers),
});

const consumeWith = async (
  kafka: Kafka,
  { signal, ...options }: ConsumeOptions & { readonly signal: AbortSignal },
): Promise<Consumption> => {
  const sessionTimeout = options.sessionTimeoutMs ?? 30_000;
  const retryMs = options.retryMs ?? 1_000;
  const consumer: Consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout,
    rebalanceTimeout: 2 * sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 10),
    maxBytesPerPartition: options.maxBatchBytes ?? 1_048_576,
    maxWaitTimeInMs: 500,
    partitionAssigners: [PartitionAssigners.roundRobin],
    allowAutoTopicCreation: false,
    // A broken consumer is made anew by its owner, who also looks at what it did.
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => false },
  });
  const ended = Promise.withResolvers<void>();
  // Nobody may be waiting for it yet.
  ended.promise.catch(() => undefined);
  const rests = new Set<NodeJS.Timeout>();
  const topics = options.topics.map((topic) => ({ topic }));
  let assigned: readonly TopicPartition[] = [];
  let paused = false;
  let stopping: Promise<void> | undefined;

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    options.onAssigned?.(assigned);
  });
  consumer.on(consumer.events.REBALANCING, () => {
    assigned = [];
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    assigned = [];
    ended.reject(toBusError(payload.error, 'consuming'));
  });

  const run = () =>
    consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      async eachBatch(payload) {
        const { topic, partition, messages } = payload.batch;
        const over = () => payload.isStale() || !payload.isRunning();
        const [first] = messages;
        if (first === undefined || over() || paused) return;
        // Heartbeats are the handler's job here. One that fails is met again by the next fetch, which rejoins.
        const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), Math.ceil(sessionTimeout / 10));
        try {
          const next = await options.handle({
            topic,
            partition,
            records: messages.map(recordOf),
            stale: over,
          });
          if (over()) return;
          const last = (messages.at(-1) as typeof first).offset;
          if (next === Number(last) + 1) payload.resolveOffset(last);
          else consumer.seek({ topic, partition, offset: String(next) });
          await consumer.commitOffsets([{ topic, partition, offset: String(next) }]).catch(() => undefined);
        } catch {
          // Its owner knows why. Other partitions go on.
          if (over()) return;
          consumer.seek({ topic, partition, offset: first.offset });
          const resume = payload.pause();
          const rest = setTimeout(() => {
            rests.delete(rest);
            if (!paused) resume();
          }, retryMs);
          rests.add(rest);
        } finally {
          clearInterval(beat);
        }
        await payload.heartbeat();
      },
    });

  const end = async () => {
    for (const rest of rests) clearTimeout(rest);
    await consumer.disconnect().catch(() => undefined);
    assigned = [];
    ended.resolve();
  };
  const stop = () => (stopping ??= end());

  const begin = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    await run();
  };
  try {
    await unlessGivenUp(signal, begin, end);
  } catch (thrown) {
    throw toBusError(thrown, 'joining the group');
  }
  return {
    get assigned() {
      return assigned;
    },
    pause() {
      paused = true;
      consumer.pause(topics);
    },
    resume() {
      paused = false;
      consumer.resume(topics);
    },
    ended: ended.promise,
    stop,
  };
};

/** A bus on kafkajs 2. */
export const openKafkajs = (options: BusOptions): Bus => {
  quietQueue();
  const kafka = new kafkajs.Kafka(configOf(options));
  const consumptions = new Set<Consumption>();
  const over = new AbortController();
  let closing: Promise<void> | undefined;

  /** Connected at first use, and again after it failed. */
  const connected = <T extends Producer | Admin>(make: () => T): { get(): Promise<T>; close(): Promise<void> } => {
    let opening: Promise<T> | undefined;
    const connect = async () => {
      const one = make();
      await one.connect();
      return one;
    };
    return {
      async get() {
        opening ??= connect();
        try {
          return await opening;
        } catch (thrown) {
          opening = undefined;
          throw thrown;
        }
      },
      async close() {
        await opening?.then((one) => one.disconnect()).catch(() => undefined);
      },
    };
  };
  const admin = connected(() => kafka.admin());
  const producer = connected(() =>
    kafka.producer({
      allowAutoTopicCreation: false,
      // One request at a time to each broker: one that is tried again does not come after its successor.
      maxInFlightRequests: 1,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          partitionOf(String(message.key), partitionMetadata.length),
    }),
  );
  const asked = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw toBusError(thrown, doing);
    }
  };

  return {
    describe: (topic) =>
      asked(`looking at topic ${topic}`, async () => {
        const client = await admin.get();
        if (!(await client.listTopics()).includes(topic)) return null;
        const { topics } = await client.fetchTopicMetadata({ topics: [topic] });
        const { resources } = await client.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
        });
        const partitions = topics[0]?.partitions ?? [];
        return {
          partitions: partitions.length,
          replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
          settings: Object.fromEntries(
            (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]),
          ),
        };
      }),
    create: ({ topic, partitions, replicas, settings }) =>
      asked(`creating topic ${topic}`, async () => {
        await (
          await admin.get()
        ).createTopics({
          // It gives up at once when a broker has not heard of the topic yet.
          waitForLeaders: false,
          topics: [
            {
              topic,
              numPartitions: partitions,
              replicationFactor: replicas,
              configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
            },
          ],
        });
      }),
    ends: (topic) =>
      asked(`asking for the ends of topic ${topic}`, async () => {
        const offsets = await (await admin.get()).fetchTopicOffsets(topic);
        return new Map(
          offsets.map(({ partition, low, high }) => [partition, { first: Number(low), end: Number(high) }]),
        );
      }),
    publish: (topic, records) =>
      asked(`publishing to ${topic}`, async () => {
        await (
          await producer.get()
        ).send({
          topic,
          acks: -1,
          messages: records.map(({ key, value, headers }) => ({
            key,
            value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
            ...(headers === undefined ? {} : { headers }),
          })),
        });
      }),
    async consume(wanted) {
      const signal = AbortSignal.any([over.signal, ...(wanted.signal === undefined ? [] : [wanted.signal])]);
      const consumption = await consumeWith(kafka, { ...wanted, signal });
      consumptions.add(consumption);
      void consumption.ended.catch(() => undefined).then(() => consumptions.delete(consumption));
      return consumption;
    },
    close: () =>
      (closing ??= (async () => {
        over.abort();
        await Promise.all([...consumptions].map((one) => one.stop()));
        await Promise.all([producer.close(), admin.close()]);
      })()),
  };
};
