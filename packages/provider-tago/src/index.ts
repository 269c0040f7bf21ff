export {
  configProperties,
  DeviceSettings,
  type TagoConfig,
  type TagoDeviceSettings,
  type TagoVariableSettings,
  VariableSettings,
} from './config.ts';
export { decodeTago } from './decode.ts';
export { capabilitiesOf, type TagoPlan, tagoPlans } from './plans.ts';
export { createTago, tago, tagoDefinition } from './provider.ts';
export { tagoRegions } from './regions.ts';
