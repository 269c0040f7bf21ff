import { toCaudalError } from '@caudal/core';
import { createFeeder } from '../feed/feeder.ts';
import type { Services } from '../services.ts';
import type { Waker } from '../stage.ts';
import { beginStages } from './tenure.ts';

/**
 * Takes records from Kafka on every instance that may process, whoever holds `process`: the group gives each of them partitions, and whoever stores
 * moves the position of a partition from where it found it or stores nothing. So this is under no claim. Answers what ends it, and never fails.
 */
export const startFeeding = (services: Services, waker: Waker): ((limit: AbortSignal) => Promise<void>) => {
  const { feed, options } = services;
  if (feed === undefined || !options.roles.includes('process')) return () => Promise.resolve();
  const finish = beginStages(services, [createFeeder(services, feed)], waker);
  return (limit) =>
    finish(limit).catch((thrown: unknown) =>
      services.log.stream('system').error({ error: toCaudalError(thrown) }, 'taking from Kafka did not end cleanly'),
    );
};
