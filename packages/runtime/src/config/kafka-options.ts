import { closedObject, SecretRef, Type } from '@caudal/core';

const Bounded = (value: number, description: string, minimum = 1) =>
  Type.Integer({ minimum, default: value, description });

const TopicName = (value: string, description: string) =>
  Type.String({ default: value, pattern: '^[A-Za-z0-9._-]{1,249}$', description });

/** Raw records go through Kafka before they are stored. Absent: they are stored at once. */
export const KafkaOptions = closedObject({
  brokers: Type.Array(Type.String({ description: 'host:port' }), {
    minItems: 1,
    description: 'Some brokers of the cluster.',
  }),
  client: Type.Enum(['kafkajs', '@platformatic/kafka'], {
    default: 'kafkajs',
    description: 'Client library; installed beside @caudal/kafka. The same for all instances.',
  }),
  topic: TopicName('caudal.raw', 'Where raw records go.'),
  deadTopic: TopicName('caudal.raw.dead', 'Where records go that can not be read as raw records.'),
  group: Type.String({ default: 'caudal', minLength: 1, description: 'Consumer group; the same for all instances.' }),
  createTopics: Type.Boolean({ default: true, description: 'Create topics that are not there.' }),
  partitions: Bounded(
    48,
    'Partitions of the topic. The partition of a device depends on it: it can not be changed for a topic in use.',
  ),
  replicas: Bounded(3, 'Copies of each partition.'),
  minInSyncReplicas: Bounded(2, 'Copies that have a record before the vendor is told that it is kept.'),
  retentionHours: Bounded(168, 'A record that was not stored is kept by the broker for so long at least.'),
  maxRecordBytes: Bounded(
    9_437_184,
    'Largest record of the topic. A larger raw record is stored without Kafka.',
    65_536,
  ),
  sasl: Type.Optional(
    closedObject({
      mechanism: Type.Enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], { description: 'As the broker has it.' }),
      username: Type.String({ minLength: 1, description: 'Name at the broker.' }),
      password: SecretRef,
    }),
  ),
  tls: Type.Optional(
    closedObject({
      caFile: Type.Optional(
        Type.String({ description: 'PEM file of the authority. Default: those that Node trusts.' }),
      ),
      certFile: Type.Optional(Type.String({ description: 'PEM file of our own certificate.' })),
      key: Type.Optional(SecretRef),
    }),
  ),
  requestTimeoutMs: Bounded(30_000, 'An answer of a broker may take so long.'),
  sessionSeconds: Bounded(30, 'An instance that is silent for so long loses its partitions to the others.', 6),
  batchBytes: Bounded(1_048_576, 'Bytes of one partition that are stored in one transaction.', 65_536),
  tickMs: Bounded(5_000, 'How often it is looked whether records are stored.'),
  stallSeconds: Bounded(30, 'A partition with records that moves no further for so long stands still.', 5),
});
