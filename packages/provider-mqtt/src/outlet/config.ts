import { closedObject, schemaOf, type Static, Type } from '@caudal/core';
import { loginOptions } from '../login-options.ts';

const Options = closedObject({
  url: Type.String({
    pattern: '^(mqtts?|wss?)://',
    description: 'Of the broker: mqtt, mqtts, ws or wss, without user and password.',
  }),
  clientId: Type.String({
    pattern: '^[!-~]{1,100}$',
    description: 'Of this outlet alone. A second instance that takes over puts the first out under it.',
  }),
  ...loginOptions,
  version: Type.Enum(['3.1.1', '5'], {
    default: '5',
    description: 'Of MQTT. With 3.1.1 a broker has no way to say that it refused a message.',
  }),
  keepAliveSeconds: Type.Integer({
    minimum: 1,
    maximum: 65_535,
    default: 60,
    description: 'Silence after which the line is tried.',
  }),
  timeoutMs: Type.Integer({
    minimum: 1,
    default: 10_000,
    description: 'Longest wait for the broker to take the connection.',
  }),
  maxInFlight: Type.Integer({
    minimum: 1,
    maximum: 65_535,
    default: 100,
    description: 'Messages that are sent before the first of them is acknowledged; fewer where the broker says so.',
  }),
});

export type MqttOutletConfig = Static<typeof Options>;

export const Config = schemaOf(Options);
