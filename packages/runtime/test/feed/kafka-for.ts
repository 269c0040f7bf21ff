import type { BusClient } from '@caudal/kafka';

/** Kafka on one broker, quick to notice who is gone. Topics, group and dead letters are called after one name. */
export const kafkaFor = (broker: string, name: string, client: BusClient = 'kafkajs') => ({
  brokers: [broker],
  client,
  topic: name,
  deadTopic: `${name}.dead`,
  group: name,
  partitions: 4,
  replicas: 1,
  minInSyncReplicas: 1,
  requestTimeoutMs: 3_000,
  sessionSeconds: 6,
  tickMs: 200,
  stallSeconds: 5,
});

/** What the runtimes of these tests have beside. */
export const quick = {
  http: { enabled: false },
  log: { console: false },
  leaseSeconds: 4,
  collect: { tickMs: 200, leaseSeconds: 3 },
} as const;
