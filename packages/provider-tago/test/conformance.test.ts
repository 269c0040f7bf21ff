import { describe, test } from 'vitest';
import type { RawRequest } from '@caudal/core';
import { tago, type TagoConfig } from '@caudal/provider-tago';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const token = '6e3b0d1c-9d1f-4c0b-9a55-0c6f1c2f7d10';
const account = 'a51f7c02-11aa-4d6e-8f0e-2f6f9f1f3b77';
const push = 'push secret/of this test';

const externalId = '612ea1694035dd0012f6d238';
const at = Date.UTC(2026, 6, 5, 22, 46, 54);

/** Shape of TagoIO's API reference; variables and values as published for a LogBox 3G. */
const item = (id: string, variable: string, value: unknown, instant = at) => ({
  id,
  device: externalId,
  variable,
  value,
  unit: 'm3',
  group: '1631814703672',
  time: new Date(instant).toISOString(),
  created_at: new Date(instant + 3112).toISOString(),
  metadata: {},
});
const answer = (...items: readonly object[]) => replies.json({ status: true, result: items });

/** As many items as the suite asks for, so that the window goes on. */
const fullPage = (from: number) =>
  answer(
    ...Array.from({ length: 100 }, (_value, index) =>
      item(`${from}-${index}`, '3grecdi1va', 276_000 + index, from + index * 1000),
    ),
  );

const request: RawRequest = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'content-type': 'application/json', 'x-caudal-secret': push },
  body: Buffer.from(JSON.stringify([item('1', '3grecdi1va', 276_166)])),
  receivedAt: at + 5000,
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) =>
      tago({ baseUrl, token: 'env:TAGO_ACCOUNT', sentinels: [-3200], webhook: { secret: 'env:TAGO_PUSH' } }),
    givesUpSoon: (baseUrl) => tago({ baseUrl, timeoutMs: 30 }),
    secrets: { 'env:LOGGER_TOKEN': token, 'env:TAGO_ACCOUNT': account, 'env:TAGO_PUSH': push },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: {
      id: 'logger-1',
      externalId,
      credential: 'env:LOGGER_TOKEN',
      settings: { zone: 'Etc/UTC' },
      variables: [
        { name: '3grecdi1va', settings: {} },
        { name: '3grecuc1v', settings: {} },
      ],
    },
    window: { from: Date.UTC(2026, 6, 5), to: Date.UTC(2026, 6, 6) },
    answers: {
      ok: answer(item('1', '3grecdi1va', 276_166), item('2', '3grecuc1v', '22.80')),
      routes: {
        '/info': replies.json({ status: true, result: { id: externalId, name: 'Well 1' } }),
        '/device': replies.json({ status: true, result: [{ id: externalId, name: 'Well 1' }] }),
      },
      empty: answer(),
      pages: [
        fullPage(Date.UTC(2026, 6, 5, 1)),
        fullPage(Date.UTC(2026, 6, 5, 2)),
        answer(item('last', '3grecdi1va', 276_500)),
      ],
      noValue: answer(
        item('1', '3grecdi1va', -3200),
        item('2', '3grecuc1v', null),
        item('3', '3grecuc1v', true, at + 1),
        item('4', '3grecuc1v', '', at + 2),
      ),
      badCredentials: replies.json({ status: false, message: 'Authorization Denied' }, 401),
    },
    readings: [
      { device: externalId, variable: '3grecdi1va', at, value: 276_166, raw: '276166', vendorId: '1' },
      { device: externalId, variable: '3grecuc1v', at, value: 22.8, raw: '22.80', vendorId: '2' },
    ],
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (config: TagoConfig) => tago(config) },
    webhook: {
      request,
      // A header with a shared secret is all that TagoIO offers.
      signsBody: false,
      forged: [{ ...request, headers: { ...request.headers, 'x-caudal-secret': 'another' } }],
    },
  }),
  { describe, test },
);
