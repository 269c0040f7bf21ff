import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { hour, minute, t0 } from './rows.ts';

const slot = (at: number, changed: { readonly slot?: number; readonly missed?: number } = {}) => ({
  schedule: 'poll',
  slot: t0,
  at,
  until: at + 10 * minute,
  missed: 0,
  ...changed,
});

const asked = (at: number) => ({
  at,
  actor: 'ana',
  act: 'schedule poll asked for',
  subject: 'schedule:poll',
  hash: null,
});

export const scheduleSuite = (open: Open): void => {
  describe('slots of schedules', () => {
    it('are taken by one of many, and once they ended by nobody', () =>
      withStore(open, async ({ write, read }) => {
        const takes = await Promise.all([1, 2, 3].map(() => write.takeSlot(slot(t0))));
        expect(takes.filter((attempt) => attempt !== null)).toEqual([1]);
        expect(await write.takeSlot(slot(t0, { slot: t0 - hour, missed: 2 }))).toBe(1);
        await write.endSlot({ schedule: 'poll', slot: t0, at: t0 + 5, result: { reads: 3, of: 'all' }, error: null });
        expect(await write.takeSlot(slot(t0 + hour))).toBeNull();
        expect(await read.lastSlot('poll')).toBe(t0);
        expect(await read.lastSlot('none')).toBeNull();
        expect(await read.slotList({ schedule: 'poll', limit: 9 })).toEqual([
          {
            ...slot(t0),
            until: 0,
            attempts: 1,
            askedBy: null,
            endedAt: t0 + 5,
            error: null,
            result: { reads: 3, of: 'all' },
          },
          {
            ...slot(t0, { slot: t0 - hour, missed: 2 }),
            attempts: 1,
            askedBy: null,
            endedAt: null,
            error: null,
            result: null,
          },
        ]);
        expect(await read.slotList({ schedule: 'poll', before: t0, limit: 9 })).toHaveLength(1);
        expect(await read.missedSlots(t0 - hour)).toEqual([{ schedule: 'poll', missed: 2 }]);
        expect(await read.missedSlots(t0)).toEqual([{ schedule: 'poll', missed: 0 }]);
      }));

    it('are open again when whoever took one never ended it, three times at most', () =>
      withStore(open, async ({ write, read }) => {
        let at = t0;
        for (const attempt of [1, 2, 3]) {
          expect(await write.takeSlot(slot(at))).toBe(attempt);
          expect(await read.openSlots(at, 9)).toEqual([]);
          at += 10 * minute;
        }
        expect(await read.openSlots(at, 9)).toEqual([]);
        expect(await write.takeSlot(slot(at))).toBeNull();
      }));

    it('that failed are open again at their time; the last attempt ends them', () =>
      withStore(open, async ({ write, read }) => {
        const failed = { schedule: 'poll', slot: t0, result: null, error: 'no' };
        for (const attempt of [1, 2, 3]) {
          const at = t0 + attempt * hour;
          expect(await write.takeSlot(slot(at))).toBe(attempt);
          await write.endSlot({ ...failed, at: at + 1, againAt: at + 2 });
          expect((await read.openSlots(at + 1, 9)).length).toBe(0);
          expect((await read.openSlots(at + 2, 9)).length).toBe(attempt < 3 ? 1 : 0);
        }
        expect(await read.slotList({ schedule: 'poll', limit: 1 })).toMatchObject([
          { attempts: 3, error: 'no', endedAt: t0 + 3 * hour + 1 },
        ]);
      }));

    it('that somebody asked for wait for a taker, and are no slots of the calendar', () =>
      withStore(open, async ({ write, read }) => {
        expect(await write.askSlot({ schedule: 'poll', at: t0, by: 'ana' }, asked(t0))).toBe(true);
        expect(await write.askSlot({ schedule: 'poll', at: t0, by: 'eva' }, asked(t0))).toBe(false);
        expect(await read.openSlots(t0, 9)).toMatchObject([
          { schedule: 'poll', slot: t0, askedBy: 'ana', attempts: 0 },
        ]);
        expect(await read.lastSlot('poll')).toBeNull();
        expect(await write.takeSlot(slot(t0))).toBe(1);
        expect(await read.openSlots(t0, 9)).toEqual([]);
        expect((await read.auditTrail({ limit: 9 })).map(({ actor }) => actor)).toEqual(['ana']);
      }));
  });
};
