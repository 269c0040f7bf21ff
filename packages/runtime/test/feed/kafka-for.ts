import type { BusClient } from '@caudal/kafka';

/** Kafka on one broker, quick to notice who is gone. */
export const kafkaFor = (broker: string, client: BusClient = 'kafkajs') => ({
  brokers: [broker],
  client,
  partitions: 4,
  replicas: 1,
  minInSyncReplicas: 1,
  requestTimeoutMs: 3_000,
  sessionSeconds: 6,
  tickMs: 200,
  stallSeconds: 5,
});
