import {
  CaudalError,
  closedObject,
  configured,
  defineOutlet,
  type Host,
  type OutletInstance,
  type OutletMessage,
  type Plugin,
  schemaOf,
  SecretRef,
  type SecretReference,
  type Static,
  toCaudalError,
  Type,
} from '@caudal/core';
import manifest from '../package.json' with { type: 'json' };
import { type Bus, type NewRecord, saslMechanisms } from './bus.ts';
import { busClients, openBus } from './open.ts';

const secret = (description: string) => Type.Optional(Type.Unsafe<SecretReference>({ ...SecretRef, description }));
const Count = (value: number, description: string) => Type.Integer({ minimum: 1, default: value, description });

const Options = closedObject({
  brokers: Type.Array(Type.String({ description: 'host:port' }), {
    minItems: 1,
    description: 'Some brokers of the cluster.',
  }),
  client: Type.Enum([...busClients], {
    default: 'kafkajs',
    description: 'Client library; installed beside @caudal/kafka.',
  }),
  clientId: Type.String({ default: 'caudal-outlet', minLength: 1, description: "Name in the broker's logs." }),
  createTopics: Type.Boolean({ default: true, description: 'Create topics that are not there.' }),
  partitions: Count(12, 'Of a topic that is created.'),
  replicas: Count(3, 'Copies of each partition of a topic that is created.'),
  minInSyncReplicas: Count(2, 'Of a topic that is created: copies that have a message before it counts as published.'),
  retentionHours: Count(168, 'Of a topic that is created: the broker keeps messages for so long.'),
  sasl: Type.Optional(
    closedObject({
      mechanism: Type.Enum([...saslMechanisms], { description: 'As the broker has it.' }),
      username: Type.String({ minLength: 1, description: 'Name at the broker.' }),
      password: SecretRef,
    }),
  ),
  tls: Type.Optional(
    closedObject({
      ca: secret("PEM of the broker's authority, by reference; default those of Node and of the host."),
      certificate: secret('PEM of our certificate, by reference.'),
      key: secret('PEM of the key of our certificate, by reference.'),
    }),
  ),
  requestTimeoutMs: Count(10_000, 'An answer of a broker may take so long.'),
});

type KafkaOptions = Static<typeof Options>;

/** Topics that are known to be there; of more, the oldest are looked for again. */
const maxKnown = 1_000;

const openFor = async (config: KafkaOptions, host: Host): Promise<Bus> => {
  const { brokers, client, clientId, requestTimeoutMs, sasl, tls } = config;
  const resolved = async (reference: SecretReference | undefined) =>
    reference === undefined ? undefined : host.secret(reference);
  const [ca, cert, key] = [await resolved(tls?.ca), await resolved(tls?.certificate), await resolved(tls?.key)];
  const trusted = ca ?? host.network.ca;
  return openBus(client, {
    brokers,
    clientId,
    requestTimeoutMs,
    onLog: (level, message) => host.log[level === 'error' ? 'warn' : 'debug']({}, message),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism,
            username: sasl.username,
            password: await host.secret(sasl.password),
          },
        }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(trusted === undefined ? {} : { ca: trusted }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key }),
          },
        }),
  });
};

/** Creates a topic that is not there. One that is may be another team's: nothing of it is asked for. */
const createOutlet = (config: KafkaOptions, host: Host): OutletInstance => {
  let opening: Promise<Bus> | undefined;
  const known = new Set<string>();

  const ensure = async (bus: Bus, topic: string): Promise<void> => {
    if (known.has(topic)) return;
    if ((await bus.describe(topic)) === null) {
      if (!config.createTopics)
        throw new CaudalError(
          'config',
          `topic ${topic} does not exist or may not be seen, and creating topics is switched off`,
          {
            sent: 'no',
          },
        );
      await bus.create({
        topic,
        partitions: config.partitions,
        replicas: config.replicas,
        settings: {
          'cleanup.policy': 'delete',
          'retention.ms': String(config.retentionHours * 3_600_000),
          'min.insync.replicas': String(config.minInSyncReplicas),
          'unclean.leader.election.enable': 'false',
        },
      });
    }
    known.add(topic);
    if (known.size > maxKnown) known.delete(known.values().next().value ?? '');
  };

  const byTopic = (messages: readonly OutletMessage[]): ReadonlyMap<string, readonly NewRecord[]> => {
    const topics = new Map<string, NewRecord[]>();
    for (const { topic, key, body } of messages) {
      const records = topics.get(topic) ?? [];
      records.push({ key, value: Buffer.from(body), headers: { 'content-type': 'application/json' } });
      topics.set(topic, records);
    }
    return topics;
  };

  const close = async (): Promise<void> => {
    const last = opening;
    opening = undefined;
    known.clear();
    await last?.then((bus) => bus.close()).catch(() => undefined);
  };

  return {
    async publish({ messages, signal }) {
      opening ??= openFor(config, host);
      const bus = await opening;
      for (const [topic, records] of byTopic(messages)) {
        signal.throwIfAborted();
        await ensure(bus, topic);
        await bus.publish(topic, records);
      }
    },
    async check() {
      let bus: Bus | undefined;
      try {
        bus = await openFor(config, host);
        await bus.describe('caudal.values');
        return { ok: true, message: 'the brokers take us' };
      } catch (thrown) {
        return { ok: false, message: toCaudalError(thrown).message };
      } finally {
        await bus?.close();
      }
    },
    close,
  };
};

/** Messages go to Kafka topics, keyed by series: acks of all in-sync replicas, one request at a time. */
export const kafkaOutlet = defineOutlet({
  id: 'kafka',
  version: manifest.version,
  description: 'Values and events in Kafka topics',
  config: schemaOf(Options),
  capabilities: {
    topics: {
      values: 'caudal.values',
      events: 'caudal.events',
      // What a topic's name may be (`org.apache.kafka.common.internals.Topic`).
      legal: '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}$',
      foreign: '[^A-Za-z0-9._-]',
    },
    retain: false,
  },
  create: ({ config, host }) => createOutlet(config, host),
});

type Given = Partial<KafkaOptions> & Pick<KafkaOptions, 'brokers'>;

/** @example publish: { scada: { to: kafka({ brokers: ['kafka-1:9093'] }), values: {}, events: {} } } */
export const kafka = (config: Given): Plugin<typeof kafkaOutlet> => configured(kafkaOutlet, config as KafkaOptions);
