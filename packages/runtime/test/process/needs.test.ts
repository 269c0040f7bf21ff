import { join } from 'node:path';
import { closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewRaw } from '../../src/store/index.ts';
import { handClock, inFolder } from '../store/files.ts';
import { t0 } from '../store/rows.ts';
import { openServices } from './services.ts';

const data = {
  points: [{ id: 'well', name: 'well', kind: 'well' as const, series: { flow: { intervalMinutes: 10 } } }],
  devices: [{ id: 'logger', provider: 'births', externalId: 'x' }],
  bindings: [{ device: 'logger', variable: 'flow', series: 'well/flow' }],
};

/** `name=flow` gives an alias its name; `1 <at> <value>` uses it. Like Sparkplug's BIRTH and DATA. */
const births = () =>
  configured(
    defineProvider({
      id: 'births',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { subscribe: { per: 'instance' }, limits: [] },
      create: () => ({
        check: async () => ({ ok: true, message: 'works' }),
        decode({ body, envelope }, { needed }) {
          if (envelope.key !== undefined) return { readings: [], problems: [] };
          const [at = '', raw = ''] = Buffer.from(body).toString().split(' ');
          const variable = Buffer.from(needed?.body ?? []).toString();
          return { readings: [{ device: 'x', variable, at: Number(at), value: Number(raw), raw }], problems: [] };
        },
      }),
    }),
    {},
  );

const body = (text: string) => new TextEncoder().encode(text);
const birth = (id: string, variable: string): NewRaw => ({
  id,
  instance: 'births',
  lane: 'live',
  receivedAt: t0,
  envelope: { channel: 'subscribe', key: 'birth' },
  body: body(variable),
});
const reading = (number: number): NewRaw => ({
  id: `data-${number}`,
  instance: 'births',
  lane: 'live',
  receivedAt: t0,
  envelope: { channel: 'subscribe', needs: 'birth' },
  body: body(`${t0 + number * 600_000} ${number}`),
});

const withServices = (
  work: (services: Awaited<ReturnType<typeof openServices>>, clock: ReturnType<typeof handClock>) => Promise<void>,
  process = {},
) =>
  inFolder(async (folder) => {
    const clock = handClock();
    const services = await openServices(join(folder, 'store'), data, clock, {
      providers: { births: births() },
      process,
    });
    try {
      await work(services, clock);
    } finally {
      await services.close();
    }
  });

const flows = async ({ store }: Awaited<ReturnType<typeof openServices>>) =>
  (await store.read.values({ series: ['well/flow'], from: 0, to: Infinity })).map(({ value }) => value);

// A hundred databases are opened: on a machine that does other things too, it takes its time.
test(
  'whatever came before the record that it needs waits for it and is read, whatever is processed when',
  { timeout: 180_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        async (before, processNow) =>
          withServices(async (services) => {
            const numbers = Array.from({ length: 6 }, (_, index) => index);
            const rows = [
              ...numbers.slice(0, before).map(reading),
              birth('birth', 'flow'),
              ...numbers.slice(before).map(reading),
            ];
            for (const [index, row] of rows.entries()) {
              await services.store.write.appendRaw([row]);
              if (processNow[index] === true) await services.processAll();
            }
            await services.processAll();
            expect(await flows(services)).toEqual(numbers);
            expect((await services.store.read.counts()).raw).toMatchObject({ PENDING: 0, COMPLETED: 7 });
          }),
      ),
      { numRuns: 10 },
    );
  },
);

test('a later record of the same key changes nothing for those before it', async () => {
  await withServices(async (services) => {
    await services.store.write.appendRaw([birth('a', 'flow'), reading(1), birth('b', 'level'), reading(2)]);
    await services.processAll();
    expect(await flows(services)).toEqual([1]);
    expect(await services.store.read.unclaimed(9)).toMatchObject([{ device: 'x', variable: 'level', count: 1 }]);
  });
});

test('more records than may wait are skipped with their reason, and kept', async () => {
  await withServices(
    async (services) => {
      const { store } = services;
      await store.write.appendRaw([reading(1), reading(2), reading(3)]);
      await services.processAll();
      const { raw, parkedRaw } = await store.read.counts();
      expect({ waiting: parkedRaw, skipped: raw.SKIPPED }).toEqual({ waiting: 2, skipped: 1 });
      expect(await store.read.raw('data-3')).toMatchObject({ reason: expect.stringContaining('birth') as string });
    },
    { waitingRecords: 2 },
  );
});
