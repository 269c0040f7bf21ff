export { capabilitiesOf } from './capabilities.ts';
export {
  configProperties,
  DeviceSettings,
  type ThingsBoardConfig,
  type ThingsBoardDeviceSettings,
  type ThingsBoardVariableSettings,
  VariableSettings,
} from './config.ts';
export { decodeThingsBoard } from './decode.ts';
export type { Dialect } from './dialects.ts';
export { createThingsBoard, thingsboard, thingsboardDefinition } from './provider.ts';
export {
  type LoggerVariable,
  tdataAddresses,
  type TdataConfig,
  type TdataLogger,
  tdataLoggers,
  twinDimensionParts,
} from './twin-dimension.ts';
