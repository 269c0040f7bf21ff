import { describe, expect, it } from 'vitest';
import type { Outgoing, OutgoingKind } from '../../src/store/outgoing.ts';
import type { Store } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { hour, minute, processed, submission, t0, value } from './rows.ts';

const all: readonly OutgoingKind[] = ['value', 'alert', 'submission'];
const begin = (store: Store, name: string, wants = all, from: number | null = null) =>
  store.write.openOutlet({ name, wants, from });
const noted = async (store: Store): Promise<readonly Outgoing[]> =>
  (await store.read.outgoing({ from: 0, limit: 1000 })).filter(({ kind }) => (kind as string) !== 'begun');
const said = (rows: readonly Outgoing[]) =>
  rows.flatMap(({ kind, content }) =>
    kind === 'value' || kind === 'provisional' ? [[content.at - t0, content.value, content.revision]] : [],
  );
const standing = async ({ read }: Store, name: string) => (await read.outlets()).find((one) => one.name === name);
const alert = (at: number) => ({
  event: 'device.silent',
  rule: 'device.silent',
  subject: 'device:a',
  point: 'well-1',
  severity: 'warning' as const,
  openedAt: at,
  facts: { since: 'noon' },
});

export const outletSuite = (open: Open): void => {
  describe('changes that go outward', () => {
    it('are not noted while there is no outlet, and from its first time on when there is one', () =>
      withStore(open, async (store) => {
        await store.write.commitProcessed(processed({ values: [value(t0, 1)], alerts: [alert(t0)] }));
        expect(await store.read.outlets()).toEqual([]);
        await begin(store, 'scada');
        expect(await standing(store, 'scada')).toMatchObject({ backlog: 0, oldestAt: null, filling: false });
        expect(await noted(store)).toEqual([]);
        await store.write.commitProcessed(processed({ values: [value(t0 + minute, 2)] }));
        expect(said(await noted(store))).toEqual([[minute, 2, 1]]);
        expect(await standing(store, 'scada')).toMatchObject({ backlog: 1, wants: all });
      }));

    it('say what a value is, and a number that replaces another is a revision more', () =>
      withStore(open, async (store) => {
        await begin(store, 'scada');
        const first = value(t0, 12.5, { flag: 3, codes: ['spike'], text: '12.50' });
        await store.write.commitProcessed(processed({ values: [first, value(t0, 4, { series: 'well-1/flow' })] }));
        await store.write.commitProcessed(processed({ values: [first] }));
        await store.write.commitProcessed(processed({ values: [value(t0, 12.5, { text: '12.50' })] }));
        await store.write.commitProcessed(processed({ values: [value(t0, 12.75)] }));
        const rows = await noted(store);
        expect(said(rows)).toEqual([
          [0, 12.5, 1],
          [0, 4, 1],
          [0, 12.5, 1],
          [0, 12.75, 2],
        ]);
        expect(rows[0]).toMatchObject({
          at: t0,
          kind: 'value',
          outlet: null,
          content: {
            series: 'well-1/level',
            at: t0,
            value: 12.5,
            text: '12.50',
            flag: 3,
            codes: ['spike'],
            origin: 'raw',
            raw: 'raw-1',
            device: 'device-1',
            variable: 'nivel',
          },
        });
        const serials = rows.map(({ serial }) => serial);
        expect(serials).toEqual(serials.toSorted((a, b) => a - b));
      }));

    it('are provisional values only for who wants them', () =>
      withStore(open, async (store) => {
        await begin(store, 'final');
        await store.write.commitProcessed(processed({ values: [value(t0, 1, { status: 'provisional' })] }));
        expect(await noted(store)).toEqual([]);
        await begin(store, 'any', ['value', 'provisional']);
        const next = [value(t0, 1), value(t0 + minute, 2, { status: 'provisional' })];
        await store.write.commitProcessed(processed({ values: next }));
        expect((await noted(store)).map(({ kind }) => kind)).toEqual(['value', 'provisional']);
        expect(await store.read.newestOutgoing(['well-1/level', 'nowhere'], false)).toEqual(
          new Map([['well-1/level', t0]]),
        );
        expect(await store.read.newestOutgoing(['well-1/level'], true)).toEqual(
          new Map([['well-1/level', t0 + minute]]),
        );
      }));

    it('are alerts that open, close and open again, whoever closes them', () =>
      withStore(open, async (store) => {
        await begin(store, 'scada');
        await store.write.changeAlerts({ open: [alert(t0)], close: [] });
        await store.write.changeAlerts({ open: [alert(t0 + 1)], close: [] });
        await store.write.commitProcessed(
          processed({ ended: [{ rule: 'device.silent', subject: 'device:a', at: t0 + 2 }] }),
        );
        await store.write.changeAlerts({ open: [alert(t0)], close: [] });
        const [{ id } = { id: '' }] = await store.read.openAlerts({ limit: 9 });
        await store.write.ackAlert(
          { alert: id, at: t0 + 3, by: 'ana', note: 'seen', ends: true },
          { at: t0, actor: 'ana', act: 'ack', subject: id, hash: null },
        );
        const rows = await noted(store);
        expect(rows.map(({ content }) => (content as { closedAt: unknown }).closedAt)).toEqual([
          null,
          t0 + 2,
          null,
          t0 + 3,
        ]);
        expect(rows[0]).toMatchObject({ kind: 'alert', content: { ...alert(t0), id, closedAt: null } });
      }));

    it('are new states of submissions', () =>
      withStore(open, async (store) => {
        await begin(store, 'scada');
        await store.write.expectSubmissions([submission('s1', t0)]);
        const change = { id: 's1', nextAt: t0 + hour };
        await store.write.changeSubmissions([{ ...change, epoch: 0, state: 'due' }]);
        await store.write.openAttempt({
          id: 'a1',
          submission: 's1',
          epoch: 1,
          kind: 'submit',
          artifact: null,
          artifactHash: null,
          startedAt: t0,
          audit: [],
        });
        await store.write.closeAttempt({
          attempt: { id: 'a1', endedAt: t0 + 1, outcome: 'accepted' },
          change: { ...change, epoch: 2, state: 'accepted', receipt: 'R-1', sentAt: t0 },
          alerts: [alert(t0)],
          ended: [],
          audit: [],
        });
        const rows = await noted(store);
        expect(rows.map(({ kind, content }) => [kind, (content as { state?: string }).state])).toEqual([
          ['submission', 'due'],
          ['submission', 'sending'],
          ['submission', 'accepted'],
          ['alert', undefined],
        ]);
        expect(rows[2]?.content).toMatchObject({ before: 'sending', receipt: 'R-1', attempts: 1, sentAt: t0 });
      }));

    it('are kept until every outlet has them, and its position moves from where it stands only', () =>
      withStore(open, async (store) => {
        await begin(store, 'a');
        await begin(store, 'b');
        await store.write.commitProcessed(processed({ values: [value(t0, 1), value(t0 + minute, 2)] }));
        const [first, second] = (await noted(store)) as [Outgoing, Outgoing];
        const at = async (name: string) => (await standing(store, name))?.next as number;
        const start = await at('a');
        await store.write.advanceOutlet({ name: 'a', from: start, to: second.serial + 1 });
        await expect(store.write.advanceOutlet({ name: 'a', from: start, to: 99 })).rejects.toMatchObject({
          kind: 'transient',
        });
        expect(await standing(store, 'a')).toMatchObject({ backlog: 0, ackedAt: t0, oldestAt: null });
        expect(await noted(store)).toHaveLength(2);
        await store.write.advanceOutlet({ name: 'b', from: await at('b'), to: first.serial + 1 });
        expect(said(await noted(store))).toEqual([[minute, 2, 1]]);
        await store.write.advanceOutlet({ name: 'b', from: await at('b'), to: second.serial + 1 });
        expect(await noted(store)).toEqual([]);
        await store.write.commitProcessed(processed({ values: [value(t0 + hour, 3)] }));
        expect((await noted(store))[0]?.serial).toBeGreaterThan(second.serial);
        await begin(store, 'a', ['alert']);
        expect(await standing(store, 'a')).toMatchObject({ next: second.serial + 1, wants: ['alert'] });
      }));

    it('go when no configuration has had the outlet for long', () =>
      withStore(open, async (store) => {
        await begin(store, 'old');
        await store.write.commitProcessed(processed({ values: [value(t0, 1)] }));
        while ((await store.write.forgetOutlets({ before: t0 })) > 0);
        expect(said(await noted(store))).toEqual([[0, 1, 1]]);
        while ((await store.write.forgetOutlets({ before: t0 + 1 })) > 0);
        expect(await store.read.outgoing({ from: 0, limit: 9 })).toEqual([]);
        await store.write.commitProcessed(processed({ values: [value(t0 + minute, 1)] }));
        expect(await noted(store)).toEqual([]);
      }));

    it('begin with older values from an instant on, page by page, for that outlet alone', () =>
      withStore(open, async (store) => {
        const series = ['well-1/level', 'well-2/level', 'well-3/level'];
        const old = series.flatMap((one) =>
          [0, 1, 2, 3].map((step) => value(t0 + step * minute, step, { series: one })),
        );
        await store.write.commitProcessed(processed({ values: old }));
        await store.write.commitProcessed(
          processed({ values: [value(t0 + 2 * minute, 20), value(t0 + 9 * minute, 9, { status: 'provisional' })] }),
        );
        await begin(store, 'new', ['value'], t0 + minute);
        expect(await standing(store, 'new')).toMatchObject({ filling: true });
        let pages = 0;
        for (let more = true; more; pages += 1) {
          const filled = await store.write.fillOutlet({ name: 'new', limit: 2 });
          expect(filled.noted).toBeLessThanOrEqual(2);
          ({ more } = filled);
        }
        expect(pages).toBeGreaterThan(3);
        expect(await standing(store, 'new')).toMatchObject({ filling: false });
        const rows = await noted(store);
        expect(new Set(rows.map(({ outlet }) => outlet))).toEqual(new Set(['new']));
        const by = (one: string) => said(rows.filter(({ content }) => (content as { series: string }).series === one));
        expect(by('well-1/level')).toEqual([
          [minute, 1, 1],
          [2 * minute, 20, 2],
          [3 * minute, 3, 1],
        ]);
        expect(by('well-3/level')).toHaveLength(3);
        expect(await store.write.fillOutlet({ name: 'new', limit: 2 })).toEqual({ noted: 0, more: false });
      }));
  });
};
