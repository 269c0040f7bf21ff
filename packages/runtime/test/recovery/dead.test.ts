import { expect, test } from 'vitest';
import { dga } from '@caudal/compliance-dga';
import { createOperations } from '../../src/operate/operations.ts';
import { printable } from '../../src/operate/printable.ts';
import { openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { bytes, raw, submission, t0 } from '../store/rows.ts';

const data = { points: [{ id: 'well', name: 'Well', kind: 'well' as const, series: { level: {} } }] };

const withServices = (
  run: (
    services: Awaited<ReturnType<typeof openServices>>,
    operations: ReturnType<typeof createOperations>,
  ) => Promise<void>,
) =>
  inFolder(async (folder) => {
    const services = await openServices(folder, data, handClock(), {
      targets: { dga: dga({ rutEmpresa: '77555666-8' }) },
    });
    try {
      await run(services, createOperations(services, 'ana'));
    } finally {
      await services.close();
    }
  });

const actsOn = async ({ store }: Awaited<ReturnType<typeof openServices>>, subject: string) =>
  (await store.read.auditTrail({ subject, limit: 9 })).map(({ actor, act }) => `${actor}: ${act}`);

test('an unreadable record is listed, shown, set aside and requeued, each act with its reason in the audit', () =>
  withServices(async (services, operations) => {
    await services.store.write.appendRaw([
      raw('bad', { instance: 'tago', body: bytes('no JSON \u001b[2J at all') }),
      raw('worse', { instance: 'tago', body: bytes('nor this') }),
    ]);
    await services.processAll();
    expect((await operations.deadList({})).map(({ id, kind, state }) => [id, kind, state])).toEqual([
      ['worse', 'raw', 'FAILED'],
      ['bad', 'raw', 'FAILED'],
    ]);
    expect(await operations.deadList({ instance: 'other' })).toEqual([]);
    expect(await operations.deadShow('bad')).toMatchObject({
      kind: 'raw',
      envelope: { channel: 'pull' },
      body: { as: 'text', text: 'no JSON \\u001b[2J at all', cut: false },
    });
    await expect(operations.deadSkip({ id: 'bad', because: ' ' })).rejects.toThrow(/say why/u);
    expect(await operations.deadSkip({ id: 'bad', because: 'a test of the vendor' })).toEqual({ state: 'SKIPPED' });
    expect(await services.store.read.raw('bad')).toMatchObject({
      status: 'SKIPPED',
      body: bytes('no JSON \u001b[2J at all'),
    });
    expect(await operations.deadRequeue({ id: 'bad', because: 'decoder mended' })).toEqual({ requeued: 1 });
    expect(await services.store.read.raw('bad')).toMatchObject({ status: 'PENDING' });
    expect(await actsOn(services, 'bad')).toEqual([
      'ana: requeued: decoder mended',
      'ana: set aside: a test of the vendor',
    ]);
    await services.processAll();
    expect(await operations.deadRequeue({ instance: 'tago', because: 'all of them' })).toEqual({ requeued: 2 });
    await expect(operations.deadRequeue({ because: 'everything' })).rejects.toThrow(/say what/u);
    await expect(operations.deadRequeue({ id: 'bad', because: 'again' })).rejects.toThrow(
      /is PENDING: it is no dead letter/u,
    );
  }));

test('a quarantined submission and a notice that was given up go on when a person says so', () =>
  withServices(async (services, operations) => {
    const { store } = services;
    await store.write.expectSubmissions([submission('s', t0)]);
    await store.write.changeSubmissions([
      { id: 's', epoch: 0, state: 'quarantined', nextAt: t0, reason: 'no such work', configuration: 'hash' },
    ]);
    await store.write.createNotices(
      [
        {
          id: 'n',
          person: 'ana',
          channel: 'mail',
          event: 'system',
          alerts: [],
          state: 'failed',
          nextAt: t0,
          attempts: 20,
          externalId: null,
          reason: 'mailbox unknown',
          createdAt: t0,
          sentAt: null,
          message: null,
        },
      ],
      [],
    );
    expect(await operations.deadList({})).toMatchObject([
      { kind: 'submission', id: 's', state: 'quarantined', reason: 'no such work' },
      { kind: 'notice', id: 'n', of: 'ana on mail', state: 'failed', reason: 'mailbox unknown' },
    ]);
    expect((await operations.deadList({ kind: 'notice' })).map(({ id }) => id)).toEqual(['n']);
    expect(await operations.deadRequeue({ id: 's', because: 'the work is registered now' })).toEqual({ requeued: 1 });
    expect(await store.read.submission('s')).toMatchObject({ state: 'expected', reason: null });
    expect(await operations.deadRequeue({ id: 'n', because: 'address mended' })).toEqual({ requeued: 1 });
    expect(await store.read.dueNotices(t0, 9)).toMatchObject([{ id: 'n', state: 'pending', attempts: 0 }]);
    expect(await actsOn(services, 's')).toContain('ana: requeued: the work is registered now');
    expect(await actsOn(services, 'n')).toEqual(['ana: requeued: address mended']);
    expect(await operations.deadList({})).toEqual([]);
  }));

test.each([
  ['plain text\n\tkept', { as: 'text', text: 'plain text\n\tkept' }],
  [
    'bell \u0007, right to left \u202e, line \u2028',
    { as: 'text', text: 'bell \\u0007, right to left \\u202e, line \\u2028' },
  ],
])('a body is shown without what a terminal would obey: %j', (text, expected) => {
  expect(printable(bytes(text))).toEqual({ ...expected, cut: false });
});

test('a body that is no text is shown as base64', () => {
  expect(printable(new Uint8Array([0xff, 0x00, 0x80]))).toEqual({ as: 'base64', text: '/wCA', cut: false });
});
