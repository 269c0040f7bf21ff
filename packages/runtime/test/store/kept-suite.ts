import { describe, expect, it } from 'vitest';
import { type Open, withStore } from './files.ts';
import { day, processed, raw, t0 } from './rows.ts';
import type { KeptChange } from '../../src/store/store.ts';

const act = (some: Partial<KeptChange> = {}): KeptChange => ({
  basis: 0,
  changes: [{ kind: 'points', id: 'well', content: { id: 'well', name: 'Pozo' } }],
  author: 'ana',
  reason: 'a new well',
  at: t0,
  reopened: [],
  redecode: [],
  audit: [{ at: t0, actor: 'ana', act: 'data added', subject: 'points/well', hash: null }],
  ...some,
});

const all = { after: { kind: '', id: '' }, limit: 100 };

export const keptSuite = (open: Open): void => {
  describe('kept data', () => {
    it('has every version, with who and why, and its act in the chain', () =>
      withStore(open, async ({ write, read }) => {
        expect(await write.keep(act())).toEqual({ serial: 1, versions: [1] });
        const changed = { kind: 'points', id: 'well', content: { id: 'well', name: 'Pozo 2' } };
        expect(await write.keep(act({ basis: 1, changes: [changed], author: 'eva', reason: 'its name' }))).toEqual({
          serial: 2,
          versions: [2],
        });
        expect((await read.keptPage(all)).rows).toEqual([
          { ...changed, version: 2, serial: 2, author: 'eva', reason: 'its name', at: t0 },
        ]);
        const history = await read.keptHistory({ kind: 'points', id: 'well', limit: 9 });
        expect(history.map(({ version, author }) => [version, author])).toEqual([
          [2, 'eva'],
          [1, 'ana'],
        ]);
        expect(await read.keptHistory({ kind: 'points', id: 'well', before: 2, limit: 9 })).toHaveLength(1);
        expect(await read.auditTrail({ subject: 'points/well', limit: 9 })).toHaveLength(2);
      }));

    it('is not written on another basis than it was judged on, and then nothing of the act is', () =>
      withStore(open, async ({ write, read }) => {
        await write.keep(act());
        const late = act({
          changes: [{ kind: 'points', id: 'late', content: {} }],
          reopened: [{ point: 'late', from: 0, reason: 'x' }],
          redecode: [{ instance: 'tago-north', device: 'device-1', from: 0 }],
        });
        expect(await write.keep(late)).toEqual({ stale: 1 });
        expect(await read.keptSerial()).toBe(1);
        expect((await read.keptPage(all)).rows.map(({ id }) => id)).toEqual(['well']);
        expect(await read.reopens(9)).toEqual([]);
        expect(await read.redecodes(9)).toEqual([]);
        expect(await read.auditTrail({ limit: 9 })).toHaveLength(1);
      }));

    it('of two acts at once one is written', () =>
      withStore(open, async ({ write, read }) => {
        const acts = await Promise.all(
          ['a', 'b', 'c'].map((id) => write.keep(act({ changes: [{ kind: 'points', id, content: { id } }] }))),
        );
        expect(acts.filter((one) => 'serial' in one)).toHaveLength(1);
        expect((await read.keptPage(all)).rows).toHaveLength(1);
      }));

    it('that is removed keeps its versions, and comes back with the next one', () =>
      withStore(open, async ({ write, read }) => {
        await write.keep(act());
        await write.keep(act({ basis: 1, changes: [{ kind: 'points', id: 'well', content: null }] }));
        expect((await read.keptPage(all)).rows).toEqual([]);
        expect(await write.keep(act({ basis: 2 }))).toEqual({ serial: 3, versions: [3] });
        const history = await read.keptHistory({ kind: 'points', id: 'well', limit: 9 });
        expect(history.map(({ content }) => content === null)).toEqual([false, true, false]);
      }));

    it('is read in pages, by kind and id', () =>
      withStore(open, async ({ write, read }) => {
        const changes = ['points', 'devices'].flatMap((kind) =>
          ['a', 'b', 'c'].map((id) => ({ kind, id, content: { id } })),
        );
        await write.keep(act({ changes }));
        const first = await read.keptPage({ after: { kind: '', id: '' }, limit: 4 });
        const second = await read.keptPage({ after: { kind: 'points', id: 'a' }, limit: 4 });
        expect([...first.rows, ...second.rows].map(({ kind, id }) => `${kind}/${id}`)).toEqual([
          'devices/a',
          'devices/b',
          'devices/c',
          'points/a',
          'points/b',
          'points/c',
        ]);
      }));
  });

  describe('records that a change asks to decode again', () => {
    it('are in the queue again: those of the device and those that name none, from the arrival on, once', () =>
      withStore(open, async ({ write, read }) => {
        const rows = [
          raw('old', { receivedAt: t0 - day }),
          raw('own'),
          raw('other', { envelope: { channel: 'pull', device: 'device-2' } }),
          raw('nobody', { envelope: { channel: 'webhook' } }),
          raw('elsewhere', { instance: 'tago-south' }),
        ];
        await write.appendRaw(rows);
        await write.claimRaw({ limit: 9, maxBytes: 1e6 });
        await write.commitProcessed(
          processed({ marks: rows.map(({ id }) => ({ id, status: 'COMPLETED' as const, readings: 1 })) }),
        );
        const asked = { instance: 'tago-north', device: 'device-1', from: t0 };
        await write.keep(act({ redecode: [asked] }));
        const [request] = await read.redecodes(9);
        expect(request).toEqual({ ...asked, serial: 1 });
        const audit = { at: t0, actor: 'runtime', act: 'decode again', subject: 'device:device-1', hash: null };
        expect(await write.redecode(request as never, audit)).toBe(2);
        expect(await read.redecodes(9)).toEqual([]);
        expect((await write.claimRaw({ limit: 9, maxBytes: 1e6 })).map(({ id }) => id).toSorted()).toEqual([
          'nobody',
          'own',
        ]);
        expect(await write.redecode(request as never, audit)).toBe(0);
      }));

    it('of two changes are decoded from the earlier arrival on, and the later request outlives the earlier one', () =>
      withStore(open, async ({ write, read }) => {
        const asked = { instance: 'tago-north', device: 'device-1' };
        await write.keep(act({ redecode: [{ ...asked, from: t0 }] }));
        const [first] = await read.redecodes(9);
        await write.keep(act({ basis: 1, redecode: [{ ...asked, from: t0 + day }] }));
        const audit = { at: t0, actor: 'runtime', act: 'decode again', subject: 'device:device-1', hash: null };
        expect(await write.redecode(first as never, audit)).toBe(0);
        expect(await read.redecodes(9)).toEqual([{ ...asked, from: t0, serial: 2 }]);
      }));
  });

  describe('secrets at rest', () => {
    const sealed = { name: 'smtp', keyId: 'k1', sealed: 'AAAA', at: t0, author: 'ana' };
    const audit = { at: t0, actor: 'ana', act: 'secret set', subject: 'secret:smtp', hash: null };

    it('are put, listed, put under another key and removed, each in the chain', () =>
      withStore(open, async ({ write, read }) => {
        await write.putSecret(sealed, audit);
        await write.putSecret({ ...sealed, sealed: 'BBBB' }, audit);
        expect(await read.secret('smtp')).toEqual({ ...sealed, sealed: 'BBBB', version: 2 });
        const again = { name: 'smtp', keyId: 'k2', sealed: 'CCCC' };
        expect(await write.resealSecrets([{ ...again, version: 1 }], audit)).toBe(0);
        expect(await write.resealSecrets([{ ...again, version: 2 }], audit)).toBe(1);
        expect(await read.secrets({ after: '', limit: 9 })).toEqual([{ ...sealed, ...again, version: 2 }]);
        expect(await write.removeSecret('smtp', audit)).toBe(true);
        expect(await write.removeSecret('smtp', audit)).toBe(false);
        expect(await read.secret('smtp')).toBeNull();
        expect(await read.auditTrail({ subject: 'secret:smtp', limit: 9 })).toHaveLength(4);
      }));
  });
};
