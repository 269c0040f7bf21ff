import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { raw, t0 } from './rows.ts';

const of = (partition: number, from: number | null, to: number, holder = 'a') => ({
  topic: 'caudal.raw',
  partition,
  from,
  to,
  holder,
});

export const feedSuite = (open: Open): void => {
  describe('the position of a partition', () => {
    it('is stored with what came from it, by partition and topic', () =>
      withStore(open, async ({ write, read }) => {
        expect(await read.feedPositions('caudal.raw')).toEqual([]);
        await write.appendRaw([raw('a')], { feed: of(3, null, 10) });
        await write.appendRaw([raw('b')], { feed: of(0, null, 5, 'b') });
        await write.appendRaw([], { feed: { ...of(0, null, 7), topic: 'other' } });
        await write.appendRaw([], { feed: of(3, 10, 12) });
        expect(await read.feedPositions('caudal.raw')).toEqual([
          { partition: 0, next: 5, holder: 'b', at: t0 },
          { partition: 3, next: 12, holder: 'a', at: t0 },
        ]);
        expect((await read.rawList({}, 9)).map(({ id }) => id)).toEqual(['b', 'a']);
      }));

    it('moves for one reader: what another has read from the same place is refused as a whole', () =>
      withStore(open, async ({ write, read }) => {
        const both = await Promise.allSettled([
          write.appendRaw([raw('first')], { feed: of(1, null, 10) }),
          write.appendRaw([raw('second')], { feed: of(1, null, 11, 'b') }),
        ]);
        expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
        const next = (await read.feedPositions('caudal.raw'))[0]?.next as number;
        await expect(write.appendRaw([raw('late')], { feed: of(1, next - 1, 20) })).rejects.toMatchObject({
          kind: 'transient',
        });
        await expect(write.appendRaw([raw('new')], { feed: of(1, null, 20) })).rejects.toMatchObject({
          kind: 'transient',
        });
        await expect(write.appendRaw([raw('early')], { feed: of(2, 5, 20) })).resolves.toBeDefined();
        expect((await read.rawList({}, 9)).map(({ id }) => id).filter((id) => id !== 'early')).toHaveLength(1);
      }));

    it('does not move when what came with it is refused', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([raw('a')], { feed: of(1, null, 10) });
        await expect(
          write.appendRaw([{ ...raw('a'), body: Buffer.from('another') }], { feed: of(1, 10, 20) }),
        ).rejects.toMatchObject({ kind: 'invalid-data' });
        expect(await read.feedPositions('caudal.raw')).toMatchObject([{ partition: 1, next: 10 }]);
      }));

    it('that a record came by before does not store it twice', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([raw('a')], { feed: of(1, null, 10) });
        expect(await write.appendRaw([raw('a'), raw('b')], { feed: of(1, 10, 20) })).toMatchObject({
          stored: ['a', 'b'],
        });
        expect((await read.rawList({}, 9)).map(({ id }) => id)).toEqual(['b', 'a']);
      }));
  });
};
