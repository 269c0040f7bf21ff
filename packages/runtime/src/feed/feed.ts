import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Bus, NewTopic, PartitionEnds } from '@caudal/kafka';
import { CaudalError, type Clock, type Logger, type SecretResolver, toCaudalError } from '@caudal/core';
import type { RuntimeOptions } from '../config/options.ts';
import type { NewRaw } from '../store/rows.ts';
import { createOutage } from './outage.ts';
import { createPublisher } from './publisher.ts';
import { bytesOf, toRecord } from './record.ts';

export type KafkaOptions = NonNullable<RuntimeOptions['kafka']>;

/** Raw records on their way through Kafka, as the other stages see it. */
export interface Feed {
  readonly options: KafkaOptions;
  /** Names this process in the broker's logs and beside the positions it stores. */
  readonly holder: string;
  /** Why nothing can be published; null while it can. Nothing is asked of vendors then. */
  readonly down: string | null;
  /** Partitions that stand still, each as a sentence. */
  stalled: readonly string[];
  /** Whether a record of this size is taken; a larger one is stored at once. */
  fits(row: NewRaw): boolean;
  /**
   * Resolves when all in-sync replicas have the rows. Those of one device keep the order in which they were given.
   *
   * @throws CaudalError kind `transient` of the whole instance: what is to be kept can not be kept
   */
  publish(rows: readonly NewRaw[]): Promise<void>;
  /** The bus with its topics there and as they should be. @throws CaudalError that says what is missing or wrong */
  bus(): Promise<Bus>;
  /**
   * Ends of the topic's partitions. Also how it is found out that Kafka takes records again.
   *
   * @throws as `publish`
   */
  ends(): Promise<ReadonlyMap<number, PartitionEnds>>;
  close(): Promise<void>;
}

/** How messages begin when the broker takes nothing: no fault of whoever sent the record. */
export const away = 'Kafka takes no records';

export const isFeedTrouble = (error: unknown): boolean => error instanceof Error && error.message.startsWith(away);

const topicsOf = (options: KafkaOptions): readonly NewTopic[] =>
  [options.topic, options.deadTopic].map((topic) => ({
    topic,
    partitions: options.partitions,
    replicas: options.replicas,
    settings: {
      'cleanup.policy': 'delete',
      'retention.ms': String(options.retentionHours * 3_600_000),
      'retention.bytes': '-1',
      'min.insync.replicas': String(options.minInSyncReplicas),
      'max.message.bytes': String(options.maxRecordBytes),
      'unclean.leader.election.enable': 'false',
      'message.timestamp.type': 'CreateTime',
    },
  }));

const kafkaPackage = async () => {
  try {
    return await import('@caudal/kafka');
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw new CaudalError('config', '@caudal/kafka is not installed: npm install @caudal/kafka', { sent: 'no' });
  }
};

/** Opens nothing before something is published or asked. */
export const createFeed = (options: KafkaOptions, secret: SecretResolver, clock: Clock, log: Logger): Feed => {
  const holder = `caudal-${hostname()}-${process.pid}`;
  let opening: Promise<Bus> | undefined;
  let ready: Promise<Bus> | undefined;
  const outage = createOutage(clock, log);
  let closed = false;

  const open = async (): Promise<Bus> => {
    const { openBus } = await kafkaPackage();
    const { sasl, tls } = options;
    return openBus(options.client, {
      brokers: options.brokers,
      clientId: holder,
      requestTimeoutMs: options.requestTimeoutMs,
      // What the library has to say of an outage it says at every try; what it calls an error is mended here, or told as an outage.
      onLog: (_level, message) => outage.reason === null && log.warn({}, message),
      ...(sasl === undefined
        ? {}
        : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: await secret(sasl.password) } }),
      ...(tls === undefined
        ? {}
        : {
            tls: {
              ...(tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile, 'utf8') }),
              ...(tls.certFile === undefined ? {} : { cert: readFileSync(tls.certFile, 'utf8') }),
              ...(tls.key === undefined ? {} : { key: await secret(tls.key) }),
            },
          }),
    });
  };
  const prepare = async (): Promise<Bus> => {
    const { ensureTopic } = await kafkaPackage();
    opening ??= open();
    try {
      const bus = await opening;
      for (const topic of topicsOf(options)) await ensureTopic(bus, topic, options.createTopics);
      return bus;
    } catch (thrown) {
      // A password or a certificate may be another by then.
      const failed = opening;
      opening = undefined;
      void failed?.then((bus) => bus.close()).catch(() => undefined);
      throw thrown;
    }
  };
  const bus = async (): Promise<Bus> => {
    ready ??= prepare();
    try {
      return await ready;
    } catch (thrown) {
      ready = undefined;
      throw thrown;
    }
  };

  /** @param records that are refused when it fails */
  const watched = async <T>(records: number, work: () => Promise<T>): Promise<T> => {
    try {
      const answer = await work();
      outage.worked();
      return answer;
    } catch (thrown) {
      const cause = toCaudalError(thrown);
      // What is under way when it is closed fails, and is no outage.
      if (!closed) outage.failed(cause, records);
      throw new CaudalError('transient', `${away}: ${cause.message}`, { cause });
    }
  };
  const publish = createPublisher(
    async (records) => (await bus()).publish(options.topic, records),
    options.maxRecordBytes,
    ({ kind }) => kind === 'rejected',
  );

  return {
    options,
    holder,
    get down() {
      return outage.reason;
    },
    stalled: [],
    fits: (row) => bytesOf(toRecord(row)) <= options.maxRecordBytes,
    publish: (rows) => watched(rows.length, () => publish(rows.map(toRecord))),
    bus,
    ends: () => watched(0, async () => (await bus()).ends(options.topic)),
    async close() {
      closed = true;
      await opening?.then((one) => one.close()).catch(() => undefined);
    },
  };
};
