import { describe, test } from 'vitest';
import { tdata } from '@caudal/provider-tdata';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const auth = { type: 'login', username: 'reader@example.com', password: 'env:TDATA_PASSWORD' } as const;
const uuid = '784f394c-42b6-11ee-be56-0242ac120002';
const at = Date.UTC(2026, 6, 5, 22, 46, 54);
const push = 'push secret/of this test';

/** An answer as the gateway gives it: values are texts. */
const answer = (samples: readonly (readonly [number, string])[]) =>
  replies.json({ input1Count: samples.map(([ts, value]) => ({ ts, value })) });
const fullPage = (from: number) =>
  answer(Array.from({ length: 100 }, (_, n) => [from + n * 1000, String(39_764 + n)] as const));

const token = `e30.${Buffer.from(JSON.stringify({ iat: 1_783_000_000, exp: 1_783_009_000 })).toString('base64url')}.x`;

const request = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'content-type': 'application/json', 'x-caudal-secret': push, devicename: uuid },
  body: Buffer.from(`{"ts":${at},"values":{"input1Count":39764}}`),
  receivedAt: at + 5000,
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) => tdata({ baseUrl, auth, webhook: { secret: 'env:TDATA_PUSH' } }),
    givesUpSoon: (baseUrl) => tdata({ baseUrl, auth, timeoutMs: 30 }),
    secrets: { 'env:TDATA_PASSWORD': 'sample password/of this test', 'env:TDATA_PUSH': push },
    issuedSecrets: [token],
    login: { path: '/login', reply: replies.json({ token }) },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: { id: 'logger-1', externalId: uuid, settings: {}, variables: [{ name: 'input1Count', settings: {} }] },
    window: { from: Date.UTC(2026, 6, 5), to: Date.UTC(2026, 6, 6) },
    answers: {
      ok: answer([[at, '39764']]),
      routes: {
        [`/telemetry/DEVICE/${uuid}/keys/timeseries`]: replies.json(['input1Count']),
        '/devices': replies.json({
          data: [{ id: { entityType: 'DEVICE', id: uuid }, name: 'Well 1' }],
          hasNext: false,
        }),
      },
      empty: replies.json({}),
      pages: [fullPage(Date.UTC(2026, 6, 5, 1)), fullPage(Date.UTC(2026, 6, 5, 2)), answer([[at, '1']])],
      noValue: answer([[at, '-2']]),
    },
    readings: [{ device: uuid, variable: 'input1Count', at, value: 39_764, raw: '39764' }],
    webhook: { request, signsBody: false },
  }),
  { describe, test },
);
