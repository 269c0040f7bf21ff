import { configured, defineProvider, type Plugin, schemaOf, closedObject } from '@caudal/core';
import {
  capabilitiesOf,
  configProperties,
  createTheThings,
  DeviceSettings,
  type TheThingsConfig,
  VariableSettings,
} from '@caudal/provider-thethings';
import { version } from './version.ts';

export type ThingsIoConfig = TheThingsConfig;

/** thethings.iO under the name by which systems in Chile know it. */
export const thingsioDefinition = (config: ThingsIoConfig = {}) =>
  defineProvider({
    id: 'thingsio',
    version,
    description: 'ThingsIO, which is thethings.iO: a thing token for each device.',
    config: schemaOf(closedObject(configProperties)),
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(config),
    create: createTheThings,
  });

/**
 * ThingsIO as a provider.
 *
 * @example thingsio() // every device brings its own thing token
 */
export const thingsio = (config: ThingsIoConfig = {}): Plugin<ReturnType<typeof thingsioDefinition>> =>
  configured(thingsioDefinition(config), config);
