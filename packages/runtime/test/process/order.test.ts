import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewRaw } from '../../src/store/index.ts';
import { handClock, inFolder } from '../store/files.ts';
import { openServices } from './services.ts';

const minute = 60_000;
const step = 10 * minute;
const t0 = Date.UTC(2026, 0, 15, 12);
const logger = '5a3c0d9e1f2b4a6c8d7e0001';

const data = {
  points: [
    {
      id: 'well',
      name: 'well',
      kind: 'well' as const,
      series: { total: { intervalMinutes: 10 }, flow: { intervalMinutes: 10 }, level: { intervalMinutes: 10 } },
    },
  ],
  meters: [{ id: 'meter', series: 'well/total', step: 0.1, maxFlowLps: 50, pulses: { litersPerPulse: 100 } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: logger, intervalMinutes: 10 }],
  bindings: [
    { device: 'logger', variable: 'pulses', series: 'well/total', unit: 'pulses' },
    { device: 'logger', variable: 'flow', series: 'well/flow', sentinels: [-999] },
    {
      device: 'logger',
      variable: 'column',
      series: 'well/level',
      level: { convention: 'depth' as const, sensorDepthM: 45 },
    },
  ],
};

interface Item {
  readonly variable: string;
  readonly time: number;
  readonly value: unknown;
  readonly id?: string;
}

/** Three hours of a well with most of what goes wrong with one. */
const readings: readonly Item[] = [
  // Stands between two later ones of its instant, by id, that agree with each other.
  { variable: 'flow', time: t0 + 7 * step, value: 20.5, id: 'f0' },
  ...Array.from({ length: 18 }, (_, index): Item[] => {
    const time = t0 + index * step;
    return [
      // A glitch to zero, and a meter that starts again.
      { variable: 'pulses', time, value: index === 5 ? 0 : index >= 12 ? 120 * (index - 12) : 50_000 + 120 * index },
      // A fault code, a text, a spike, and a span that does not move.
      {
        variable: 'flow',
        time,
        value: index === 3 ? -999 : index === 4 ? 'error' : index === 8 ? 900 : index > 12 ? 20 : 20 + (index % 4) / 8,
      },
      { variable: 'column', time, value: index === 9 ? -3 : 18.5 - (index % 5) / 10 },
    ].filter(() => index !== 10);
  }).flat(),
  // Readings of one instant that differ, twice, and one that agrees.
  { variable: 'column', time: t0 + 2 * step, value: 17.25, id: 'b' },
  { variable: 'column', time: t0 + 2 * step, value: 17.5, id: 'c' },
  { variable: 'pulses', time: t0 + 6 * step, value: 50_721, id: 'd' },
  { variable: 'flow', time: t0 + 7 * step, value: 20.375, id: 'e' },
];

const rawOf = (items: readonly Item[], index: number): NewRaw => ({
  id: `record-${index}`,
  instance: 'tago',
  lane: 'live',
  // One record of a clock that is ahead, one that came two days late.
  receivedAt: Math.max(...items.map(({ time }) => time)) + ({ 4: -120, 6: 3_000 }[index] ?? 1) * minute,
  envelope: { channel: 'webhook', contentType: 'application/json' },
  body: new TextEncoder().encode(
    JSON.stringify(
      items.map(({ variable, time, value, id }) => ({
        id: id ?? `${variable}-${time}`,
        device: logger,
        variable,
        value,
        time: new Date(time).toISOString(),
      })),
    ),
  ),
});

const recordSize = 4;
const records = Array.from({ length: Math.ceil(readings.length / recordSize) }, (_, index) =>
  rawOf(readings.slice(index * recordSize, (index + 1) * recordSize), index),
);

/** What must not depend on the order of arrival. Which of two equal records a value names may. */
const results: Readonly<Record<string, string>> = {
  values: `SELECT series.name, at, value, text, flag, codes, final FROM value JOIN series ON series.id = value.series ORDER BY 1, 2`,
  findings: `SELECT point, rule, key, series, about, start, stop, code, flag, status, detail FROM finding ORDER BY 1, 2, 3`,
  corrections: `SELECT point, rule, key, series, start, stop, method, amount, origin, state, because FROM correction ORDER BY 1, 2, 3`,
};

/** What the store holds when the batches came in this order, and a day has passed since. */
const resultOf = async (batches: readonly (readonly NewRaw[])[]) => {
  let found: Record<string, unknown[]> = {};
  await inFolder(async (folder) => {
    const clock = handClock();
    clock.at = t0 + 4 * 60 * minute;
    // A few records a transaction, so that one is prepared while another is on its way.
    const services = await openServices(folder, data, clock, { process: { batchRecords: 4 } });
    try {
      for (const batch of batches) {
        await services.store.write.appendRaw(batch);
        await services.processAll();
      }
      clock.at += 24 * 60 * minute;
      await services.processAll();
    } finally {
      await services.close();
    }
    const database = new DatabaseSync(join(folder, 'caudal.db'), { readOnly: true });
    found = Object.fromEntries(
      Object.entries(results).map(([name, query]) => [
        name,
        database
          .prepare(query)
          .all()
          .map((row) => ({ ...row })),
      ]),
    );
    database.close();
  });
  return found;
};

/** Every record once or more (again as a record of its own, as a vendor repeats a push), in any order, cut anywhere. */
const arrivals = fc
  .record({
    order: fc.shuffledSubarray([...records.keys()], { minLength: records.length }),
    again: fc.subarray([...records.keys()], { maxLength: 5 }),
    at: fc.array(fc.nat(2 * records.length), { minLength: 5, maxLength: 5 }),
    cuts: fc.array(fc.nat(2 * records.length), { maxLength: 6 }),
  })
  .map(({ order, again, at, cuts }) => {
    const list = order.map((index) => records[index] as NewRaw);
    again.forEach((index, number) => {
      const record = records[index] as NewRaw;
      list.splice((at[number] ?? 0) % (list.length + 1), 0, { ...record, id: `${record.id}-again` });
    });
    const edges = [0, ...new Set(cuts.map((cut) => cut % list.length))].toSorted((a, b) => a - b);
    return edges.map((edge, index) => list.slice(edge, edges[index + 1])).filter((batch) => batch.length > 0);
  });

test('any order, repetition and cutting of the same records ends in the same values, findings and corrections', async () => {
  const inOrder = await resultOf([records]);
  expect({
    values: inOrder['values']?.length,
    findings: (inOrder['findings']?.length ?? 0) > 0,
    corrections: (inOrder['corrections']?.length ?? 0) > 0,
  }).toEqual({ values: 17 * 3, findings: true, corrections: true });
  await fc.assert(
    fc.asyncProperty(arrivals, async (batches) => {
      expect(await resultOf(batches)).toEqual(inOrder);
    }),
    { numRuns: 12 },
  );
});
