import { describe, test } from 'node:test';
import { notifierConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { acme } from '../src/index.ts';

registerConformance(
  notifierConformance({
    plugin: (baseUrl) => acme({ baseUrl, token: 'env:ACME_TOKEN' }),
    secrets: { 'env:ACME_TOKEN': 'a-token-of-this-test' },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    address: { room: 'wells' },
    badAddress: { room: 'nobody' },
    answers: {
      ok: replies.json({ id: 'message-1' }),
      badRecipient: replies.json({ error: 'no such room' }, 404),
      badCredentials: replies.json({ error: 'unknown token' }, 401),
    },
  }),
  { describe, test },
);
