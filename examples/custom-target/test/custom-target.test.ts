import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { complianceConformance, registerConformance, replies } from '@caudal/testkit';
import { describe, expect, test } from 'vitest';
import { riverCouncil } from '../river-council.ts';

test('two hours are accepted and confirmed, the third is refused, and the register holds the digits of the file', async () => {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@caudal/source', main]);
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => /accepted|confirmed|rejected|register/.test(line)).toSorted()).toEqual([
    expect.stringMatching(/^2026-03-02T12:00:00.000Z accepted RC-100[12] $/),
    expect.stringMatching(/^2026-03-02T12:00:00.000Z confirmed RC-100[12] $/),
    expect.stringMatching(/^2026-03-02T13:00:00.000Z accepted RC-100[12] $/),
    expect.stringMatching(/^2026-03-02T13:00:00.000Z confirmed RC-100[12] $/),
    '2026-03-02T14:00:00.000Z rejected  more than the right allows',
    'in the register: 2026-03-02T12:00:00.000Z 31.50',
    'in the register: 2026-03-02T13:00:00.000Z 32.0',
  ]);
}, 120_000);

const slot = Date.UTC(2026, 5, 1, 12);
const report = (flow: string | null = '31.50') => ({
  work: { code: 'INTAKE 7', settings: { token: 'env:EXAMPLE_TOKEN' } },
  members: { flow: {} },
  submissions: [{ id: 's-1', slot, values: { flow: { value: flow, at: slot, flag: 1 as const } } }],
});

registerConformance(
  complianceConformance({
    plugin: (baseUrl) => riverCouncil({ baseUrl }),
    secrets: { 'env:EXAMPLE_TOKEN': 'a-token-of-this-test' },
    report: report(),
    sendTime: slot + 900_000,
    faults: [
      { name: 'a flow below zero', report: report('-1'), path: '/submissions/0/values/flow/value' },
      { name: 'no flow', report: report(null), path: '/submissions/0/values/flow/value' },
    ],
    answers: {
      accepted: replies.json({ receipt: 'RC-1' }, 201),
      receipt: 'RC-1',
      badCredentials: replies.json({ reason: 'unknown token' }, 401),
      others: [
        { name: 'there already', reply: replies.json({ receipt: 'RC-0' }, 409), status: 'duplicate' },
        { name: 'too much', reply: replies.json({ reason: 'no' }, 422), status: 'rejected', until: 'final' },
      ],
    },
    confirm: {
      receipt: 'RC-1',
      same: [replies.json({ flow: '31.50' }), replies.json({ flow: '31.5' })],
      different: replies.json({ flow: '31.51' }),
      unknown: replies.json({ reason: 'unknown' }, 404),
    },
  }),
  { describe, test },
);
