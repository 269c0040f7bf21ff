export * from './bus.ts';
export { type BusClient, busClients, openBus } from './open.ts';
export { murmur2, partitionOf } from './partition.ts';
export { ensureTopic } from './topics.ts';
