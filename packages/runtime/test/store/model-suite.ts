import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flag } from '@caudal/core';
import type { FindingRow, Processed, ValueRow } from '../../src/store/index.ts';
import { type Open, withStore } from './files.ts';
import { processed, t0, value } from './rows.ts';

const seriesNames = ['a', 'b', 'c'];

const values = fc
  .record({
    series: fc.constantFrom(...seriesNames),
    at: fc.integer({ min: 0, max: 5 }),
    number: fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 2), fc.double({ noNaN: true, noDefaultInfinity: true })),
    text: fc.constantFrom(null, '1.0', '1.00'),
    flag: fc.constantFrom<Flag>(1, 2, 3, 4, 9),
    codes: fc.subarray(['SPIKE', 'STEP']),
    status: fc.constantFrom('provisional' as const, 'final' as const),
    priority: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ at, number, ...rest }) =>
    value(t0 + at, number === null ? null : number + 0, { ...rest, rawText: number === 1 ? '1' : 'x' }),
  );

const findings = fc
  .record({
    point: fc.constantFrom('p', 'q'),
    key: fc.constantFrom('k', 'l', 'm'),
    from: fc.integer({ min: 0, max: 5 }).map((at) => t0 + at),
    flag: fc.constantFrom<Flag>(3, 4),
  })
  .map((some): FindingRow => ({
    series: 'a',
    rule: 'r',
    ruleVersion: '1',
    about: 'quality',
    role: 'value',
    to: some.from,
    code: 'SPIKE',
    status: 'final',
    ...some,
  }));

const runs = fc
  .record({
    values: fc.array(values, { maxLength: 8 }),
    findings: fc.array(findings, { maxLength: 4 }),
    rejudged: fc.array(
      fc.record({ point: fc.constantFrom('p', 'q'), from: fc.integer({ min: 0, max: 5 }).map((at) => t0 + at) }),
      { maxLength: 1 },
    ),
    watermarks: fc.array(
      fc.record({
        device: fc.constantFrom('d', 'e'),
        variable: fc.constant('v'),
        decodedTo: fc.integer({ min: 0, max: 99 }),
      }),
      { maxLength: 2 },
    ),
  })
  .map(processed);

/** What the store must hold, in the simplest way it can be said. */
class Model {
  readonly values = new Map<string, ValueRow>();
  readonly revisions = new Map<string, ValueRow[]>();
  readonly findings = new Map<string, FindingRow>();
  readonly watermarks = new Map<string, number>();

  commit(run: Processed): void {
    const last = new Map(run.values.map((row) => [`${row.series} ${row.at}`, row]));
    for (const [key, row] of last) {
      const before = this.values.get(key);
      if (before !== undefined && (before.value !== row.value || before.text !== row.text))
        this.revisions.set(key, [...(this.revisions.get(key) ?? []), before]);
      this.values.set(key, row);
    }
    for (const { point, from } of run.rejudged)
      for (const [key, row] of this.findings) if (row.point === point && row.from >= from) this.findings.delete(key);
    for (const row of run.findings) this.findings.set(`${row.point} ${row.key}`, row);
    for (const { device, decodedTo } of run.watermarks)
      this.watermarks.set(device, Math.max(decodedTo, this.watermarks.get(device) ?? -1));
  }
}

const withoutReplacedAt = (row: ValueRow & { readonly replacedAt: number }): ValueRow => {
  const { replacedAt, ...rest } = row;
  expect(replacedAt).toBe(t0);
  return rest;
};

const byText = <T>(rows: Iterable<T>): string[] =>
  [...rows]
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .toSorted();

export const modelSuite = (open: Open): void => {
  describe('any sequence of runs', () => {
    it('ends as a simple model says, whether a run is given once or twice', () =>
      withStore(open, async (store) => {
        let round = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(fc.tuple(runs, fc.boolean()), { maxLength: 12 }), async (sequence) => {
            round += 1;
            const own = (name: string) => `${round}/${name}`;
            const renamed = (run: Processed): Processed => ({
              ...run,
              values: run.values.map((row) => ({ ...row, series: own(row.series) })),
              findings: run.findings.map((row) => ({ ...row, point: own(row.point) })),
              rejudged: run.rejudged.map((row) => ({ ...row, point: own(row.point) })),
              watermarks: run.watermarks.map((row) => ({ ...row, device: own(row.device) })),
            });
            const model = new Model();
            const before = (await store.read.counts()).values;
            const writes: Promise<void>[] = [];
            for (const [drawn, twice] of sequence) {
              const run = renamed(drawn);
              writes.push(store.write.commitProcessed(run));
              if (twice) writes.push(store.write.commitProcessed(run));
              model.commit(run);
            }
            await Promise.all(writes);

            const series = seriesNames.map(own);
            expect(byText(await store.read.values({ series, from: t0, to: t0 + 99 }))).toEqual(
              byText(model.values.values()),
            );
            for (const name of series)
              for (let at = t0; at <= t0 + 5; at += 1)
                expect((await store.read.revisions(name, at)).map(withoutReplacedAt)).toEqual(
                  model.revisions.get(`${name} ${at}`) ?? [],
                );
            const found = await Promise.all(
              ['p', 'q'].map((point) => store.read.findings({ point: own(point), limit: 99 })),
            );
            expect(byText(found.flat())).toEqual(byText(model.findings.values()));
            expect(
              new Map((await store.read.watermarks(['d', 'e'].map(own))).map((row) => [row.device, row.decodedTo])),
            ).toEqual(new Map([...model.watermarks].toSorted(([a], [b]) => (a < b ? -1 : 1))));

            const after = (await store.read.counts()).values;
            for (const flag of [1, 2, 3, 4, 9] as const)
              expect(after[flag] - before[flag]).toBe(
                [...model.values.values()].filter((row) => row.flag === flag).length,
              );
          }),
          { numRuns: 60 },
        );
      }));
  });
};
