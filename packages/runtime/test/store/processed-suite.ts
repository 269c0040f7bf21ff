import { describe, expect, it } from 'vitest';
import type { Checkpoint, CorrectionRow, FindingRow, NewAlert } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { day, hour, minute, processed, t0, value } from './rows.ts';

const finding = (key: string, from: number, some: Partial<FindingRow> = {}): FindingRow => ({
  point: 'well-1',
  series: 'well-1/level',
  rule: 'spike',
  ruleVersion: '1',
  about: 'quality',
  key,
  role: 'value',
  from,
  to: from + minute,
  code: 'SPIKE',
  flag: 3,
  status: 'final',
  ...some,
});
const correction = (key: string, from: number, some: Partial<CorrectionRow> = {}): CorrectionRow => ({
  point: 'well-1',
  series: 'well-1/level',
  rule: 'spike',
  ruleVersion: '1',
  key,
  role: 'value',
  from,
  to: Infinity,
  method: 'offset',
  amount: 1.5,
  origin: 'adjusted',
  state: 'applied',
  because: 'k',
  ...some,
});
const checkpoint = (frontier: number, some: Partial<Checkpoint> = {}): Checkpoint => ({
  point: 'well-1',
  frontier,
  state: { last: frontier },
  rules: 'rules-1',
  ...some,
});
const alert = (openedAt: number, some: Partial<NewAlert> = {}): NewAlert => ({
  event: 'device.silent',
  rule: 'silent',
  subject: 'device-1',
  point: 'well-1',
  severity: 'warning',
  openedAt,
  facts: { minutes: '30' },
  ...some,
});

const everything = { series: ['well-1/level'], from: -Infinity, to: Infinity };

