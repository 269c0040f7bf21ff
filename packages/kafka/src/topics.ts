import { setTimeout as sleep } from 'node:timers/promises';
import { CaudalError, isCaudalError } from '@caudal/core';
import type { Bus, NewTopic, TopicState } from './bus.ts';

const createdTries = 50;
const createdRestMs = 200;

const wrong = (topic: string, problems: readonly string[]) =>
  new CaudalError('config', `topic ${topic} can not be used: ${problems.join('; ')}`, { sent: 'no' });

/** Settings whose value has to be at least what is wanted; -1 is without end. */
const atLeast = new Set(['retention.ms', 'retention.bytes', 'max.message.bytes', 'min.insync.replicas']);

const problemsOf = (state: TopicState, wanted: NewTopic): readonly string[] => [
  ...(state.partitions === wanted.partitions
    ? []
    : [
        `it has ${state.partitions} partitions instead of ${wanted.partitions}; the partition of a device depends on the number, so set it to ${state.partitions} or use a new topic`,
      ]),
  ...(state.replicas >= wanted.replicas ? [] : [`it has ${state.replicas} replicas instead of ${wanted.replicas}`]),
  ...Object.entries(wanted.settings).flatMap(([name, value]) => {
    const is = state.settings[name];
    if (is === undefined || is === value) return [];
    if (atLeast.has(name) && (Number(is) === -1 || (Number(value) !== -1 && Number(is) >= Number(value)))) return [];
    return [`${name} is ${is} instead of ${value}`];
  }),
];

/** What passes by waiting is nothing while a topic is being made: another instance makes it too, and brokers hear of it one after the other. */
const unlessPassing = (thrown: unknown): null => {
  if (isCaudalError(thrown) && thrown.kind === 'transient') return null;
  throw thrown;
};

const created = async (bus: Bus, wanted: NewTopic): Promise<TopicState | null> => {
  await bus.create(wanted).catch(unlessPassing);
  for (let tries = 0; tries < createdTries; tries += 1) {
    if (tries > 0) await sleep(createdRestMs);
    const state = await bus.describe(wanted.topic).catch(unlessPassing);
    if (state !== null) return state;
  }
  return null;
};

/**
 * Creates a topic that is not there, or checks the one that is. Nothing of an existing topic is changed: it may be another's.
 *
 * @throws CaudalError kind `config` that says what is wrong with it
 */
export const ensureTopic = async (bus: Bus, wanted: NewTopic, mayCreate: boolean): Promise<void> => {
  let state = await bus.describe(wanted.topic);
  if (state === null) {
    if (!mayCreate)
      throw wrong(wanted.topic, ['it does not exist or may not be seen, and creating topics is switched off']);
    state = await created(bus, wanted);
  }
  const problems = state === null ? ['it was to be created and is not there'] : problemsOf(state, wanted);
  if (problems.length > 0) throw wrong(wanted.topic, problems);
};
