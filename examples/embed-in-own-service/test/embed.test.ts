import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { startTago } from '@caudal/simulators';
import { expect, test } from 'vitest';
import { startService } from '../service.ts';

test('a service of its own answers with the newest value that the runtime took in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-embed-'));
  const vendor = await startTago({ clock: systemClock });
  const device = vendor.addDevice({ token: 'embed-device-token' });
  const at = Math.floor(systemClock.now() / 60_000) * 60_000 - 600_000;
  device.add([{ variable: 'flow', time: at, value: 12.5, unit: 'L/s' }]);
  process.env['EMBED_TOKEN'] = 'embed-device-token';
  const data = join(folder, 'data.yaml');
  writeFileSync(
    data,
    [
      'points: [{ id: well, name: Well, kind: well, series: { flow: {} } }]',
      `devices: [{ id: logger, provider: tago, externalId: ${device.id}, credential: env:EMBED_TOKEN }]`,
      'bindings: [{ device: logger, variable: flow, series: well/flow }]',
    ].join('\n'),
  );
  const service = await startService({ folder, data, vendorUrl: vendor.url });
  try {
    await expect
      .poll(async () => (await fetch(`${service.url}/well%2Fflow`)).json(), { interval: 50 })
      .toMatchObject({ at, value: 12.5 });
    expect((await fetch(`${service.url}/well%2Flevel`)).status).toBe(404);
  } finally {
    await service.close();
    await vendor.close();
    delete process.env['EMBED_TOKEN'];
    rmSync(folder, { recursive: true, force: true });
  }
});
