import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertRow, ChainRow, FindingRow, NewAlert, SubmissionRow } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { hour, minute, processed, raw, submission, t0, value } from './rows.ts';

const finding = (point: string, from: number, key: string): FindingRow => ({
  point,
  series: `${point}/level`,
  rule: 'r',
  ruleVersion: '1',
  about: 'quality',
  key,
  role: 'level',
  from,
  to: from + minute,
  code: `CODE_${key}`,
  flag: 3,
  status: 'final',
});

const alert = (point: string | null, openedAt: number, subject: string): NewAlert => ({
  event: point === null ? 'system' : 'value.suspect',
  rule: 'r',
  subject,
  point,
  severity: 'warning',
  openedAt,
  facts: {},
});

/** Reads a list page by page, until a page is not full. */
const all = async <Row>(limit: number, page: (after: Row | undefined) => Promise<readonly Row[]>): Promise<Row[]> => {
  const found: Row[] = [];
  for (;;) {
    const rows = await page(found.at(-1));
    found.push(...rows);
    if (rows.length < limit) return found;
  }
};

export const listSuite = (open: Open): void => {
  describe('lists', () => {
    it('of submissions come page by page in both orders, of those asked for alone', () =>
      withStore(open, async ({ write, read }) => {
        const rows = Array.from({ length: 17 }, (_, index) =>
          submission(`s${String(index).padStart(2, '0')}`, t0 + Math.floor(index / 3) * hour, {
            obligation: `o${index % 3}`,
            target: index % 2 === 0 ? 'dga' : 'sma',
          }),
        );
        await write.expectSubmissions(rows);
        for (const order of ['asc', 'desc'] as const)
          for (const limit of [1, 4, 17]) {
            const ids = (
              await all<SubmissionRow>(limit, (after) =>
                read.pageSubmissions({
                  obligations: null,
                  order,
                  limit,
                  ...(after === undefined ? {} : { after: { slot: after.slot, id: after.id } }),
                }),
              )
            ).map(({ slot, id }) => ({ slot, id }));
            const sign = order === 'asc' ? 1 : -1;
            expect(ids).toEqual(
              rows
                .map(({ slot, id }) => ({ slot, id }))
                .toSorted((a, b) => sign * (a.slot - b.slot) || (a.id < b.id ? -1 : 1)),
            );
          }
        const some = { order: 'asc', limit: 99 } as const;
        expect(await read.pageSubmissions({ ...some, obligations: [] })).toEqual([]);
        expect((await read.pageSubmissions({ ...some, obligations: ['o1'] })).length).toBe(6);
        expect((await read.pageSubmissions({ ...some, obligations: null, targets: ['sma'] })).length).toBe(8);
        expect((await read.pageSubmissions({ ...some, obligations: null, states: ['due'] })).length).toBe(0);
        expect(
          (await read.pageSubmissions({ ...some, obligations: null, from: t0 + hour, to: t0 + 2 * hour })).length,
        ).toBe(3);
      }));

    it('of alerts and findings come newest first, of the points asked for alone', () =>
      withStore(open, async ({ write, read }) => {
        await write.changeAlerts({
          open: [
            alert('a', t0, '1'),
            alert('b', t0, '2'),
            alert(null, t0 + 1, '3'),
            alert('a', t0 + 2, '4'),
            alert('a', t0 + 2, '5'),
          ],
          close: [{ rule: 'r', subject: '4', at: t0 + 9 }],
        });
        const subjects = async (some: object) =>
          (await read.pageAlerts({ points: null, limit: 9, ...some })).map(({ subject }) => subject).toSorted();
        expect(await subjects({})).toEqual(['1', '2', '3', '4', '5']);
        expect(await subjects({ points: ['a'] })).toEqual(['1', '4', '5']);
        expect(await subjects({ points: [] })).toEqual([]);
        expect(await subjects({ open: false })).toEqual(['4']);
        expect(await subjects({ open: true, events: ['value.suspect'], from: t0 + 1 })).toEqual(['5']);
        const paged = await all<AlertRow>(2, (after) =>
          read.pageAlerts({
            points: null,
            limit: 2,
            ...(after === undefined ? {} : { after: { openedAt: after.openedAt, id: after.id } }),
          }),
        );
        expect(paged.map(({ openedAt }) => openedAt - t0)).toEqual([2, 2, 1, 0, 0]);
        expect(new Set(paged.map(({ id }) => id)).size).toBe(5);

        const findings = [finding('a', t0, 'x'), finding('a', t0, 'y'), finding('b', t0 + 5, 'x')];
        await write.commitProcessed(processed({ findings }));
        const keys = async (some: object) =>
          (await read.pageFindings({ points: null, limit: 9, ...some })).map(({ point, key }) => `${point}${key}`);
        expect(await keys({})).toEqual(['bx', 'ax', 'ay']);
        expect(await keys({ points: ['a'], codes: ['CODE_y'] })).toEqual(['ay']);
        expect(await keys({ after: { from: t0, point: 'a', rule: 'r', key: 'x' } })).toEqual(['ay']);
        expect(await keys({ series: 'b/level', from: t0 + minute + 6 })).toEqual([]);
        expect(await read.pageCorrections({ points: null, limit: 9 })).toEqual([]);
      }));

    it('of values come in both orders, as columns, and by flag', () =>
      withStore(open, async ({ write, read }) => {
        const rows = Array.from({ length: 9 }, (_, index) =>
          value(t0 + index, index === 4 ? null : index / 2, { text: index === 2 ? '1.00' : null }),
        );
        await write.commitProcessed(processed({ values: rows }));
        const page = (some: object) => read.pageValues({ series: 'well-1/level', order: 'asc', limit: 99, ...some });
        expect(await page({})).toEqual(rows);
        expect(await page({ order: 'desc', limit: 2 })).toEqual([rows[8], rows[7]]);
        expect(await page({ flags: [9] })).toEqual([rows[4]]);
        expect(await page({ series: 'nothing' })).toEqual([]);
        const columns = await read.exportValues({ series: 'well-1/level', from: t0 + 1, to: Infinity, limit: 4 });
        expect([...columns.at]).toEqual([1, 2, 3, 4].map((ms) => t0 + ms));
        expect(columns.text).toEqual(['0.5', '1.00', '1.5', null]);
        expect([...columns.flag]).toEqual([1, 1, 1, 9]);
        expect(await read.extents(['well-1/level', 'nothing'])).toEqual([
          { series: 'well-1/level', first: t0, last: t0 + 8 },
        ]);
      }));

    it('of raw records, reads, notices and the audit go on where a page ended', () =>
      withStore(open, async ({ write, read }) => {
        await write.appendRaw(Array.from({ length: 5 }, (_, index) => raw(`r${index}`)));
        const records = await all<{ readonly id: string; readonly seq: number; readonly bytes: number }>(2, (after) =>
          read.pageRaw({}, { limit: 2, ...(after === undefined ? {} : { before: after.seq }) }),
        );
        expect(records.map(({ id, bytes }) => [id, bytes])).toEqual(
          ['r4', 'r3', 'r2', 'r1', 'r0'].map((id) => [id, 10]),
        );
        await write.audit(
          Array.from({ length: 5 }, (_, index) => ({
            at: t0,
            actor: 'a',
            act: String(index),
            subject: index % 2 === 0 ? 'even' : 'odd',
            hash: null,
          })),
        );
        const acts = await all<ChainRow>(2, (after) =>
          read.pageAudit({ limit: 2, ...(after === undefined ? {} : { before: after.seq }) }),
        );
        expect(acts.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
        expect((await read.pageAudit({ subject: 'odd', limit: 9 })).map(({ seq }) => seq)).toEqual([4, 2]);
        expect(await read.pageReads({ after: '', limit: 9 })).toEqual([]);
        expect(await read.pageNotices({ limit: 9 })).toEqual([]);
      }));
  });

  describe('a chart', () => {
    it('holds every value once, by flag, with its least, most and mean', () =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 60 }),
          fc.integer({ min: 1, max: 400 }),
          fc.integer({ min: 0, max: 2 }),
          async (instants, widthMs, offset) =>
            withStore(open, async ({ write, read }) => {
              const rows = instants
                .toSorted((a, b) => a - b)
                .map((at) =>
                  value(t0 + at, at % 7 === 0 ? null : at / 3, { flag: at % 7 === 0 ? 9 : at % 5 === 0 ? 3 : 1 }),
                );
              await write.commitProcessed(processed({ values: rows }));
              const buckets = Math.ceil(1000 / widthMs);
              const from = t0 + offset;
              const chart = await read.chart({ series: 'well-1/level', from, widthMs, buckets });
              const expected = [
                ...Map.groupBy(
                  rows.filter(({ at }) => at >= from && at < from + buckets * widthMs),
                  ({ at, flag }) => `${String(Math.floor((at - from) / widthMs)).padStart(5, '0')} ${flag}`,
                ),
              ]
                .toSorted(([a], [b]) => (a < b ? -1 : 1))
                .map(([, own]) => {
                  const numbers = own.flatMap((row) => row.value ?? []);
                  return {
                    count: own.length,
                    min: numbers.length === 0 ? null : Math.min(...numbers),
                    max: numbers.length === 0 ? null : Math.max(...numbers),
                  };
                });
              expect(chart.count.map((count, i) => ({ count, min: chart.min[i], max: chart.max[i] }))).toEqual(
                expected,
              );
            }),
        ),
        { numRuns: 8 },
      ));
  });
};
