import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOperations } from '../../src/operate/operations.ts';
import { openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { minute, raw, t0 } from '../store/rows.ts';

const logger = '5a3c0d9e1f2b4a6c8d7e0001';

const dataWith = (scale: number) => ({
  points: [{ id: 'well', name: 'well', kind: 'well' as const, series: { flow: { intervalMinutes: 10 } } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: logger, intervalMinutes: 10 }],
  bindings: [{ device: 'logger', variable: 'flow', series: 'well/flow', scale }],
});

const records = Array.from({ length: 12 }, (_, index) =>
  raw(`record-${index}`, {
    instance: 'tago',
    receivedAt: t0 + (index * 10 + 1) * minute,
    envelope: { channel: 'webhook', contentType: 'application/json', device: 'logger' },
    body: new TextEncoder().encode(
      JSON.stringify([
        {
          id: `flow-${index}`,
          device: logger,
          variable: 'flow',
          value: 20 + (index % 4),
          time: new Date(t0 + index * 10 * minute).toISOString(),
        },
      ]),
    ),
  }),
);

const valuesOf = async ({ store }: Awaited<ReturnType<typeof openServices>>) =>
  store.read.values({ series: ['well/flow'], from: 0, to: Infinity });

test('after a fix, reprocess ends in what a clean run has, and what values were before stays as revisions', () =>
  inFolder(async (folder) => {
    const clock = handClock();
    clock.at = t0 + 200 * minute;
    const wrong = await openServices(join(folder, 'mended'), dataWith(10), clock);
    await wrong.store.write.appendRaw(records);
    await wrong.processAll();
    const before = await valuesOf(wrong);
    expect(before).toHaveLength(records.length);
    await wrong.close();

    const clean = await openServices(join(folder, 'clean'), dataWith(1), clock);
    await clean.store.write.appendRaw(records);
    await clean.processAll();
    const wanted = await valuesOf(clean);
    await clean.close();
    expect(wanted.map(({ value }) => value)).not.toEqual(before.map(({ value }) => value));

    const mended = await openServices(join(folder, 'mended'), dataWith(1), clock);
    try {
      const operations = createOperations(mended, 'ana');
      expect(await operations.reprocess({ point: 'well' })).toMatchObject({ records: records.length, points: 1 });
      await mended.processAll();
      expect(await valuesOf(mended)).toEqual(wanted);
      for (const { at, value } of before)
        expect(await mended.store.read.revisions('well/flow', at)).toMatchObject([{ at, value }]);
      expect(
        (await mended.store.read.auditTrail({ subject: 'point:well', limit: 9 })).map(({ actor }) => actor),
      ).toContain('ana');
    } finally {
      await mended.close();
    }
  }));
