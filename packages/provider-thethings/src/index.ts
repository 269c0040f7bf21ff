export { capabilitiesOf } from './capabilities.ts';
export {
  configProperties,
  DeviceSettings,
  type TheThingsConfig,
  type TheThingsDeviceSettings,
  type TheThingsVariableSettings,
  VariableSettings,
} from './config.ts';
export { decodeTheThings } from './decode.ts';
export { createTheThings, thethings, thethingsDefinition } from './provider.ts';
