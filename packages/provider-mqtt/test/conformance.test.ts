import { describe, test } from 'vitest';
import { mqtt, type MqttConfig } from '@caudal/provider-mqtt';
import { startMqtt } from '@caudal/simulators';
import {
  type Behaviour,
  providerConformance,
  type ProviderStream,
  registerConformance,
  type Remote,
} from '@caudal/testkit';
import { systemClock } from '@caudal/core';
import manifest from '../package.json' with { type: 'json' };

const password = 'pass word/of this test';
const token = 'a-thing-token-of-this-test';
const clientId = 'caudal-conformance';
const at = Date.UTC(2026, 6, 6, 14, 30);

const config = (url: string): MqttConfig => ({
  url: url.replace(/^http/, 'mqtt'),
  clientId,
  username: 'literal:caudal',
  password: 'env:MQTT_PASSWORD',
  topics: [{ format: { type: 'thethings' } }],
});

const users = { caudal: password };
/** Bodies of thethings.iO's MQTT, with both shapes of its payload. */
const value = { key: 'pulsos', value: 276_166, datetime: new Date(at).toISOString() };
const record = (id: string, body: unknown) => ({
  id,
  receivedAt: at + 5000,
  body: Uint8Array.from(Buffer.from(JSON.stringify(body))),
  envelope: { channel: 'subscribe' as const, topic: 'v2/things/{credential}', device: 'logger-1' },
});

/** A broker as the suite drives it; a connection counts as a request. */
const brokerRemote = async (): Promise<Remote> => {
  const broker = await startMqtt({ clock: systemClock, users });
  const always: Partial<Record<Behaviour, 'normal' | 'hang' | 'refuse-4' | 'refuse-3'>> = {
    ok: 'normal',
    hang: 'hang',
    'bad-credentials': 'refuse-4',
    unavailable: 'refuse-3',
  };
  const { ledger } = broker;
  return {
    url: broker.url,
    behave(as) {
      const behaviour = always[as];
      if (behaviour !== undefined) broker.behave({ connect: { always: behaviour } });
      return behaviour !== undefined;
    },
    seen: () => ledger.connections.length,
    received: (count) => ledger.until(({ connections }) => connections.length >= count),
    texts: () => JSON.stringify(ledger.published),
    close: () => broker.close(),
  };
};

const stream = async (): Promise<ProviderStream> => {
  const broker = await startMqtt({ clock: systemClock, users });
  const { ledger } = broker;
  return {
    plugin: mqtt(config(broker.url)),
    subscribed: () => ledger.until(({ subscribed }) => subscribed.length > 0),
    deliver: () => broker.publish({ topic: `v2/things/${token}`, payload: JSON.stringify([value]) }),
    acknowledged: () => ledger.acknowledged.length,
    drop: async () => broker.cut(),
    close: () => broker.close(),
  };
};

registerConformance(
  providerConformance({
    plugin: (url) => mqtt(config(url)),
    givesUpSoon: (url) => mqtt({ ...config(url), timeoutMs: 30 }),
    secrets: { 'env:MQTT_PASSWORD': password, 'env:THING': token },
    packageVersion: manifest.version,
    device: {
      id: 'logger-1',
      externalId: 'well-1',
      credential: 'env:THING',
      settings: { zone: 'Etc/UTC' },
      variables: [{ name: 'pulsos', settings: {} }],
    },
    records: [record('raw-1', { values: [value] }), record('raw-2', [{ ...value, key: 'nivel', value: '12.30' }])],
    readings: [
      { device: 'well-1', variable: 'pulsos', at, value: 276_166, raw: '276166' },
      { device: 'well-1', variable: 'nivel', at, value: 12.3, raw: '12.30' },
    ],
    remote: brokerRemote,
    stream,
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (given) => mqtt(given) },
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
  }),
  { describe, test },
);
