import { describe, test } from 'vitest';
import { type RawRequest, systemClock } from '@caudal/core';
import { thingsboard, type ThingsBoardConfig } from '@caudal/provider-thingsboard';
import { startThingsBoard } from '@caudal/simulators';
import { providerConformance, type ProviderStream, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { login, password, uuid } from './vendor.ts';

const push = 'push secret/of this test';
const at = Date.UTC(2026, 6, 5, 22, 46, 54);

/** An answer of ThingsBoard's time series call, as its server writes it: values are texts. */
const answer = (samples: Readonly<Record<string, readonly (readonly [number, unknown])[]>>) =>
  replies.json(
    Object.fromEntries(Object.entries(samples).map(([key, list]) => [key, list.map(([ts, value]) => ({ ts, value }))])),
  );

/** As many samples as the suite asks for of each of two keys, so that the window goes on. */
const fullPage = (from: number) =>
  answer({ input1Count: Array.from({ length: 50 }, (_, n) => [from + n * 1000, String(39_764 + n)] as const) });

const token = `e30.${Buffer.from(JSON.stringify({ iat: 1_783_000_000, exp: 1_783_009_000 })).toString('base64url')}.x`;

const request: RawRequest = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'content-type': 'application/json', 'x-caudal-secret': push, devicename: uuid, ts: String(at) },
  body: Buffer.from('{"input1Count":39764,"ai1ActualValue":5.50}'),
  receivedAt: at + 5000,
};

/** The simulated WebSocket, for the checks of streams. */
const stream = async (): Promise<ProviderStream> => {
  const simulator = await startThingsBoard({
    clock: systemClock,
    users: [{ username: login.username, password }],
    entities: [{ id: uuid }],
  });
  return {
    plugin: thingsboard({ baseUrl: simulator.url, auth: login, subscribe: {} }),
    subscribed: () => simulator.until(({ sockets }) => sockets.subscriptions === 1),
    deliver: async () => simulator.entities[0]?.add([{ key: 'input1Count', ts: at, value: 1 }]),
    acknowledged: () => 0,
    drop: async () => simulator.sockets.drop(),
    close: () => simulator.close(),
  };
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) =>
      thingsboard({
        baseUrl,
        auth: login,
        sentinels: [-3200],
        statusCodes: true,
        subscribe: {},
        webhook: { secret: 'env:TB_PUSH' },
      }),
    givesUpSoon: (baseUrl) => thingsboard({ baseUrl, auth: login, timeoutMs: 30 }),
    secrets: { 'env:TB_PASSWORD': password, 'env:TB_PUSH': push },
    issuedSecrets: [token],
    login: { path: '/api/auth/login', reply: replies.json({ token, refreshToken: 'refresh' }) },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: {
      id: 'logger-1',
      externalId: uuid,
      settings: {},
      variables: [
        { name: 'input1Count', settings: {} },
        { name: 'ai1ActualValue', settings: {} },
      ],
    },
    window: { from: Date.UTC(2026, 6, 5), to: Date.UTC(2026, 6, 6) },
    answers: {
      ok: answer({ input1Count: [[at, '39764']], ai1ActualValue: [[at, '5.50']] }),
      routes: {
        [`/api/plugins/telemetry/DEVICE/${uuid}/keys/timeseries`]: replies.json(['input1Count', 'ai1ActualValue']),
        '/api/tenant/devices': replies.json({
          data: [{ id: { entityType: 'DEVICE', id: uuid }, name: 'Well 1' }],
          totalPages: 1,
          totalElements: 1,
          hasNext: false,
        }),
      },
      empty: replies.json({}),
      pages: [
        fullPage(Date.UTC(2026, 6, 5, 1)),
        fullPage(Date.UTC(2026, 6, 5, 2)),
        answer({ input1Count: [[at, '1']] }),
      ],
      noValue: answer({
        input1Count: [[at, '-2']],
        ai1ActualValue: [
          [at, 'true'],
          [at - 1, '-3200'],
          [at - 2, ''],
        ],
      }),
      badCredentials: replies.json(
        { status: 401, message: 'Authentication failed', errorCode: 10, timestamp: at },
        401,
      ),
    },
    readings: [
      { device: uuid, variable: 'input1Count', at, value: 39_764, raw: '39764' },
      { device: uuid, variable: 'ai1ActualValue', at, value: 5.5, raw: '5.50' },
    ],
    stream,
    skip: {
      'P-33': 'ThingsBoard acknowledges nothing over its WebSocket',
      'P-34': 'ThingsBoard acknowledges nothing over its WebSocket; subscribe.test.ts proves that the connection ends',
    },
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (config: ThingsBoardConfig) => thingsboard(config) },
    webhook: {
      request,
      // A header with a shared secret is all that the rule node offers.
      signsBody: false,
      forged: [{ ...request, headers: { ...request.headers, 'x-caudal-secret': 'another' } }],
    },
  }),
  { describe, test },
);
