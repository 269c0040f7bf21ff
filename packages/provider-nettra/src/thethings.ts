import { closedObject, configured, defineProvider, type Plugin, schemaOf } from '@caudal/core';
import {
  capabilitiesOf,
  configProperties,
  createTheThings,
  DeviceSettings,
  type TheThingsConfig,
  VariableSettings,
} from '@caudal/provider-thethings';
import { version } from './version.ts';

export { nettraVariables, type NettraVariable } from './variables.ts';

export type NettraConfig = TheThingsConfig;

/** Nettra RTUs that publish to thethings.iO. */
export const nettraDefinition = (config: NettraConfig = {}) =>
  defineProvider({
    id: 'nettra/thethings',
    version,
    description: 'Nettra RTUs that publish to thethings.iO: a thing token for each.',
    config: schemaOf(closedObject(configProperties)),
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: createTheThings,
  });

/**
 * Nettra RTUs read through thethings.iO.
 *
 * @example nettra() // every RTU brings its own thing token
 */
export const nettra = (config: NettraConfig = {}): Plugin<ReturnType<typeof nettraDefinition>> =>
  configured(nettraDefinition(config), config);
