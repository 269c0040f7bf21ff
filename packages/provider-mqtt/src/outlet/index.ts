import {
  configured,
  defineOutlet,
  type Host,
  type OutletInstance,
  type OutletMessage,
  type Plugin,
  toCaudalError,
} from '@caudal/core';
import { version } from '../version.ts';
import { assertAddress } from '../line.ts';
import { publishRefused } from '../refusals.ts';
import { Config, type MqttOutletConfig } from './config.ts';
import { type Connected, connectOutlet } from './connect.ts';

export type { MqttOutletConfig } from './config.ts';

/** Resolves with its PUBACK. With MQTT 5 a broker can refuse in it. */
const publishOne = ({ client, over }: Connected, { topic, body, retain }: OutletMessage): Promise<void> =>
  Promise.race([
    over,
    new Promise<void>((resolve, reject) => {
      client.publish(topic, body, { qos: 1, retain }, (error) => {
        if (!error) return resolve();
        const code = (error as { readonly code?: unknown }).code;
        reject(typeof code === 'number' && code >= 128 ? publishRefused(topic, code) : toCaudalError(error));
      });
    }),
  ]);

const createOutlet = (config: MqttOutletConfig, host: Host): OutletInstance => {
  assertAddress(config);
  let connection: Connected | undefined;

  const connected = async (signal: AbortSignal): Promise<Connected> => {
    if (connection?.client.connected === true) return connection;
    connection?.client.end(true);
    connection = await connectOutlet(config, host, signal);
    return connection;
  };

  return {
    async publish({ messages, signal }) {
      const line = await connected(signal);
      for (let at = 0; at < messages.length; at += line.window) {
        signal.throwIfAborted();
        await Promise.all(messages.slice(at, at + line.window).map((message) => publishOne(line, message)));
      }
    },
    async check({ signal }) {
      try {
        // Under a name of its own: the outlet that runs keeps its connection.
        const tried = await connectOutlet({ ...config, clientId: `${config.clientId}-check` }, host, signal);
        tried.client.end(true);
        return { ok: true, message: 'the broker takes us' };
      } catch (thrown) {
        return { ok: false, message: toCaudalError(thrown).message };
      }
    },
    close() {
      connection?.client.end(true);
      connection = undefined;
    },
  };
};

/** Messages go to MQTT topics with quality of service 1, and count when the broker has acknowledged them. */
export const mqttOutlet = defineOutlet({
  id: 'mqtt',
  version,
  description: 'Values and events in MQTT topics',
  config: Config,
  capabilities: {
    topics: {
      values: 'caudal/values/{series}',
      events: 'caudal/events/{event}',
      // No wildcard, no NUL, and not one of the broker's own (MQTT 5, 4.7).
      legal: '^(?!\\$)[^+#\\u0000]{1,1000}$',
      foreign: '[+#\\u0000$]',
    },
    retain: true,
  },
  create: ({ config, host }) => createOutlet(config, host),
});

type Given = Partial<MqttOutletConfig> & Pick<MqttOutletConfig, 'url' | 'clientId'>;

/** @example publish: { scada: { to: mqtt({ url: 'mqtt://broker:1883', clientId: 'caudal-out' }), values: { retain: true } } } */
export const mqtt = (config: Given): Plugin<typeof mqttOutlet> => configured(mqttOutlet, config as MqttOutletConfig);
