import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { notifierConformance, registerConformance, replies } from '@caudal/testkit';
import { describe, expect, test } from 'vitest';
import { wallDisplay } from '../wall-display.ts';

test('a level below its limit is one line on the display', async () => {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@caudal/source', main]);
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => line.startsWith('on the display'))).toEqual([
    expect.stringMatching(/^on the display: ! Threshold alert: tank\/level: .+ Code ALERT_LOW, From .+$/),
  ]);
  expect(lines).toContain('alert: water.alert tank/level ALERT_LOW');
  expect(lines.at(-1)).toBe('notice: operator wall sent');
}, 120_000);

registerConformance(
  notifierConformance({
    plugin: (baseUrl) => wallDisplay({ baseUrl, token: 'env:EXAMPLE_TOKEN' }),
    secrets: { 'env:EXAMPLE_TOKEN': 'a-token-of-this-test' },
    address: { display: 'hall' },
    badAddress: { display: 'cellar' },
    answers: {
      ok: replies.json({ id: 'line-1' }, 201),
      badRecipient: replies.json({ reason: 'no such display' }, 404),
      badCredentials: replies.json({ reason: 'unknown token' }, 401),
    },
  }),
  { describe, test },
);
