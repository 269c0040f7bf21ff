export {
  DeviceSettings,
  type MqttConfig,
  type MqttDeviceSettings,
  type MqttFormat,
  type MqttTopic,
  type MqttVariableSettings,
  VariableSettings,
} from './config.ts';
export { type MqttEnvironment, mqttFromEnv } from './environment.ts';
export { mqtt, mqttDefinition } from './provider.ts';
