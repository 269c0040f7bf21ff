import { closedObject, configured, defineProvider, type Plugin, schemaOf, type Static, Type } from '@caudal/core';
import {
  capabilitiesOf,
  configProperties,
  createThingsBoard,
  DeviceSettings,
  VariableSettings,
} from '@caudal/provider-thingsboard';
import { version } from './version.ts';

export { nettraVariables, type NettraVariable } from './variables.ts';

/** Nettra's own cloud, a ThingsBoard. */
export const nettraCloud = 'https://telemetry.nettra.tech';

const { dialect: _dialect, ...shared } = configProperties;

const Config = closedObject({
  ...shared,
  baseUrl: Type.Optional(Type.String({ description: `Address without /api; default ${nettraCloud}.` })),
});

/** ThingsBoard's configuration in its native dialect, of which only `auth` must be given. */
export type NettraConfig = Static<typeof Config>;

/** Nettra RTUs that publish to Nettra's own cloud. */
export const nettraDefinition = (config: Pick<NettraConfig, 'maxLimit' | 'rateLimits' | 'subscribe'> = {}) =>
  defineProvider({
    id: 'nettra/thingsboard',
    version,
    description: "Nettra RTUs at Nettra's own cloud, which is a ThingsBoard: user and password.",
    config: schemaOf(Config),
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: ({ config: { baseUrl = nettraCloud, ...rest }, host }) =>
      createThingsBoard({ config: { ...rest, baseUrl, dialect: 'native' }, host }),
  });

/**
 * Nettra RTUs read from Nettra's own cloud.
 *
 * @example nettra({ auth: { type: 'login', username: 'reader@example.com', password: 'env:NETTRA_PASSWORD' } })
 */
export const nettra = (config: NettraConfig): Plugin<ReturnType<typeof nettraDefinition>> =>
  configured(nettraDefinition(config), config);
