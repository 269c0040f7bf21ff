import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import { expect, test } from 'vitest';
import { callOperation, createOperations } from '../../src/operate/operations.ts';
import { openServices, type OpenServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { t0 } from '../store/rows.ts';

const csv = (manual: boolean) =>
  configured(
    defineProvider({
      id: 'csv',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { ...(manual ? { manual: { mediaTypes: ['text/csv', 'application/json'] } } : {}), limits: [] },
      create: () => ({
        check: async () => ({ ok: true, message: 'works' }),
        decode: ({ body, envelope }, context) => ({
          readings: Buffer.from(body)
            .toString()
            .split('\n')
            .map((line) => {
              const [at, raw = ''] = line.split(',');
              const device = context.externalId(envelope.device ?? '') ?? '';
              return { device, variable: 'flow', at: Number(at), value: Number(raw), raw };
            }),
          problems: [],
        }),
      }),
    }),
    {},
  );

const withOperations = (work: (call: (input: object) => Promise<unknown>, services: OpenServices) => Promise<void>) =>
  inFolder(async (folder) => {
    const services = await openServices(
      join(folder, 'store'),
      {
        points: [{ id: 'well', name: 'well', kind: 'well', series: { flow: {} } }],
        devices: [
          { id: 'book', provider: 'paper', externalId: 'page-1' },
          { id: 'other', provider: 'mute', externalId: 'x' },
        ],
        bindings: [{ device: 'book', variable: 'flow', series: 'well/flow' }],
      },
      handClock(),
      { providers: { paper: csv(true), mute: csv(false) }, http: { maxManualBytes: 1000 } },
    );
    try {
      await work((input) => callOperation(createOperations(services), 'enter', input), services);
    } finally {
      await services.close();
    }
  });

const text = `${t0},12.5\n${t0 + 60_000},13.5`;
const entry = {
  instance: 'paper',
  device: 'book',
  mediaType: 'text/csv; charset=utf-8',
  body: { base64: Buffer.from(text).toString('base64') },
  author: 'ana',
  note: 'Read on the round of Thursday',
};

test('what a person hands in is raw like any other, with its author and note in the audit', () =>
  withOperations(async (call, services) => {
    const { raw } = (await call(entry)) as { raw: string };
    expect(await services.store.read.raw(raw)).toMatchObject({
      instance: 'paper',
      status: 'PENDING',
      envelope: { channel: 'manual', device: 'book', contentType: 'text/csv; charset=utf-8' },
      body: new Uint8Array(Buffer.from(text)),
    });
    expect(await services.store.read.auditTrail({ subject: `raw:${raw}`, limit: 9 })).toEqual([
      {
        at: t0,
        actor: 'ana',
        act: 'entered text/csv at paper: Read on the round of Thursday',
        subject: `raw:${raw}`,
        hash: createHash('sha256').update(text).digest('hex'),
      },
    ]);
    await services.processAll();
    const values = await services.store.read.values({ series: ['well/flow'], from: 0, to: Infinity });
    expect(values.map(({ at, value, origin }) => [at, value, origin])).toEqual([
      [t0, 12.5, 'manual'],
      [t0 + 60_000, 13.5, 'manual'],
    ]);
    await call({ ...entry, body: new Uint8Array(Buffer.from(text)) });
  }));

for (const [what, changed, why] of [
  ['a provider that is not there', { instance: 'nobody' }, 'no provider'],
  ['a provider that takes nothing by hand', { instance: 'mute', device: 'other' }, 'takes nothing'],
  ['another media type', { mediaType: 'image/png' }, 'text/csv'],
  ['a device of another provider', { device: 'other' }, 'no device'],
  ['no author', { author: ' ' }, 'author'],
  ['a note that is too long', { note: 'x'.repeat(2001) }, 'note'],
  ['no body', { body: { base64: '' } }, 'empty'],
  ['text in place of bytes', { body: { base64: 'no base64!' } }, 'base64'],
  ['more than the limit', { body: { base64: Buffer.alloc(1001).toString('base64') } }, 'limit'],
] as const)
  test(`is refused with the reason: ${what}`, () =>
    withOperations(async (call, services) => {
      await expect(call({ ...entry, ...changed })).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining(why) as string,
      });
      expect(await services.store.read.rawList({}, 9)).toEqual([]);
      expect(await services.store.read.auditTrail({ limit: 9 })).toEqual([]);
    }));
