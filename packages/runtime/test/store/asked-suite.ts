import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { hour, minute, processed, raw, t0 } from './rows.ts';

const plan = (id: string, some: object = {}) => ({
  id,
  instance: 'vendor',
  device: 'logger',
  variables: ['level'],
  from: t0,
  to: t0 + hour,
  lane: 'gap' as const,
  state: 'open' as const,
  page: null,
  nextAt: t0,
  reason: null,
  ...some,
});

const whole = { devices: ['logger'], from: t0, to: t0 + hour };

export const askedSuite = (open: Open): void => {
  describe('what vendors were asked for', () => {
    it('never goes back, and is kept with what is left to ask', () =>
      withStore(open, async ({ write, read }) => {
        const level = { device: 'logger', variable: 'level' };
        await write.noteReads({
          asked: [{ ...level, to: t0 + hour, endedAt: t0 + hour + 5 }],
          planned: [plan('gap')],
        });
        await write.noteReads({ asked: [{ ...level, to: t0 + minute, endedAt: t0 + 2 * hour }] });
        expect(await read.asked(['logger', 'another'])).toEqual([{ ...level, to: t0 + hour, endedAt: t0 + hour + 5 }]);
        expect(await read.openReads(whole)).toEqual([
          { device: 'logger', variables: ['level'], from: t0, to: t0 + hour },
        ]);
        // The end of an earlier read: it says when its answers were on disk, and nothing about how far was asked.
        await write.noteReads({
          asked: [
            { ...level, to: null, endedAt: t0 + 3 * hour },
            { device: 'another', variable: 'level', to: null, endedAt: t0 },
          ],
          changed: [{ id: 'gap', state: 'done' }],
        });
        expect(await read.asked(['logger', 'another'])).toEqual([{ ...level, to: t0 + hour, endedAt: t0 + 3 * hour }]);
        expect(await read.openReads(whole)).toEqual([]);
        expect(await read.asked([])).toEqual([]);
        expect(await read.openReads({ ...whole, devices: [] })).toEqual([]);
      }));

    it('leaves open what touches a span, and of that no backfills', () =>
      withStore(open, async ({ write, read }) => {
        await write.planReads([
          plan('before', { to: t0 }),
          plan('at its end', { from: t0 + hour, to: t0 + 2 * hour }),
          plan('after', { from: t0 + hour + 1, to: t0 + 2 * hour }),
          plan('old', { lane: 'backfill' }),
          plan('of another', { device: 'another' }),
        ]);
        expect((await read.openReads(whole)).map(({ from }) => from - t0)).toEqual([hour]);
      }));

    it('is not known before it is decoded', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw([
          raw('new', { receivedAt: t0 + 2 }),
          raw('old', { receivedAt: t0 + 1 }),
          raw('nobody', { envelope: { channel: 'webhook' } }),
        ]);
        const of = (devices: string[] | null, oldest: number) => ({ instance: 'tago-north', devices, oldest });
        expect(await read.undecoded()).toEqual(expect.arrayContaining([of(null, t0), of(['device-1'], t0 + 1)]));
        await write.claimRaw({ limit: 9, maxBytes: 1_000_000 });
        expect(await read.undecoded()).toHaveLength(2);
        await write.commitProcessed(
          processed({
            marks: [
              { id: 'old', status: 'COMPLETED', readings: 1 },
              { id: 'nobody', status: 'FAILED', readings: 0, reason: 'no JSON' },
            ],
          }),
        );
        expect(await read.undecoded()).toEqual([of(['device-1'], t0 + 2)]);
      }));
  });
};
