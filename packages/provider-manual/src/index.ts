export {
  DeviceSettings,
  type ManualConfig,
  type ManualDeviceSettings,
  type ManualVariableSettings,
  VariableSettings,
} from './config.ts';
export { emeltec } from './emeltec.ts';
export { manual, manualDefinition } from './provider.ts';
