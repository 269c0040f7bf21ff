import { configured, defineProvider, type Host, type Plugin, type ProviderInstance } from '@caudal/core';
import { check } from './check.ts';
import {
  Config,
  DeviceSettings,
  type MqttConfig,
  type MqttDeviceSettings,
  type MqttVariableSettings,
  VariableSettings,
} from './config.ts';
import { decodeMqtt } from './decode.ts';
import { assertAddress, type Line } from './line.ts';
import { routesOf } from './routes.ts';
import { type Parts, subscribe } from './subscribe.ts';
import { version } from './version.ts';

const createMqtt = ({
  config,
  host,
}: {
  readonly config: MqttConfig;
  readonly host: Host;
}): ProviderInstance<MqttDeviceSettings, MqttVariableSettings> => {
  assertAddress(config);
  const parts: Parts = { config, routes: routesOf(config), host };
  const opened = new Set<Line>();
  return {
    subscribe: (request) => subscribe(parts, request, opened),
    check: (request) => check(parts, request),
    decode: (record, context) => decodeMqtt(record, context, parts.routes),
    close: () => {
      for (const line of opened) line.end();
    },
  };
};

export const mqttDefinition = defineProvider({
  id: 'mqtt',
  version,
  description: 'Any MQTT broker or device: topic templates, and JSON by paths or a named payload format.',
  config: Config,
  device: DeviceSettings,
  variable: VariableSettings,
  capabilities: { subscribe: { per: 'instance' }, limits: [] },
  create: createMqtt,
});

/**
 * An MQTT broker as a provider.
 *
 * @example mqtt({ url: 'mqtts://broker.example', clientId: 'caudal-wells', topics: [{ topic: 'wells/{externalId}', format: { type: 'json', time: { path: '/ts', as: 'ms' } } }] })
 */
export const mqtt = (config: MqttConfig): Plugin<typeof mqttDefinition> => configured(mqttDefinition, config);
