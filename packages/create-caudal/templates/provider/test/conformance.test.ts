import { describe, test } from 'node:test';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { acme } from '../src/index.ts';

const at = Date.UTC(2026, 5, 1, 12);
const answer = (...values: readonly unknown[]) =>
  replies.json({
    readings: values.map((value, index) => ({
      variable: 'level',
      time: new Date(at + index * 60_000).toISOString(),
      value,
    })),
  });

registerConformance(
  providerConformance({
    plugin: (baseUrl) => acme({ baseUrl, token: 'env:ACME_TOKEN' }),
    secrets: { 'env:ACME_TOKEN': 'a-token-of-this-test' },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: { id: 'logger-1', externalId: 'unit-1', settings: {}, variables: [{ name: 'level', settings: {} }] },
    window: { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 2) },
    answers: {
      ok: answer(7.25),
      empty: answer(),
      noValue: answer(null, true, ''),
      badCredentials: replies.json({ error: 'unknown token' }, 401),
    },
    readings: [{ device: 'unit-1', variable: 'level', at, value: 7.25, raw: '7.25' }],
    cases: { folder: new URL('./cases/', import.meta.url) },
  }),
  { describe, test },
);
