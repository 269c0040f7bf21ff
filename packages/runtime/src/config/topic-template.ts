import type { OutletCapabilities, Said } from '@caudal/core';
import { say } from './mistake-words.ts';

/** The closed sets of places that a template of a topic may have. */
export const topicPlaces = { values: ['point', 'series'], events: ['event', 'point'] } as const;

export type TopicOf = keyof typeof topicPlaces;

const place = /\{([^{}]*)\}/g;

/** A topic: what can not stand in one is `_` in what its places are filled with. */
export const fillTopic = (
  template: string,
  { foreign }: Pick<OutletCapabilities['topics'], 'foreign'>,
  filling: Readonly<Record<string, string>>,
): string =>
  template.replace(place, (_whole, name: string) => (filling[name] ?? '').replace(new RegExp(foreign, 'gu'), '_'));

/** What is wrong with a template; undefined when nothing is. */
export const templateProblem = (
  template: string,
  of: TopicOf,
  topics: OutletCapabilities['topics'],
): Said | undefined => {
  const known: readonly string[] = topicPlaces[of];
  const strange = [...template.matchAll(place)].map(([, name = '']) => name).find((name) => !known.includes(name));
  if (strange !== undefined)
    return say('outlet-place', { place: `{${strange}}`, places: known.map((name) => `{${name}}`).join(', ') });
  const filled = fillTopic(template, topics, Object.fromEntries(known.map((name) => [name, 'x'])));
  return new RegExp(topics.legal, 'u').test(filled) ? undefined : say('outlet-topic', { topic: filled });
};
