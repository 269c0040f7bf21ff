import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Printed {
  readonly readings: number;
  readonly values: number;
  readonly findings: Readonly<Record<string, number>>;
  readonly receipts: Readonly<Record<string, number>>;
  readonly violations: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly unaccounted: number;
  readonly missing: readonly string[];
}

test('a day of faults ends with everything accounted for, in one JSON object', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@caudal/source',
    main,
    '--once',
    '--json',
  ]);
  const account = JSON.parse(stdout) as Printed;
  expect(account).toMatchObject({ missing: [], unaccounted: 0, violations: { dga: 0, sma: 0 } });
  expect(account.readings).toBeGreaterThan(5000);
  expect(account.values).toBe(account.readings);
  // One DGA slot has no level, because the sensor failed; every other one of both regulators has its receipt.
  expect(account.receipts['dga']).toBeGreaterThanOrEqual(51);
  expect(account.receipts['sma']).toBeGreaterThanOrEqual(50);
  expect(account.findings).toMatchObject({ TOTAL_RESET: 1, TOTAL_GLITCH_ZERO: 1 });
  for (const channel of ['email', 'sms', 'webhook']) expect(account.messages[channel], channel).toBeGreaterThan(0);
}, 300_000);
