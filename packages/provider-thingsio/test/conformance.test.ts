import { describe, test } from 'vitest';
import { thingsio } from '@caudal/provider-thingsio';
import { providerConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const token = 'tH1ng+token/for tests=0123456789';
const at = Date.UTC(2026, 6, 6, 14, 30);

/** An answer of thethings.iO, in the shape of its API reference. */
const item = (value: unknown, instant = at) => ({
  key: 'pulsos',
  value,
  datetime: new Date(instant).toISOString(),
});
const list = (...items: readonly object[]) => replies.json(items);
const fullPage = (newest: number) =>
  list(...Array.from({ length: 100 }, (_value, index) => item(276_000 - index, newest - index * 60_000)));

registerConformance(
  providerConformance({
    plugin: (baseUrl) => thingsio({ baseUrl }),
    givesUpSoon: (baseUrl) => thingsio({ baseUrl, timeoutMs: 30 }),
    secrets: { 'env:THING': token },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    device: {
      id: 'logger-1',
      externalId: 'well-1',
      credential: 'env:THING',
      settings: {},
      variables: [{ name: 'pulsos', settings: {} }],
    },
    window: { from: Date.UTC(2026, 6, 6), to: Date.UTC(2026, 6, 7) },
    answers: {
      ok: list(item(276_166), item(276_102, at - 3_600_000)),
      routes: { '/utils/date': replies.json([{ key: 'unix_timestamp', value: 1_783_348_200 }]) },
      empty: list(),
      pages: [fullPage(at), fullPage(at - 100 * 60_000), list(item(275_000, at - 200 * 60_000))],
      noValue: list(item(null), item(true, at - 1), item('', at - 2)),
      badCredentials: replies.json({ status: 'error', code: 401, message: 'Invalid session token' }, 401),
    },
    readings: [
      { device: 'well-1', variable: 'pulsos', at, value: 276_166 },
      { device: 'well-1', variable: 'pulsos', at: at - 3_600_000, value: 276_102 },
    ],
    skip: Object.fromEntries(
      ['P-33', 'P-34', 'P-35', 'P-36'].map((id) => [
        id,
        'the stream is that of @caudal/provider-thethings, where it is proved',
      ]),
    ),
  }),
  { describe, test },
);
