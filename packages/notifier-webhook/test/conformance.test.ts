import { describe, test } from 'vitest';
import { webhook } from '@caudal/notifier-webhook';
import { notifierConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const secret = 'whsec_dGhlIHNlY3JldCBvZiB0aGlzIHRlc3QsIGxvbmc=';

registerConformance(
  notifierConformance({
    plugin: (baseUrl) =>
      webhook({
        url: `${baseUrl}/hooks/caudal`,
        secrets: ['env:HOOK_SECRET'],
        secretHeader: { name: 'x-gateway-key', value: 'env:GATEWAY_KEY' },
      }),
    givesUpSoon: (baseUrl) => webhook({ url: baseUrl, secrets: ['env:HOOK_SECRET'], timeoutMs: 30 }),
    secrets: { 'env:HOOK_SECRET': secret, 'env:GATEWAY_KEY': 'gateway key/of this test' },
    packageVersion: manifest.version,
    address: { recipient: 'ana' },
    badAddress: { recipient: 'gone' },
    answers: { ok: replies.answer(204), badRecipient: replies.answer(410) },
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    cases: { folder: new URL('./cases/', import.meta.url), plugin: (config) => webhook(config) },
  }),
  { describe, test },
);
