import { createHmac } from 'node:crypto';
import { describe, test } from 'vitest';
import type { RawRequest } from '@caudal/core';
import { http, type HttpConfig } from '@caudal/provider-http';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const at = Date.UTC(2026, 6, 5, 22, 46, 54);
const secrets = {
  'env:KEY': 'key of this test 4711',
  'env:TENANT': 'tenant-0815-of-this-test',
  'env:PUSH': 'push secret/of this test',
};

const row = (instant: number, level: unknown, flow: unknown) => ({
  time: new Date(instant).toISOString(),
  level,
  flow,
});
const answer = (...rows: readonly object[]) => replies.json({ status: 'ok', data: rows });

const fullPage = (from: number) =>
  answer(...Array.from({ length: 100 }, (_value, index) => row(from + index * 1000, 12.5, index)));

const config: HttpConfig = {
  secrets: { key: 'env:KEY', tenant: 'env:TENANT', push: 'env:PUSH' },
  auth: [
    { type: 'header', name: 'X-API-Key', use: 'key' },
    { type: 'query', name: 'tenant', use: 'tenant' },
  ],
  pull: {
    latest: { path: '/units/{device}/latest' },
    range: {
      path: '/units/{device}/rows',
      query: { from: '{from:iso}', to: '{to:iso}', limit: '{limit}' },
    },
    page: { style: 'time' },
    maxLimit: 100,
  },
  answer: {
    items: 'data',
    shape: { type: 'rows' },
    time: { at: 'time', format: 'iso' },
    values: { sentinels: [-999] },
  },
  errors: [{ when: [{ path: 'status', equals: 'denied' }], means: 'auth', says: 'the key was refused' }],
  check: { path: '/account' },
  webhook: {
    proof: { type: 'hmac', header: 'X-Signature', use: 'push', prefix: 'sha256=' },
    answer: {
      shape: { type: 'list', variable: 'name', value: 'value' },
      time: { at: 'at', format: 'epoch-s' },
      device: 'unit',
    },
  },
};

const body = Buffer.from(JSON.stringify([{ unit: 'unit-1', name: 'level', value: '7.25', at: at / 1000 }]));
const request: RawRequest = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: {
    'content-type': 'application/json',
    'x-signature': `sha256=${createHmac('sha256', secrets['env:PUSH']).update(body).digest('hex')}`,
  },
  body,
  receivedAt: at + 5000,
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) => http({ ...config, baseUrl }),
    givesUpSoon: (baseUrl) => http({ ...config, baseUrl, timeoutMs: 30 }),
    secrets,
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: {
      id: 'logger-1',
      externalId: 'unit-1',
      settings: {},
      variables: [
        { name: 'level', settings: {} },
        { name: 'flow', settings: {} },
      ],
    },
    window: { from: Date.UTC(2026, 6, 5), to: Date.UTC(2026, 6, 6) },
    answers: {
      ok: answer(row(at, 12.5, '3.10')),
      routes: { '/account': replies.json({ status: 'ok' }) },
      empty: answer(),
      pages: [
        fullPage(Date.UTC(2026, 6, 5, 1)),
        fullPage(Date.UTC(2026, 6, 5, 2)),
        answer(row(Date.UTC(2026, 6, 5, 3), 12, 1)),
      ],
      noValue: answer(row(at, -999, null), row(at + 1, true, 'n/a'), row(at + 2, '', [])),
      badCredentials: replies.json({ status: 'denied' }, 200),
    },
    readings: [
      { device: 'unit-1', variable: 'level', at, value: 12.5, raw: '12.5' },
      { device: 'unit-1', variable: 'flow', at, value: 3.1, raw: '3.10' },
    ],
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (given) => http(given) },
    webhook: {
      request,
      signsBody: true,
      forged: [{ ...request, headers: { ...request.headers, 'x-signature': 'sha256=00' } }],
    },
  }),
  { describe, test },
);
