import { describe, test } from 'node:test';
import { complianceConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };
import { acme } from '../src/index.ts';

const slot = Date.UTC(2026, 5, 1, 12);
const value = (text: string | null) => ({ value: text, at: slot, flag: 1 as const });
const report = (level: string | null = '10.50') => ({
  work: { code: 'W 1', settings: { token: 'env:ACME_TOKEN' } },
  members: { total: {}, level: {} },
  submissions: [{ id: 's-1', slot, values: { total: value('1200'), level: value(level) } }],
});
const held = (level: string) => replies.json({ values: { total: '1200', level } });

registerConformance(
  complianceConformance({
    plugin: (baseUrl) => acme({ baseUrl }),
    secrets: { 'env:ACME_TOKEN': 'a-token-of-this-test' },
    packageVersion: manifest.version,
    schemaBaseline: new URL('schema.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    report: report(),
    sendTime: slot + 900_000,
    faults: [
      { name: 'a level below zero', report: report('-1'), path: '/submissions/0/values/level/value' },
      { name: 'no level', report: report(null), path: '/submissions/0/values/level/value' },
    ],
    answers: {
      accepted: replies.json({ receipt: 'R-1' }, 201),
      receipt: 'R-1',
      badCredentials: replies.json({ reason: 'unknown token' }, 401),
      others: [
        { name: 'there already', reply: replies.json({ receipt: 'R-0' }, 409), status: 'duplicate' },
        { name: 'bad values', reply: replies.json({ reason: 'no' }, 422), status: 'rejected', until: 'final' },
      ],
    },
    confirm: {
      receipt: 'R-1',
      same: [held('10.50'), held('10.5')],
      different: held('10.51'),
      unknown: replies.json({ reason: 'unknown' }, 404),
    },
  }),
  { describe, test },
);
