import { configured, defineProvider, type Host, type Plugin, type ProviderInstance } from '@caudal/core';
import { capabilitiesOf, defaultMaxLimit } from './capabilities.ts';
import { check } from './check.ts';
import { createThingsBoardClient } from './client.ts';
import {
  Config,
  DeviceSettings,
  type ThingsBoardConfig,
  type ThingsBoardDeviceSettings,
  VariableSettings,
  type ThingsBoardVariableSettings,
} from './config.ts';
import { decodeThingsBoard } from './decode.ts';
import { dialects } from './dialects.ts';
import { discover } from './discover.ts';
import { pull } from './pull.ts';
import { createSubscribe } from './subscribe.ts';
import { version } from './version.ts';
import { createWebhook } from './webhook.ts';

/** Everything a ThingsBoard instance does, for this package's definition and for presets over it. */
export const createThingsBoard = ({
  config,
  host,
}: {
  readonly config: ThingsBoardConfig;
  readonly host: Host;
}): ProviderInstance<ThingsBoardDeviceSettings, ThingsBoardVariableSettings> => {
  const client = createThingsBoardClient(config, host);
  const words = {
    ascending: dialects[config.dialect ?? 'native'].ascending,
    maxLimit: config.maxLimit ?? defaultMaxLimit,
  };
  return {
    pull: (request) => pull(client, words, request),
    ...(config.subscribe === undefined ? {} : { subscribe: createSubscribe(config, client, host) }),
    webhook: createWebhook(config.webhook, host),
    discover: (request) => discover(client, request),
    check: (request) => check(client, request),
    decode: (record, context) => decodeThingsBoard(record, context, config),
    close: () => client.close(),
  };
};

/** ThingsBoard for one configuration, which decides about limits and the WebSocket. */
export const thingsboardDefinition = (config: Pick<ThingsBoardConfig, 'maxLimit' | 'rateLimits' | 'subscribe'> = {}) =>
  defineProvider({
    id: 'thingsboard',
    version,
    description: 'ThingsBoard, itself or behind the T>Data gateway; by HTTP, WebSocket and rule-chain webhook.',
    config: Config,
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: createThingsBoard,
  });

/**
 * ThingsBoard as a provider.
 *
 * @example thingsboard({ baseUrl: 'https://things.example.com', auth: { type: 'login', username: 'reader@example.com', password: 'env:TB_PASSWORD' } })
 */
export const thingsboard = (config: ThingsBoardConfig): Plugin<ReturnType<typeof thingsboardDefinition>> =>
  configured(thingsboardDefinition(config), config);
