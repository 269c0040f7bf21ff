import { describe, test } from 'vitest';
import type { RawRequest } from '@caudal/core';
import { novus, novusLoggers } from '@caudal/provider-novus';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const token = '6e3b0d1c-9d1f-4c0b-9a55-0c6f1c2f7d10';
const push = 'push secret/of this test';

const externalId = '612ea1694035dd0012f6d238';
const at = Date.UTC(2026, 6, 5, 22, 46, 54);
const [pulses, first, second] = novusLoggers['logbox-3g'].map(({ name }) => name) as [string, string, string];

/** An answer of TagoIO with values as published for a LogBox 3G. */
const item = (variable: string, value: unknown, instant = at) => ({
  id: `${variable}-${instant}`,
  device: externalId,
  variable,
  value,
  time: new Date(instant).toISOString(),
});
const answer = (...items: readonly object[]) => replies.json({ status: true, result: items });

const fullPage = (from: number) =>
  answer(...Array.from({ length: 100 }, (_value, index) => item(pulses, 276_000 + index, from + index * 1000)));

const request: RawRequest = {
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'content-type': 'application/json', 'x-caudal-secret': push },
  body: Buffer.from(JSON.stringify([item(pulses, 276_166)])),
  receivedAt: at + 5000,
};

registerConformance(
  providerConformance({
    plugin: (baseUrl) => novus({ logger: 'logbox-3g', baseUrl, webhook: { secret: 'env:TAGO_PUSH' } }),
    givesUpSoon: (baseUrl) => novus({ logger: 'logbox-3g', baseUrl, timeoutMs: 30 }),
    secrets: { 'env:LOGGER_TOKEN': token, 'env:TAGO_PUSH': push },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: {
      id: 'logger-1',
      externalId,
      credential: 'env:LOGGER_TOKEN',
      settings: {},
      variables: [pulses, first, second].map((name) => ({ name, settings: {} })),
    },
    window: { from: Date.UTC(2026, 6, 5), to: Date.UTC(2026, 6, 6) },
    answers: {
      ok: answer(item(pulses, 276_166), item(first, 22.8), item(second, 72.3)),
      routes: { '/info': replies.json({ status: true, result: { id: externalId, name: 'Well 1' } }) },
      empty: answer(),
      pages: [fullPage(Date.UTC(2026, 6, 5, 1)), fullPage(Date.UTC(2026, 6, 5, 2)), answer(item(pulses, 276_500))],
      noValue: answer(item(pulses, -3200), item(first, 3276.7), item(second, '-3200.0')),
      badCredentials: replies.json({ status: false, message: 'Authorization Denied' }, 401),
    },
    readings: [
      { device: externalId, variable: pulses, at, value: 276_166 },
      { device: externalId, variable: first, at, value: 22.8 },
      { device: externalId, variable: second, at, value: 72.3 },
    ],
    webhook: {
      request,
      signsBody: false,
      forged: [{ ...request, headers: { ...request.headers, 'x-caudal-secret': 'another' } }],
    },
  }),
  { describe, test },
);