export const processedSuite = (open: Open): void => {
  describe('values', () => {
    it('of one series come as columns, NaN where there is none, the oldest so many', () =>
      withStore(open, async ({ write, read }) => {
        await write.commitProcessed(
          processed({
            values: [
              value(t0, 1.5),
              value(t0 + minute, null),
              value(t0 + hour, 2, { flag: 3 }),
              value(t0, 9, { series: 'x/y' }),
            ],
          }),
        );
        const whole = { series: 'well-1/level', from: -Infinity, to: Infinity, limit: 10 };
        const { time, value: numbers, flag } = await read.valueSamples(whole);
        expect([...time]).toEqual([t0, t0 + minute, t0 + hour]);
        expect([...numbers]).toEqual([1.5, Number.NaN, 2]);
        expect([...flag]).toEqual([1, 9, 3]);
        expect([...(await read.valueSamples({ ...whole, from: t0 + 1, limit: 1 })).time]).toEqual([t0 + minute]);
        expect((await read.valueSamples({ ...whole, series: 'no/such' })).time).toHaveLength(0);
      }));

    it('come back as they were given, by time', () =>
      withStore(open, async ({ write, read }) => {
        const rows = [
          value(t0, 0.1 + 0.2, {
            text: '0.30',
            codes: ['SPIKE', 'STEP'],
            flag: 3,
            status: 'provisional',
            vendorId: '77',
          }),
          value(t0 + minute, null, { origin: 'manual', priority: 2, basis: 'basis-2' }),
          value(t0 + hour, 5e-324, { rawText: '5e-324' }),
          value(t0 + day, 1.7976931348623157e308, { rawText: '1.0' }),
        ];
        await write.commitProcessed(processed({ values: rows.toReversed() }));
        expect(await read.values(everything)).toEqual(rows);
        expect(await read.values({ ...everything, from: t0 + minute, to: t0 + day })).toEqual(rows.slice(1, 3));
        expect(await read.values({ ...everything, limit: 1 })).toEqual(rows.slice(0, 1));
        expect(await read.instants('well-1/level', t0, t0 + day)).toEqual(rows.slice(0, 3).map(({ at }) => at));
        expect((await read.counts()).values).toEqual({ 1: 2, 2: 0, 3: 1, 4: 0, 9: 1 });
      }));

    it('leave a revision behind when number or text change, and none when only the judgement does', () =>
      withStore(open, async ({ write, read }, clock) => {
        const put = (row: ReturnType<typeof value>) => write.commitProcessed(processed({ values: [row] }));
        await put(value(t0, 1));
        await put(value(t0, 1, { flag: 3, codes: ['SPIKE'] }));
        expect(await read.revisions('well-1/level', t0)).toEqual([]);
        clock.at = t0 + 1;
        await put(value(t0, 2));
        clock.at = t0 + 2;
        await put(value(t0, 2, { text: '2.00' }));
        await put(value(t0, 2, { text: '2.00' }));
        expect(await read.revisions('well-1/level', t0)).toEqual([
          { ...value(t0, 1, { flag: 3, codes: ['SPIKE'] }), replacedAt: t0 + 1 },
          { ...value(t0, 2), replacedAt: t0 + 2 },
        ]);
        expect(await read.values(everything)).toEqual([value(t0, 2, { text: '2.00' })]);
        expect((await read.counts()).values).toEqual({ 1: 1, 2: 0, 3: 0, 4: 0, 9: 0 });
      }));

    it('that are no numbers are refused, with everything of their run', () =>
      withStore(open, async ({ write, read }) => {
        for (const bad of [Number.NaN, Infinity])
          await expect(
            write.commitProcessed(processed({ values: [value(t0, 1), value(t0 + 1, bad)] })),
          ).rejects.toMatchObject({ kind: 'invalid-data' });
        expect(await read.values(everything)).toEqual([]);
      }));

    it('are found as the newest within a span, and the newest of each series', () =>
      withStore(open, async ({ write, read }) => {
        const other = { series: 'well-2/flow' };
        const rows = [value(t0, 1), value(t0 + hour, 2), value(t0 + minute, 3, other)];
        await write.commitProcessed(processed({ values: rows }));
        expect(
          await read.valuesAt([
            { series: 'well-1/level', from: t0, to: t0 + minute },
            { series: 'well-1/level', from: t0, to: t0 + hour },
            { series: 'well-1/level', from: t0 + minute, to: t0 + 2 * minute },
            { series: 'nobody', from: t0, to: t0 + hour },
            { series: 'well-2/flow', from: t0 + minute, to: t0 + minute },
          ]),
        ).toEqual([rows[0], rows[1], null, null, rows[2]]);
        expect(await read.latestValues(9)).toEqual([rows[1], rows[2]]);
        expect(await read.latestValues(1)).toEqual([rows[1]]);
        expect(
          (await read.values({ series: ['well-1/level', 'well-2/flow'], from: t0, to: t0 + day })).map(({ at }) => at),
        ).toEqual([t0, t0 + minute, t0 + hour]);
        await write.commitProcessed(processed({ values: [value(t0 + 2 * hour, null)] }));
        expect(await read.newestReadings(['well-2/flow', 'nobody', 'well-1/level'])).toEqual([
          t0 + minute,
          null,
          t0 + hour,
        ]);
      }));
  });

  describe('findings and corrections', () => {
    const list = { point: 'well-1', limit: 99 };

    it('replace those of the same key and go when withdrawn', () =>
      withStore(open, async ({ write, read }) => {
        const first = finding('k', t0, { status: 'provisional', detail: { jump: 2.5, unit: 'm' } });
        const fix = correction('k', t0);
        const bounded = correction('m', t0 + 1, { to: t0 + 2, method: 'exclude' });
        const { amount: _, ...exclude } = bounded;
        await write.commitProcessed(processed({ findings: [first], corrections: [fix, exclude] }));
        expect(await read.findings(list)).toEqual([first]);
        expect(await read.corrections('well-1/level')).toEqual([fix, exclude]);
        const final = finding('k', t0);
        await write.commitProcessed(processed({ findings: [final] }));
        expect(await read.findings(list)).toEqual([final]);
        await write.commitProcessed(processed({ withdrawn: [{ point: 'well-1', key: 'k' }] }));
        expect(await read.findings(list)).toEqual([]);
        expect(await read.corrections('well-1/level')).toEqual([exclude]);
      }));

    it('from the instant of a new judgement on are those of the new one', () =>
      withStore(open, async ({ write, read }) => {
        const old = [finding('a', t0), finding('b', t0 + hour), finding('c', t0 + 2 * hour)];
        const other = finding('b', t0 + 2 * hour, { point: 'well-2' });
        await write.commitProcessed(
          processed({ findings: [...old, other], corrections: [correction('x', t0), correction('y', t0 + hour)] }),
        );
        await write.commitProcessed(
          processed({
            rejudged: [{ point: 'well-1', from: t0 + hour }],
            findings: [finding('c', t0 + 2 * hour, { flag: 4 })],
          }),
        );
        expect(await read.findings(list)).toEqual([old[0], finding('c', t0 + 2 * hour, { flag: 4 })]);
        expect(await read.findings({ point: 'well-2', limit: 9 })).toEqual([other]);
        expect((await read.corrections('well-1/level')).map(({ key }) => key)).toEqual(['x']);
        expect((await read.counts()).findings).toEqual({ SPIKE: 3 });
      }));

    it('are found by what they touch', () =>
      withStore(open, async ({ write, read }) => {
        await write.commitProcessed(
          processed({
            findings: [finding('a', t0), finding('b', t0 + hour), finding('c', t0 + day, { series: 'well-1/flow' })],
          }),
        );
        const keys = async (filter: object) => (await read.findings({ limit: 9, ...filter })).map(({ key }) => key);
        expect(await keys({})).toEqual(['a', 'b', 'c']);
        expect(await keys({ series: 'well-1/flow' })).toEqual(['c']);
        expect(await keys({ from: t0 + minute, to: t0 + hour })).toEqual(['a']);
        expect(await keys({ from: t0 + hour })).toEqual(['b', 'c']);
        expect(await keys({ limit: 1 })).toEqual(['a']);
      }));
  });

  describe('checkpoints', () => {
    it('at or after the instant of a new judgement go, the run brings its own', () =>
      withStore(open, async ({ write, read }) => {
        const frontiers = async () =>
          (await read.checkpointsFrom('well-1', -Infinity, 'rules-1')).map((row) => row.frontier);
        await write.commitProcessed(processed({ checkpoints: [1, 2, 3, 4].map((n) => checkpoint(t0 + n)) }));
        await write.commitProcessed(
          processed({
            rejudged: [{ point: 'well-1', from: t0 + 2 }],
            checkpoints: [checkpoint(t0 + 3, { state: 'new' })],
          }),
        );
        expect(await frontiers()).toEqual([t0 + 1, t0 + 3]);
        expect(await read.checkpointBefore('well-1', Infinity, 'rules-1')).toEqual(
          checkpoint(t0 + 3, { state: 'new' }),
        );
        expect(await read.checkpointBefore('well-1', t0 + 3, 'rules-1')).toEqual(checkpoint(t0 + 1));
        expect(await read.checkpointBefore('well-1', t0 + 1, 'rules-1')).toBeNull();
        expect(await read.checkpointBefore('well-1', Infinity, 'rules-2')).toBeNull();
        await write.commitProcessed(processed({ checkpoints: [checkpoint(t0 + 9, { rules: 'rules-2' })] }));
        expect(await frontiers()).toEqual([]);
        expect(await read.checkpointBefore('well-1', Infinity, 'rules-2')).toMatchObject({ frontier: t0 + 9 });
      }));

    it('are thinned: the newest 16, then one in 6 hours, then one a day, then none', () =>
      withStore(
        open,
        async ({ write, read }) => {
          const days = 30;
          for (let d = 0; d < days; d += 1)
            await write.commitProcessed(
              processed({ checkpoints: Array.from({ length: 24 }, (_, h) => checkpoint(t0 + d * day + h * hour)) }),
            );
          const newest = t0 + days * day - hour;
          const kept = (await read.checkpointsFrom('well-1', -Infinity, 'rules-1')).map((row) => row.frontier);
          expect(kept.slice(-16)).toEqual(Array.from({ length: 16 }, (_, index) => newest - (15 - index) * hour));
          const older = kept.slice(0, -16);
          const recent = older.filter((at) => newest - at <= 8 * day);
          const old = older.filter((at) => newest - at > 8 * day);
          expect(new Set(recent.map((at) => Math.floor(at / (6 * hour)))).size).toBe(recent.length);
          expect(recent.length).toBe(30);
          expect(new Set(old.map((at) => Math.floor(at / day))).size).toBe(old.length);
          expect(old.length).toBe(12);
          expect(newest - (kept[0] as number)).toBeLessThanOrEqual(20 * day);
        },
        { checkpointRetentionMs: 20 * day },
      ));

    it('are thinned alike whether they come one by one or a day at once', () =>
      withStore(
        open,
        async ({ write, read }) => {
          const all = Array.from({ length: 30 * 24 + 1 }, (_, h) => t0 + h * hour);
          const put = (point: string, frontiers: readonly number[]) =>
            write.commitProcessed(processed({ checkpoints: frontiers.map((at) => checkpoint(at, { point })) }));
          await Promise.all(all.map((at) => put('well-1', [at])));
          for (let first = 0; first < all.length; first += 24) await put('well-2', all.slice(first, first + 24));
          const kept = async (point: string) =>
            (await read.checkpointsFrom(point, -Infinity, 'rules-1')).map((row) => row.frontier);
          expect(await kept('well-1')).toEqual(await kept('well-2'));
        },
        { checkpointRetentionMs: 20 * day },
      ));
  });

  describe('what only rises, and what is asked for', () => {
    it('watermarks and contacts never fall', () =>
      withStore(open, async ({ write, read }) => {
        const put = (at: number) =>
          write.commitProcessed(
            processed({
              watermarks: [{ device: 'd', variable: 'v', decodedTo: at }],
              contacts: [{ device: 'd', at }],
            }),
          );
        await put(t0 + 5);
        await put(t0);
        expect(await read.watermarks(['d', 'e'])).toEqual([{ device: 'd', variable: 'v', decodedTo: t0 + 5 }]);
        expect(await read.watermarks([])).toEqual([]);
        expect(await read.contacts()).toEqual([{ device: 'd', at: t0 + 5 }]);
      }));

    it('unclaimed readings are counted once for a record', () =>
      withStore(open, async ({ write, read }) => {
        const seen = { instance: 'i', device: 'd', variable: 'v', count: 3, lastAt: t0, lastRaw: 'a' };
        await write.commitProcessed(processed({ unclaimed: [seen] }));
        await write.commitProcessed(processed({ unclaimed: [seen] }));
        await write.commitProcessed(processed({ unclaimed: [{ ...seen, count: 1, lastAt: t0 - 1, lastRaw: 'b' }] }));
        expect(await read.unclaimed(9)).toEqual([{ ...seen, count: 4, lastRaw: 'b' }]);
      }));

    it('a request to judge again outlives the settling of an earlier one', () =>
      withStore(open, async ({ write, read }) => {
        const ask = { point: 'well-1', from: t0, reason: 'late data' };
        await write.reopen([ask, { ...ask, from: t0 + 1 }]);
        const [first] = await read.reopens(9);
        expect(first).toMatchObject(ask);
        await write.reopen([{ ...ask, reason: 'new calibration' }]);
        await write.commitProcessed(processed({ settled: [first as NonNullable<typeof first>] }));
        const left = await read.reopens(9);
        expect(left.map(({ from, reason }) => [from, reason])).toEqual([
          [t0 + 1, 'late data'],
          [t0, 'new calibration'],
        ]);
        await write.commitProcessed(processed({ settled: [...left, { point: 'well-1', from: t0 }], reopened: [ask] }));
        expect((await read.counts()).reopens).toBe(1);
      }));

    it('bases are kept as first given', () =>
      withStore(open, async ({ write, read }) => {
        await write.commitProcessed(processed({ basis: [{ id: 'b', content: { rules: [1] } }] }));
        await write.commitProcessed(processed({ basis: [{ id: 'b', content: null }] }));
        expect(await read.basis('b')).toEqual({ rules: [1] });
        expect(await read.basis('c')).toBeNull();
      }));
  });

  describe('alerts', () => {
    it('are open once for a rule and subject', () =>
      withStore(open, async ({ write, read }) => {
        const [id, ...more] = await write.changeAlerts({ open: [alert(t0), alert(t0 + 1)], close: [] });
        expect(more).toEqual([]);
        expect(await write.changeAlerts({ open: [alert(t0 + 2)], close: [] })).toEqual([]);
        expect(await read.openAlerts({ limit: 9 })).toEqual([{ ...alert(t0), id, closedAt: null, acked: null }]);
        const close = [{ rule: 'silent', subject: 'device-1', at: t0 + 3 }];
        const [second] = await write.changeAlerts({ open: [alert(t0 + 3)], close });
        expect(await read.alerts([id as string])).toEqual([{ ...alert(t0), id, closedAt: t0 + 3, acked: null }]);
        expect((await read.openAlerts({ limit: 9 })).map((row) => row.id)).toEqual([second]);
      }));

    it('of a repeated run are not raised twice', () =>
      withStore(open, async ({ write, read }) => {
        const run = processed({ alerts: [alert(t0)], ended: [{ rule: 'silent', subject: 'device-1', at: t0 + hour }] });
        await write.commitProcessed(run);
        await write.commitProcessed(run);
        expect((await read.counts()).openAlerts).toBe(0);
        expect(await write.changeAlerts({ open: [alert(t0)], close: [] })).toEqual([]);
        expect((await read.counts()).openAlerts).toBe(1);
      }));

    it('are told by notices, which are created once', () =>
      withStore(open, async ({ write, read }) => {
        const opened = await write.changeAlerts({
          open: [alert(t0), alert(t0 + 1, { subject: 'device-2' })],
          close: [],
        });
        const notice = {
          id: 'n',
          person: 'ana',
          channel: 'email',
          event: 'device.silent',
          alerts: [opened[0] as string],
          state: 'pending',
          nextAt: t0 + 5,
          attempts: 0,
          externalId: null,
          reason: null,
          createdAt: t0,
          sentAt: null,
          message: null,
        } as const;
        await write.createNotices([notice], [opened[0] as string]);
        await write.createNotices([{ ...notice, person: 'other' }], []);
        expect((await read.openAlerts({ untold: true, limit: 9 })).map(({ id }) => id)).toEqual([opened[1]]);
        expect(await read.dueNotices(t0 + 4, 9)).toEqual([]);
        expect(await read.dueNotices(t0 + 5, 9)).toEqual([notice]);
        await write.changeNotices([
          { id: 'n', state: 'sending', nextAt: t0 + 60, attempts: 1, message: { text: 'hola' } },
        ]);
        expect(await read.dueNotices(t0 + 59, 9)).toEqual([]);
        expect(await read.dueNotices(t0 + 60, 9)).toHaveLength(1);
        await write.changeNotices([{ id: 'n', state: 'sent', nextAt: t0 + 60, externalId: 'x', sentAt: t0 + 6 }]);
        expect(await read.notices(9)).toEqual([
          {
            ...notice,
            state: 'sent',
            nextAt: t0 + 60,
            attempts: 1,
            externalId: 'x',
            sentAt: t0 + 6,
            message: { text: 'hola' },
          },
        ]);
        expect((await read.counts()).notices).toEqual({ pending: 0, sending: 0, sent: 1, failed: 0 });
      }));
  });
};
