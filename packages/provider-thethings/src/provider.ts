import { configured, defineProvider, type Host, type Plugin, type ProviderInstance } from '@caudal/core';
import { capabilitiesOf, defaultPageSize } from './capabilities.ts';
import { check } from './check.ts';
import { createThingsClient } from './client.ts';
import {
  Config,
  DeviceSettings,
  type TheThingsConfig,
  type TheThingsDeviceSettings,
  type TheThingsVariableSettings,
  VariableSettings,
} from './config.ts';
import { decodeTheThings } from './decode.ts';
import { discover } from './discover.ts';
import { pull } from './pull.ts';
import { subscribe } from './subscribe.ts';
import { version } from './version.ts';

/** Everything a thethings.iO instance does, for this package's definition and for presets over it. */
export const createTheThings = ({
  config,
  host,
}: {
  readonly config: TheThingsConfig;
  readonly host: Host;
}): ProviderInstance<TheThingsDeviceSettings, TheThingsVariableSettings> => {
  const client = createThingsClient(config, host);
  const { pageSize = defaultPageSize, latest, stream = {} } = config;
  return {
    pull: (request) => pull(client, { pageSize, all: latest === 'all-resources' }, request),
    subscribe: (request) => subscribe(client, stream, request),
    discover: (request) => discover(client, pageSize, request),
    check: (request) => check(client, host, request),
    decode: decodeTheThings,
    close: () => client.close(),
  };
};

/** The definition for a configuration; page size and the way of reading latest values decide its capabilities. */
export const thethingsDefinition = (config: TheThingsConfig = {}) =>
  defineProvider({
    id: 'thethings',
    version,
    description: 'thethings.iO: a thing token for each device; by HTTP and by the keep-alive stream.',
    config: Config,
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: createTheThings,
  });

/**
 * thethings.iO (API v2) as a provider. A device's credential is its thing token.
 *
 * @example thethings() // every device brings its own token
 */
export const thethings = (config: TheThingsConfig = {}): Plugin<ReturnType<typeof thethingsDefinition>> =>
  configured(thethingsDefinition(config), config);
