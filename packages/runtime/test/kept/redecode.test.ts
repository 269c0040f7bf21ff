import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFile } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openServices } from '../process/services.ts';

const minute = 60_000;
const t0 = Date.UTC(2026, 0, 15, 12);
const logger = '5a3c0d9e1f2b4a6c8d7e0001';
const data: DataFile = {
  points: [{ id: 'well', name: 'well', kind: 'well', series: { flow: { intervalMinutes: 10 } } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: logger, intervalMinutes: 10 }],
};
const by = { author: 'user:ana', reason: 'the factor on the plate' };

const record = (index: number) => ({
  id: `record-${index}`,
  instance: 'tago',
  lane: 'live' as const,
  receivedAt: t0 + index * 10 * minute + 1,
  envelope: { channel: 'webhook' as const, contentType: 'application/json' },
  body: new TextEncoder().encode(
    JSON.stringify([
      {
        id: `f-${index}`,
        device: logger,
        variable: 'flow',
        value: 10 + index,
        time: new Date(t0 + index * 10 * minute).toISOString(),
      },
    ]),
  ),
});

test('records that came before their binding, and those of another factor, are decoded again from its date on, also after a crash right after the change', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-redecode-'));
  const clock = virtualClock(t0 + 60 * minute);
  let services = await openServices(folder, data, clock);
  onTestFinished(async () => {
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const crash = async () => {
    await services.close();
    services = await openServices(folder, data, clock);
  };
  const values = async () =>
    (await services.store.read.values({ series: ['well/flow'], from: t0, to: t0 + 120 * minute })).map(
      ({ value }) => value,
    );
  const bind = (more: object) =>
    services.kept.put(
      { kind: 'bindings', id: 'flow', content: { device: 'logger', variable: 'flow', series: 'well/flow', ...more } },
      by,
    );

  await services.store.write.appendRaw([0, 1, 2].map(record));
  await services.processAll();
  expect(await values()).toEqual([]);
  await bind({});
  await services.processAll();
  expect(await values()).toEqual([10, 11, 12]);
  await bind({ scale: 2 });
  // Nothing of the change was done yet: it waits on disk.
  await crash();
  await services.store.write.appendRaw([record(3)]);
  await services.processAll();
  expect(await values()).toEqual([20, 22, 24, 26]);
  expect((await services.store.read.revisions('well/flow', t0)).map(({ value }) => value)).toEqual([10]);
  await bind({ scale: 2, to: new Date(t0 + 20 * minute).toISOString() });
  await services.store.write.appendRaw([record(4)]);
  await services.processAll();
  expect(await values()).toEqual([20, 22, 24, 26]);
  expect(await services.store.read.redecodes(9)).toEqual([]);
});
