import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@caudal/core';
import { startTago } from '@caudal/simulators';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const main = join(import.meta.dirname, '..', 'main.ts');
const at = Date.UTC(2026, 0, 15, 12);

test('prints the latest value of each variable, with the text as it was sent', async () => {
  const tago = await startTago({ clock: systemClock });
  try {
    const device = tago.addDevice({ token: 'a-device-token' });
    device.add([
      { variable: 'level', time: at - 60_000, value: 22.5, unit: 'm' },
      { variable: 'level', time: at, value: 22.75, unit: 'm' },
      { variable: 'pulses', time: at, value: '276166' },
    ]);
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@caudal/source', main, device.id, 'level', 'pulses'],
      {
        env: { ...process.env, TAGO_URL: tago.url, TAGO_TOKEN: 'a-device-token' },
      },
    );
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      '2026-01-15T12:00:00.000Z level 22.75 m (as sent: 22.75)',
      '2026-01-15T12:00:00.000Z pulses 276166  (as sent: 276166)',
    ]);
  } finally {
    await tago.close();
  }
});
