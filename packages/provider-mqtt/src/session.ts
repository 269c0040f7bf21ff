import type { MqttClient } from 'mqtt';
import type { CaudalError } from '@caudal/core';
import { type Host } from '@caudal/core';
import { subscriptionRefused } from './refusals.ts';
import { filterFits, filtersThatBring } from './strays.ts';
import type { Subscription } from './subscriptions.ts';

/** Filters in one packet: AWS IoT Core takes no more than eight, others take them all. */
const filtersPerPacket = 8;

const chunksOf = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / filtersPerPacket) }, (_, index) =>
    list.slice(index * filtersPerPacket, (index + 1) * filtersPerPacket),
  );

/** SUBACK codes in the order of the filters; undefined when the connection ended before. */
const granted = (client: MqttClient, filters: string[], qos: 0 | 1): Promise<readonly number[] | undefined> =>
  new Promise((resolve) => {
    // With MQTT 5, retained messages come with a subscription that is new, and not again at each connection.
    client.subscribe(filters, { qos, rh: 1 }, (error, _grants, packet) => {
      const answer = packet ?? (error as { readonly packet?: { readonly granted: readonly number[] } } | null)?.packet;
      resolve(answer?.granted as readonly number[] | undefined);
    });
  });

/**
 * Subscribes to everything and returns false when the connection ended meanwhile. A refusal for one device's topic is told in the log and
 * stops nobody else, as long as something was granted.
 * @throws CaudalError, kind `auth` mostly, that names the topic
 */
export const subscribeAll = async (
  client: MqttClient,
  subscriptions: readonly Subscription[],
  host: Host,
): Promise<boolean> => {
  const refusals: CaudalError[] = [];
  for (const qos of [1, 0] as const) {
    for (const chunk of chunksOf(subscriptions.filter((one) => one.qos === qos))) {
      const codes = await granted(
        client,
        chunk.map(({ filter }) => filter),
        qos,
      );
      if (codes === undefined) return false;
      for (const [index, { shown, device }] of chunk.entries()) {
        const code = codes[index] ?? 128;
        if (code < qos) host.log.warn({ topic: shown }, 'the broker grants quality 0 only: messages may be lost');
        if (code < 128) continue;
        const scope = device === undefined ? 'instance' : 'credential';
        const refusal = subscriptionRefused(shown, code, {
          scope,
          ...(device?.credential === undefined ? {} : { credential: device.credential }),
        });
        if (device === undefined) throw refusal;
        refusals.push(refusal);
        host.log.error({ device: device.id, topic: shown, code }, refusal.message);
      }
    }
  }
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === subscriptions.length) throw refusal;
  return true;
};

/** Topics whose filters were looked for; of more, the oldest are looked for again. */
const maxTried = 1000;

/**
 * A message that no subscription of ours can have brought comes by one that an earlier configuration left in the session. Unsubscribes
 * whatever can have brought it.
 */
export const createSweeper = (client: MqttClient, subscriptions: readonly Subscription[], host: Host) => {
  const current = new Set(subscriptions.map(({ filter }) => filter));
  const tried = new Set<string>();
  return (topic: string): void => {
    if (tried.has(topic) || subscriptions.some(({ filter }) => filterFits(filter, topic))) return;
    tried.add(topic);
    if (tried.size > maxTried) tried.delete(tried.values().next().value ?? '');
    host.log.info({ topic }, 'no configured topic fits: the subscription that brought this message is ended');
    for (const filters of chunksOf(filtersThatBring(topic).filter((filter) => !current.has(filter))))
      client.unsubscribe(filters);
  };
};
