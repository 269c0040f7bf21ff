import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { bytes, processed, raw, submission, t0, value } from './rows.ts';

const entry = { at: t0, actor: 'ana', act: 'requeue', subject: 'raw', hash: null };

export const rawSuite = (open: Open): void => {
  describe('raw records', () => {
    it('come back byte for byte with their envelope', () =>
      withStore(open, async ({ write, read }) => {
        const body = Uint8Array.from({ length: 256 }, (_, index) => index);
        const envelope = {
          channel: 'pull',
          device: 'd',
          asked: { devices: ['d'], page: { next: 1 } },
          status: 200,
        } as const;
        await write.appendRaw([raw('a', { body, envelope })]);
        expect(await read.raw('a')).toEqual({
          id: 'a',
          instance: 'tago-north',
          lane: 'live',
          status: 'PENDING',
          receivedAt: t0,
          envelope,
          body,
          reason: null,
          repeats: 0,
          processedAt: null,
        });
        expect(body[255]).toBe(255);
        expect(await read.raw('b')).toBeNull();
      }));

    it('are stored once for an id, and an id never names other bytes', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([raw('a')]);
        expect(await write.appendRaw([raw('a'), raw('b')])).toEqual({ stored: ['a', 'b'], repeated: [] });
        await expect(write.appendRaw([raw('c'), raw('a', { body: bytes('other') })])).rejects.toMatchObject({
          kind: 'invalid-data',
          scope: 'item',
        });
        expect(await read.raw('c')).toBeNull();
        expect((await read.counts()).raw.PENDING).toBe(2);
      }));

    it('count an answer equal to the last one of the same request and instance', () =>
      withStore(open, async ({ write, read }) => {
        const answer = (id: string, text: string, some = {}) =>
          raw(id, { request: 'latest', body: bytes(text), ...some });
        expect(await write.appendRaw([answer('a', '1'), answer('b', '1')])).toEqual({ stored: ['a'], repeated: ['b'] });
        expect(await write.appendRaw([answer('c', '1'), answer('d', '1', { instance: 'other' })])).toEqual({
          stored: ['d'],
          repeated: ['c'],
        });
        expect(await write.appendRaw([answer('e', '2'), answer('f', '1'), raw('g', { body: bytes('1') })])).toEqual({
          stored: ['e', 'f', 'g'],
          repeated: [],
        });
        expect((await read.raw('a'))?.repeats).toBe(2);
        expect(await read.raw('b')).toBeNull();
        expect((await read.counts()).repeats).toBe(2);
      }));

    it('are claimed live first, then gaps, then backfill, each in order of arrival', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([
          raw('b1', { lane: 'backfill' }),
          raw('g1', { lane: 'gap' }),
          raw('l1'),
          raw('g2', { lane: 'gap' }),
          raw('l2'),
        ]);
        const first = await write.claimRaw({ limit: 3, maxBytes: 1_000 });
        expect(first.map(({ id, status }) => [id, status])).toEqual([
          ['l1', 'PROCESSING'],
          ['l2', 'PROCESSING'],
          ['g1', 'PROCESSING'],
        ]);
        expect(first[0]?.body).toEqual(bytes('body of l1'));
        expect((await write.claimRaw({ limit: 9, maxBytes: 1_000 })).map(({ id }) => id)).toEqual(['g2', 'b1']);
        expect(await write.claimRaw({ limit: 9, maxBytes: 1_000 })).toEqual([]);
        expect((await read.counts()).raw).toMatchObject({ PENDING: 0, PROCESSING: 5 });
      }));

    it('are claimed up to a number of bytes, but never none', () =>
      withStore(open, async ({ write }) => {
        const body = new Uint8Array(100);
        await write.appendRaw([raw('a', { body }), raw('b', { body }), raw('c', { body, lane: 'gap' })]);
        const claim = async (maxBytes: number) => (await write.claimRaw({ limit: 9, maxBytes })).map(({ id }) => id);
        expect(await claim(10)).toEqual(['a']);
        expect(await claim(199)).toEqual(['b']);
        expect(await claim(200)).toEqual(['c']);
      }));

    it('end as marked, the same mark again changes nothing, and what was being processed is taken up again', () =>
      withStore(open, async ({ write, read }, clock) => {
        await write.appendRaw([raw('a'), raw('b'), raw('c')]);
        await write.claimRaw({ limit: 9, maxBytes: 1_000 });
        const run = processed({
          marks: [
            { id: 'a', status: 'COMPLETED', readings: 2, problems: [{ reason: 'no time', at: '/3' }] },
            { id: 'b', status: 'FAILED', reason: 'no JSON', readings: 0 },
          ],
        });
        clock.at = t0 + 5;
        await write.commitProcessed(run);
        clock.at = t0 + 9;
        await write.commitProcessed(run);
        expect(await read.raw('a')).toMatchObject({ status: 'COMPLETED', processedAt: t0 + 5, reason: null });
        expect(await read.raw('b')).toMatchObject({ status: 'FAILED', processedAt: t0 + 5, reason: 'no JSON' });
        expect(await write.recoverRaw()).toBe(1);
        expect((await read.counts()).raw).toEqual({ PENDING: 1, PROCESSING: 0, COMPLETED: 1, FAILED: 1, SKIPPED: 0 });
        expect((await write.claimRaw({ limit: 9, maxBytes: 1_000 })).map(({ id }) => id)).toEqual(['c']);
      }));

    it('are listed and requeued by filter, with an audit entry', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([
          raw('a', { envelope: { channel: 'pull', device: 'pozo_1' } }),
          raw('b', { envelope: { channel: 'pull', asked: { devices: ['pozoX1', 'pozo_2'] } }, receivedAt: t0 + 10 }),
          raw('c', { instance: 'other', receivedAt: t0 + 20 }),
        ]);
        await write.claimRaw({ limit: 9, maxBytes: 1_000 });
        await write.commitProcessed(
          processed({
            marks: [
              { id: 'a', status: 'FAILED', reason: 'x', readings: 0 },
              { id: 'b', status: 'COMPLETED', readings: 1 },
            ],
          }),
        );
        const list = async (filter: Parameters<typeof read.rawList>[0]) =>
          (await read.rawList(filter, 9)).map(({ id }) => id);
        expect(await list({})).toEqual(['c', 'b', 'a']);
        expect(await list({ device: 'pozo_1' })).toEqual(['a']);
        expect(await list({ device: 'pozo_2' })).toEqual(['b']);
        expect(await list({ instance: 'other' })).toEqual(['c']);
        expect(await list({ from: t0 + 10, to: t0 + 20 })).toEqual(['b']);
        expect(await list({ status: ['FAILED', 'PROCESSING'] })).toEqual(['c', 'a']);
        expect(await list({ ids: ['b'] })).toEqual(['b']);
        expect((await read.rawList({}, 1)).length).toBe(1);

        expect(await write.requeueRaw({ from: t0 }, entry)).toBe(2);
        expect((await read.counts()).raw).toMatchObject({ PENDING: 2, PROCESSING: 1, COMPLETED: 0, FAILED: 0 });
        expect(await read.raw('a')).toMatchObject({ status: 'PENDING', reason: null });
        expect(await read.auditTrail({ subject: 'raw', limit: 9 })).toEqual([entry]);
      }));

    it('go when old, unless they wait or stand behind a submission', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([
          raw('a', { request: 'latest' }),
          raw('b'),
          raw('c', { receivedAt: t0 + 10 }),
          raw('d', { lane: 'backfill' }),
        ]);
        await write.claimRaw({ limit: 3, maxBytes: 1_000 });
        await write.commitProcessed(
          processed({
            marks: ['a', 'b', 'c'].map((id) => ({ id, status: 'COMPLETED', readings: 1 })),
            values: [value(t0, 1, { raw: 'b' })],
          }),
        );
        await write.expectSubmissions([submission('s', t0)]);
        await write.changeSubmissions([
          { id: 's', epoch: 0, state: 'due', nextAt: t0, sources: [{ series: 'well-1/level', at: t0, raw: 'b' }] },
        ]);
        expect(await write.deleteOldRaw({ before: t0 + 10, limit: 9 })).toBe(1);
        expect((await read.rawList({}, 9)).map(({ id }) => id)).toEqual(['d', 'c', 'b']);
        expect((await read.counts()).raw).toMatchObject({ COMPLETED: 2, PENDING: 1 });
        const again = await write.appendRaw([raw('a2', { request: 'latest', body: bytes('body of a') })]);
        expect(again.stored).toEqual(['a2']);
      }));

    it('tell the oldest that waits', () =>
      withStore(open, async ({ write, read }) => {
        expect((await read.counts()).oldestPendingRaw).toBeNull();
        await write.appendRaw([raw('a', { receivedAt: t0 + 7 }), raw('b', { lane: 'gap', receivedAt: t0 + 3 })]);
        expect((await read.counts()).oldestPendingRaw).toBe(t0 + 3);
      }));
  });
};
