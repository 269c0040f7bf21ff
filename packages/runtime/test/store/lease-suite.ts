import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { minute, raw, t0 } from './rows.ts';

const stream = { instance: 'vendor', device: 'logger' };

export const leaseSuite = (open: Open): void => {
  describe('a lease on a stream', () => {
    it('is given to one holder until it runs out, and each taking has a greater epoch', () =>
      withStore(open, async ({ write, read }, clock) => {
        const take = (holder: string, device = 'logger') =>
          write.takeLease({ instance: 'vendor', device, holder, until: clock.at + minute });
        expect(await take('a')).toBe(1);
        expect(await take('b')).toBeNull();
        expect(await take('b', 'another')).toBe(1);
        expect(await take('a')).toBe(2);
        clock.at = t0 + minute - 1;
        expect(await take('b')).toBeNull();
        clock.at = t0 + minute;
        expect(await take('b')).toBe(3);
        expect(await read.leases(9)).toEqual([
          { instance: 'vendor', device: 'another', holder: 'b', epoch: 1, until: t0 + minute },
          { instance: 'vendor', device: 'logger', holder: 'b', epoch: 3, until: t0 + 2 * minute },
        ]);
      }));

    it('is not renewed for whoever lost it, and what that one sends after a long sleep is refused as a whole', () =>
      withStore(open, async ({ write, read }, clock) => {
        const first = (await write.takeLease({ ...stream, holder: 'a', until: t0 + minute })) as number;
        const frozen = { ...stream, epoch: first };
        expect(await write.appendRaw([raw('before')], { lease: frozen })).toMatchObject({ stored: ['before'] });
        clock.at = t0 + 2 * minute;
        const second = (await write.takeLease({ ...stream, holder: 'b', until: clock.at + minute })) as number;
        expect(second).toBeGreaterThan(first);
        await expect(write.appendRaw([raw('late-1'), raw('late-2')], { lease: frozen })).rejects.toMatchObject({
          kind: 'transient',
        });
        expect(await write.renewLeases([frozen, { ...stream, epoch: second }], clock.at + minute)).toEqual([
          { ...stream, epoch: second },
        ]);
        expect(await write.appendRaw([raw('now')], { lease: { ...stream, epoch: second } })).toMatchObject({
          stored: ['now'],
        });
        expect((await read.rawList({}, 9)).map(({ id }) => id)).toEqual(['now', 'before']);
      }));

    it('that ran out and was taken by nobody is renewed', () =>
      withStore(open, async ({ write }, clock) => {
        const epoch = (await write.takeLease({ ...stream, holder: 'a', until: t0 + minute })) as number;
        clock.at = t0 + 5 * minute;
        expect(await write.appendRaw([raw('a')], { lease: { ...stream, epoch } })).toMatchObject({ stored: ['a'] });
        expect(await write.renewLeases([{ ...stream, epoch }], clock.at + minute)).toHaveLength(1);
        expect(await write.takeLease({ ...stream, holder: 'b', until: clock.at + minute })).toBeNull();
      }));

    it('that was given up, or belonged to a run that died, is free at once and writes nothing more', () =>
      withStore(open, async ({ write }) => {
        const until = t0 + minute;
        const epoch = (await write.takeLease({ ...stream, holder: 'a', until })) as number;
        await write.dropLease({ ...stream, epoch });
        await expect(write.appendRaw([raw('a')], { lease: { ...stream, epoch } })).rejects.toThrow('somebody else');
        const next = (await write.takeLease({ ...stream, holder: 'b', until })) as number;
        expect(await write.recoverLeases()).toBe(1);
        await expect(write.appendRaw([raw('b')], { lease: { ...stream, epoch: next } })).rejects.toThrow('logger');
        expect(await write.takeLease({ ...stream, holder: 'c', until })).toBeGreaterThan(next);
      }));

    it('does not stop writers without one that share its group', () =>
      withStore(open, async ({ write, read }) => {
        const results = await Promise.allSettled([
          write.appendRaw([raw('a')]),
          write.appendRaw([raw('b')], { lease: { ...stream, epoch: 7 } }),
          write.appendRaw([raw('c')]),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await read.counts()).raw.PENDING).toBe(2);
      }));
  });
};
