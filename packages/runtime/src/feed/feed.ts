import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Bus, NewTopic } from '@caudal/kafka';
import { CaudalError, type SecretResolver, toCaudalError } from '@caudal/core';
import type { RuntimeOptions } from '../config/options.ts';
import type { NewRaw } from '../store/rows.ts';
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
   * Resolves when all in-sync replicas have the rows.
   *
   * @throws CaudalError kind `transient` of the whole instance: what is to be kept can not be kept
   */
  publish(rows: readonly NewRaw[]): Promise<void>;
  /** The bus with its topics there and as they should be. @throws CaudalError that says what is missing or wrong */
  bus(): Promise<Bus>;
  /** Whether the broker answers; ends being down when it does. */
  probe(): Promise<void>;
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
export const createFeed = (
  options: KafkaOptions,
  secret: SecretResolver,
  onLog: (level: 'warn' | 'error', message: string) => void,
): Feed => {
  const holder = `caudal-${hostname()}-${process.pid}`;
  let opening: Promise<Bus> | undefined;
  let ready: Promise<Bus> | undefined;
  let down: string | null = null;

  const open = async (): Promise<Bus> => {
    const { openBus } = await kafkaPackage();
    const { sasl, tls } = options;
    return openBus(options.client, {
      brokers: options.brokers,
      clientId: holder,
      requestTimeoutMs: options.requestTimeoutMs,
      onLog,
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

  return {
    options,
    holder,
    get down() {
      return down;
    },
    stalled: [],
    fits: (row) => bytesOf(toRecord(row)) <= options.maxRecordBytes,
    async publish(rows) {
      try {
        await (await bus()).publish(options.topic, rows.map(toRecord));
        down = null;
      } catch (thrown) {
        const cause = toCaudalError(thrown);
        down = cause.message;
        throw new CaudalError('transient', `${away}: ${cause.message}`, { cause });
      }
    },
    bus,
    async probe() {
      try {
        await (await bus()).ends(options.topic);
        down = null;
      } catch (thrown) {
        down = toCaudalError(thrown).message;
        throw thrown;
      }
    },
    async close() {
      await opening?.then((one) => one.close()).catch(() => undefined);
    },
  };
};
