import { describe, expect, it } from 'vitest';
import type { NewRaw, RawMark } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { minute, processed, raw, t0 } from './rows.ts';

const named = (id: string, key: string, some: Partial<NewRaw> = {}) =>
  raw(id, { envelope: { channel: 'subscribe', key }, ...some });
const needing = (id: string, needs: string, some: Partial<NewRaw> = {}) =>
  raw(id, { envelope: { channel: 'subscribe', needs }, ...some });
const waits = (id: string, key: string): RawMark => ({
  id,
  status: 'PENDING',
  reason: `waits for ${key}`,
  readings: 0,
  waits: { key, until: t0 + minute },
});
const completed = (id: string): RawMark => ({ id, status: 'COMPLETED', readings: 1 });

export const needsSuite = (open: Open): void => {
  describe('a raw record that needs another', () => {
    it('finds the newest with that key of its instance before it, else the first after it', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([
          needing('early', 'birth'),
          named('birth-1', 'birth'),
          named('birth-2', 'birth'),
          needing('data', 'birth'),
          named('other', 'birth', { instance: 'elsewhere' }),
          named('birth-3', 'birth'),
          needing('lonely', 'unheard of'),
        ]);
        const answer = await read.neededRaw(
          ['early', 'data', 'lonely'].map((id) => ({
            id,
            instance: 'tago-north',
            key: id === 'lonely' ? 'unheard of' : 'birth',
          })),
        );
        expect(answer.of.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
          { id: 'data', needed: 'birth-2' },
          { id: 'early', needed: 'birth-1' },
        ]);
        expect(answer.records.map(({ id }) => id).toSorted()).toEqual(['birth-1', 'birth-2']);
        expect(answer.records[0]?.body.byteLength).toBeGreaterThan(0);
      }));

    it('stays out of the queue until its need arrives, and nothing waits behind it', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([needing('data', 'birth'), raw('next')]);
        const claim = async () => (await write.claimRaw({ limit: 9, maxBytes: 1_000 })).map(({ id }) => id);
        expect(await claim()).toEqual(['data', 'next']);
        await write.commitProcessed(processed({ marks: [waits('data', 'birth'), completed('next')] }));
        expect(await claim()).toEqual([]);
        expect(await read.counts()).toMatchObject({ raw: { PENDING: 1 }, parkedRaw: 1, oldestPendingRaw: null });
        expect(await read.raw('data')).toMatchObject({ status: 'PENDING', reason: 'waits for birth' });
        await write.appendRaw([named('elsewhere', 'birth', { instance: 'other' })]);
        expect(await claim()).toEqual(['elsewhere']);
        await write.appendRaw([named('birth', 'birth')]);
        expect(await claim()).toEqual(['data', 'birth']);
        expect(await read.counts()).toMatchObject({ raw: { PENDING: 0 }, parkedRaw: 0 });
      }));

    it('does not wait for one that came while it was being looked for', () =>
      withStore(open, async ({ write }) => {
        await write.appendRaw([needing('data', 'birth')]);
        await write.claimRaw({ limit: 1, maxBytes: 1_000 });
        await write.appendRaw([named('birth', 'birth')]);
        await write.commitProcessed(processed({ marks: [waits('data', 'birth')] }));
        expect((await write.claimRaw({ limit: 9, maxBytes: 1_000 })).map(({ id }) => id)).toEqual(['data', 'birth']);
      }));

    it('is skipped with the reason when its time is over, and can be requeued', () =>
      withStore(open, async ({ write, read }, clock) => {
        await write.appendRaw([needing('data', 'birth')]);
        await write.claimRaw({ limit: 1, maxBytes: 1_000 });
        await write.commitProcessed(processed({ marks: [waits('data', 'birth')] }));
        clock.at = t0 + minute - 1;
        expect(await write.endWaiting(9)).toBe(0);
        clock.at = t0 + minute;
        expect(await write.endWaiting(9)).toBe(1);
        expect(await read.raw('data')).toMatchObject({
          status: 'SKIPPED',
          reason: 'the record that it needs did not come: birth',
        });
        expect(await read.counts()).toMatchObject({ raw: { PENDING: 0, SKIPPED: 1 }, parkedRaw: 0 });
        const entry = { at: t0, actor: 'ana', act: 'requeue', subject: 'raw', hash: null };
        expect(await write.requeueRaw({ ids: ['data'] }, entry)).toBe(1);
        expect(await write.claimRaw({ limit: 9, maxBytes: 1_000 })).toHaveLength(1);
      }));

    it('keeps what it needs from being forgotten', () =>
      withStore(open, async ({ write, read }) => {
        const later = { receivedAt: t0 + minute };
        await write.appendRaw([
          needing('early', 'a', later),
          named('a-1', 'a'),
          named('a-2', 'a'),
          named('a-3', 'a'),
          needing('data', 'a', later),
          named('a-4', 'a'),
          named('b-1', 'b'),
          named('b-2', 'b'),
        ]);
        const all = await write.claimRaw({ limit: 9, maxBytes: 1_000 });
        await write.commitProcessed(processed({ marks: all.map(({ id }) => completed(id)) }));
        const kept = async () => (await read.rawList({}, 9)).map(({ id }) => id).toReversed();
        await write.deleteOldRaw({ before: t0 + minute, limit: 9 });
        // The first is needed by what came before it, the third by what came after it, the newest by what is to come.
        expect(await kept()).toEqual(['early', 'a-1', 'a-3', 'data', 'a-4', 'b-2']);
        await write.deleteOldRaw({ before: t0 + minute + 1, limit: 9 });
        await write.deleteOldRaw({ before: t0 + minute + 1, limit: 9 });
        expect(await kept()).toEqual(['a-4', 'b-2']);
      }));

    it('has its key stored each time it comes, though an equal answer came before', () =>
      withStore(open, async ({ write }) => {
        const answer = (id: string) => named(id, 'birth', { request: 'latest', body: new Uint8Array([1]) });
        await write.appendRaw([answer('a')]);
        expect(await write.appendRaw([answer('b')])).toEqual({ stored: ['b'], repeated: [] });
      }));
  });
};
