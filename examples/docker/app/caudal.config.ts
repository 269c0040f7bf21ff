import { readFileSync } from 'node:fs';
import { dga } from '@caudal/compliance-dga';
import { mqtt } from '@caudal/provider-mqtt';
import { defineRuntime } from '@caudal/runtime';

// The same file serves development and production: what differs comes from the environment, secrets from files.
const {
  DATABASE_URL = './caudal.db',
  DATABASE_PASSWORD_FILE,
  HTTP_HOST = '127.0.0.1',
  HTTP_PORT = '8350',
  PUBLIC_URL,
  TRUSTED_PROXY,
  MQTT_URL = 'mqtt://127.0.0.1:1883',
  MQTT_PASSWORD_FILE,
  TOKEN_KEY_FILE,
  SECRETS_KEY_FILE,
  DGA_MODE,
} = process.env;

/** The address of a server gets its password from a file, so that no environment and no process list shows it. */
const database = (): string => {
  if (DATABASE_PASSWORD_FILE === undefined) return DATABASE_URL;
  const address = new URL(DATABASE_URL);
  address.password = encodeURIComponent(readFileSync(DATABASE_PASSWORD_FILE, 'utf8').trim());
  return address.href;
};

export default defineRuntime({
  database: database(),
  // With PostgreSQL: where log and control socket lie.
  folder: process.env['STATE_FOLDER'] ?? '.',
  http: {
    host: HTTP_HOST,
    port: Number(HTTP_PORT),
    ...(PUBLIC_URL === undefined ? {} : { publicUrl: PUBLIC_URL }),
    ...(TRUSTED_PROXY === undefined ? {} : { trustedProxies: [TRUSTED_PROXY] }),
  },
  access: TOKEN_KEY_FILE === undefined ? {} : { tokenKey: `file:${TOKEN_KEY_FILE}` },
  secrets: SECRETS_KEY_FILE === undefined ? {} : { key: `file:${SECRETS_KEY_FILE}` },
  providers: {
    mqtt: mqtt({
      url: MQTT_URL,
      clientId: 'caudal',
      ...(MQTT_PASSWORD_FILE === undefined
        ? {}
        : { username: 'env:MQTT_USERNAME', password: `file:${MQTT_PASSWORD_FILE}` }),
      topics: [{ topic: 'wells/{externalId}', format: { type: 'json', time: { path: '/ts', as: 'ms' } } }],
    }),
  },
  targets: { dga: dga({ rutEmpresa: '77555666-8' }) },
  // Everything is done but the sending, until DGA_MODE=live: then slots go to the regulator.
  comply: { shadow: DGA_MODE === 'live' ? [] : ['dga'] },
});
