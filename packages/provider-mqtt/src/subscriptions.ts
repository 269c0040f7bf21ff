import { CaudalError, type DeviceRef, type Host, type SecretReference } from '@caudal/core';
import type { Route } from './routes.ts';
import { CREDENTIAL, filterOf } from './topics.ts';

/** One filter that the broker is asked for, and for whom. */
export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
  /** The template, which shows no secret. */
  readonly shown: string;
  /** Whose credential stands in it. */
  readonly device?: DeviceRef;
}

/** Secrets that stand in topics, known to nobody but the connection. */
export interface Subscriptions {
  readonly all: readonly Subscription[];
  /** Our device by its credential. */
  readonly byCredential: ReadonlyMap<string, DeviceRef>;
}

const assertLevel = (value: string, shown: string, credential: SecretReference): string => {
  if (value !== '' && !/[+#/\0]/.test(value)) return value;
  throw new CaudalError('config', `the secret in topic ${shown} can not be a level of a topic`, {
    sent: 'no',
    scope: 'credential',
    credential,
  });
};

/**
 * What to subscribe to, with the secrets that topics need. A device whose credential can not be had is left out and told of in the log: it
 * must not stop its neighbours.
 */
export const subscriptionsOf = async (
  routes: readonly Route[],
  devices: readonly DeviceRef[],
  host: Host,
): Promise<Subscriptions> => {
  const all = new Map<string, Subscription>();
  const byCredential = new Map<string, DeviceRef>();
  const add = (one: Subscription) => {
    const known = all.get(one.filter);
    if (known === undefined || known.qos < one.qos) all.set(one.filter, one);
  };
  for (const { template, topic, qos } of routes) {
    const shown = template.text;
    const shared: Record<string, string> = {};
    for (const [name, reference] of Object.entries(topic.secrets ?? {}))
      shared[name] = assertLevel(await host.secret(reference), shown, reference);
    if (!template.secrets.includes(CREDENTIAL)) {
      add({ filter: filterOf(template, shared), qos, shown });
      continue;
    }
    for (const device of devices) {
      if (device.credential === undefined) continue;
      try {
        const credential = assertLevel(await host.secret(device.credential), shown, device.credential);
        byCredential.set(credential, device);
        add({ filter: filterOf(template, { ...shared, [CREDENTIAL]: credential }), qos, shown, device });
      } catch (failure) {
        host.log.error({ device: device.id, topic: shown, failure }, 'the device is not subscribed: no credential');
      }
    }
  }
  return { all: [...all.values()], byCredential };
};
