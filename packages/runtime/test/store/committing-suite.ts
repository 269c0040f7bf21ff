import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { processed, raw, submission, t0, value } from './rows.ts';

const bad = () => processed({ values: [value(t0, Number.NaN)] });

export const committingSuite = (open: Open): void => {
  describe('group commits', () => {
    it('let a bad operation fail alone', () =>
      withStore(open, async ({ write, read, facts }) => {
        await write.expectSubmissions([submission('s', t0)]);
        const before = await facts();
        const results = await Promise.allSettled([
          ...Array.from({ length: 20 }, (_, index) => write.appendRaw([raw(`r${index}`)])),
          write.commitProcessed(bad()),
          write.commitProcessed(processed({ values: [value(t0, 1, { series: 'new series' })] })),
          write.expectSubmissions([submission('s', t0 + 1)]),
          write.commitProcessed(processed({ values: [value(t0, 2, { series: 'new series' })] })),
          write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0 }]),
        ]);
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([
          { status: 'rejected', reason: expect.objectContaining({ kind: 'invalid-data', scope: 'item' }) as unknown },
          { status: 'rejected', reason: expect.objectContaining({ kind: 'invalid-data', scope: 'item' }) as unknown },
        ]);
        const counts = await read.counts();
        expect(counts.raw.PENDING).toBe(20);
        expect(counts.submissions).toMatchObject({ due: 1, expected: 0 });
        expect(await read.values({ series: ['new series'], from: t0, to: t0 + 1 })).toEqual([
          value(t0, 2, { series: 'new series' }),
        ]);
        expect(Number((await facts())['repeatedSingly'])).toBeGreaterThan(Number(before['repeatedSingly']));
      }));

    it('let an operation that can not be handed over fail alone', () =>
      withStore(open, async ({ write, read }) => {
        const results = await Promise.allSettled([
          write.remember([{ key: 'a', value: 1 }]),
          write.remember([{ key: 'b', value: (() => 1) as never }]),
          write.appendRaw([raw('r')]),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await read.recall('a')).toBe(1);
        expect(await read.raw('r')).not.toBeNull();
      }));

    it('hold many operations and at most the given rows and bytes', () =>
      withStore(
        open,
        async ({ write, facts }) => {
          await Promise.all(Array.from({ length: 100 }, (_, index) => write.appendRaw([raw(`a${index}`)])));
          const { groups } = await facts();
          expect(groups).toBeGreaterThanOrEqual(10);
          expect(groups).toBeLessThan(15);
          const body = new Uint8Array(600);
          await Promise.all(Array.from({ length: 10 }, (_, index) => write.appendRaw([raw(`b${index}`, { body })])));
          expect(Number((await facts())['groups']) - Number(groups)).toBe(10);
          await write.appendRaw(Array.from({ length: 50 }, (_, index) => raw(`c${index}`)));
          expect(await facts()).toMatchObject({ waitingOperations: 0, waitingRows: 0, waitingBytes: 0 });
        },
        { groupRows: 10, groupBytes: 1_000 },
      ));

    it('keep what does not fit waiting with its caller', () =>
      withStore(
        open,
        async ({ write, facts }) => {
          const writes = Array.from({ length: 30 }, (_, index) => write.appendRaw([raw(`a${index}`)]));
          await Promise.resolve();
          expect(await facts()).toMatchObject({ waitingOperations: 26, waitingRows: 26, groups: 2 });
          await Promise.all(writes);
        },
        { groupRows: 2 },
      ));

    it('serve attempts, raw, live, backfill and retention in this order', () =>
      withStore(
        open,
        async ({ write }) => {
          const order: string[] = [];
          const note = (name: string) => () => order.push(name);
          await write.expectSubmissions([submission('s', t0)]);
          await write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0 }]);
          const ahead = [0, 1].map((index) => write.remember([{ key: `ahead ${index}`, value: index }]));
          await Promise.resolve();
          await Promise.all([
            ...ahead,
            write.deleteOldRaw({ before: t0, limit: 1 }).then(note('retention')),
            write.as('backfill').commitProcessed(processed()).then(note('backfill')),
            write.commitProcessed(processed()).then(note('live')),
            write.appendRaw([raw('r')]).then(note('raw')),
            write
              .openAttempt({
                id: 'a',
                submission: 's',
                epoch: 1,
                kind: 'submit',
                artifact: null,
                artifactHash: null,
                startedAt: t0,
                audit: [],
              })
              .then(note('attempt')),
          ]);
          expect(order).toEqual(['attempt', 'raw', 'live', 'backfill', 'retention']);
        },
        { groupRows: 1 },
      ));

    it('end in order, and a read sees what was acknowledged before it', () =>
      withStore(open, async ({ write, read }) => {
        for (let index = 0; index < 30; index += 1) {
          await write.remember([{ key: 'n', value: index }]);
          expect(await read.recall('n')).toBe(index);
        }
      }));

    it('are finished before the store is closed, after which nothing is taken', () =>
      withStore(open, async (store) => {
        const writes = Array.from({ length: 50 }, (_, index) => store.write.appendRaw([raw(`a${index}`)]));
        const read = store.read.counts();
        await Promise.all([store.close(), store.close()]);
        expect((await Promise.all(writes)).flatMap(({ stored }) => stored)).toHaveLength(50);
        await read;
        await expect(store.write.recoverRaw()).rejects.toMatchObject({ kind: 'transient' });
        await expect(store.read.counts()).rejects.toMatchObject({ kind: 'transient' });
      }));
  });
};
