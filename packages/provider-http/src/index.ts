export type { HttpConfig } from './config/config.ts';
export type {
  DeviceSettings as HttpDeviceSettings,
  VariableSettings as HttpVariableSettings,
} from './config/device.ts';
export { http, httpDefinition } from './provider.ts';
export { presets } from './presets/presets.ts';
