import { CaudalError } from '@caudal/core';
import type { Bus, BusOptions } from './bus.ts';

/** Client libraries that a bus can stand on, by the name of their package. Each is loaded when it is first used. */
const openers = {
  kafkajs: async () => (await import('./clients/kafkajs.ts')).openKafkajs,
  '@platformatic/kafka': async () => (await import('./clients/platformatic.ts')).openPlatformatic,
} as const satisfies Record<string, () => Promise<(options: BusOptions) => Bus>>;

export type BusClient = keyof typeof openers;

export const busClients = Object.keys(openers) as readonly BusClient[];

/**
 * A bus on a client library. Nothing is connected before something is asked of it.
 *
 * @throws CaudalError kind `config` when the library is not installed
 */
export const openBus = async (client: BusClient, options: BusOptions): Promise<Bus> => {
  try {
    return (await openers[client]())(options);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw new CaudalError('config', `${client} is not installed: npm install ${client}`, { sent: 'no', cause: thrown });
  }
};
