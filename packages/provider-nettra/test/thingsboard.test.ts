import { describe, expect, test } from 'vitest';
import { create, type RawRequest } from '@caudal/core';
import { nettra, nettraCloud } from '@caudal/provider-nettra/thingsboard';
import { fakeHost, providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const push = 'push secret/of this test';
const password = 'sample password/of this test';
const uuid = '784f394c-42b6-11ee-be56-0242ac120002';
const auth = { type: 'login', username: 'reader@example.com', password: 'env:NETTRA_PASSWORD' } as const;
const at = Date.UTC(2026, 6, 6, 14, 30);
const token = `e30.${Buffer.from(JSON.stringify({ iat: 1_783_000_000, exp: 1_783_009_000 })).toString('base64url')}.x`;

/** An answer of ThingsBoard's time series call, as its server writes it: values are texts. */
const answer = (...samples: readonly (readonly [number, unknown])[]) =>
  replies.json({ nivel: samples.map(([ts, value]) => ({ ts, value })) });
const fullPage = (from: number) =>
  answer(...Array.from({ length: 100 }, (_value, index) => [from + index * 1000, `${index}.5`] as const));

const request: RawRequest = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'content-type': 'application/json', 'x-caudal-secret': push, devicename: uuid, ts: String(at) },
  body: Buffer.from('{"nivel":12.30}'),
  receivedAt: at + 5000,
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) => nettra({ baseUrl, auth, webhook: { secret: 'env:PUSH' } }),
    givesUpSoon: (baseUrl) => nettra({ baseUrl, auth, timeoutMs: 30 }),
    secrets: { 'env:NETTRA_PASSWORD': password, 'env:PUSH': push },
    issuedSecrets: [token],
    login: { path: '/api/auth/login', reply: replies.json({ token, refreshToken: 'refresh' }) },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schemas/thingsboard.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: { id: 'rtu-1', externalId: uuid, settings: {}, variables: [{ name: 'nivel', settings: {} }] },
    window: { from: Date.UTC(2026, 6, 6), to: Date.UTC(2026, 6, 7) },
    answers: {
      ok: answer([at, '12.30']),
      routes: {
        [`/api/plugins/telemetry/DEVICE/${uuid}/keys/timeseries`]: replies.json(['nivel']),
        '/api/tenant/devices': replies.json({
          data: [{ id: { entityType: 'DEVICE', id: uuid }, name: 'Well 1' }],
          totalPages: 1,
          totalElements: 1,
          hasNext: false,
        }),
      },
      empty: replies.json({}),
      pages: [fullPage(Date.UTC(2026, 6, 6, 1)), fullPage(Date.UTC(2026, 6, 6, 2)), answer([at, '1'])],
      noValue: answer([at, 'true'], [at - 1, '']),
      badCredentials: replies.json({ status: 401, message: 'Authentication failed', errorCode: 10 }, 401),
    },
    readings: [{ device: uuid, variable: 'nivel', at, value: 12.3, raw: '12.30' }],
    webhook: {
      request,
      signsBody: false,
      forged: [{ ...request, headers: { ...request.headers, 'x-caudal-secret': 'another' } }],
    },
  }),
  { describe, test },
);

test('the address is that of the cloud unless another is given; the dialect is no choice; user and password are needed', () => {
  expect(nettraCloud).toBe('https://telemetry.nettra.tech');
  expect(() => create(nettra({ auth }), fakeHost())).not.toThrow();
  for (const config of [{}, { auth, dialect: 'gateway' }])
    expect(() => create(nettra(config as never), fakeHost())).toThrow(expect.objectContaining({ kind: 'config' }));
});
