import { CaudalError, type SecretReference } from '@caudal/core';
import type { MqttConfig } from './config.ts';

/** What the `MQTT_…` variables say. */
export type MqttEnvironment = Pick<MqttConfig, 'url' | 'clientId'> &
  Partial<Pick<MqttConfig, 'username' | 'password' | 'keepAliveSeconds'>>;

const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined;
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CaudalError('config', `${name} is no whole number from 1 to 65535`, { sent: 'no' });
};

/**
 * Broker and credentials from the environment, for a configuration that is the same everywhere:
 * `mqtt({ ...mqttFromEnv(), topics: [ … ] })`.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `MQTT_BROKER_HOST` | `localhost` | |
 * | `MQTT_BROKER_PORT` | 1883, with TLS 8883 | |
 * | `MQTT_TLS` | `false` | `true` for `mqtts` |
 * | `MQTT_CLIENT_ID` | `caudal` | |
 * | `MQTT_USERNAME`, `MQTT_PASSWORD` | none | read at the socket, never here |
 * | `MQTT_KEEPALIVE` | 60 | seconds |
 *
 * @throws CaudalError kind `config` for a port or keep-alive that is no number
 */
export const mqttFromEnv = (env: Readonly<Record<string, string | undefined>> = process.env): MqttEnvironment => {
  const tls = /^(true|1|yes)$/i.test(env['MQTT_TLS'] ?? '');
  const host = env['MQTT_BROKER_HOST'] || 'localhost';
  const port = numberOf('MQTT_BROKER_PORT', env['MQTT_BROKER_PORT']) ?? (tls ? 8883 : 1883);
  const keepAliveSeconds = numberOf('MQTT_KEEPALIVE', env['MQTT_KEEPALIVE']);
  const secret = <K extends string>(key: K, name: string) =>
    (env[name] ? { [key]: `env:${name}` } : {}) as { readonly [_ in K]?: SecretReference };
  return {
    url: `${tls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    clientId: env['MQTT_CLIENT_ID'] || 'caudal',
    ...secret('username', 'MQTT_USERNAME'),
    ...secret('password', 'MQTT_PASSWORD'),
    ...(keepAliveSeconds === undefined ? {} : { keepAliveSeconds }),
  };
};
