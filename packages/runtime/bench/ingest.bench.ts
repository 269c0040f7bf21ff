/**
 * Values per second through the whole way, raw record → decode → bind → judge → value, in one process with full sync, against bare
 * node:sqlite that writes the rows of the resulting database into the same tables and indexes in the same run: one connection,
 * prepared statements, one transaction for each 500 rows, no thread, nothing read or judged. Prints one JSON line.
 *
 *   node --conditions=@caudal/source packages/runtime/bench/ingest.bench.ts [values] [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { NewRaw } from '../src/store/index.ts';
import { openServices } from '../test/process/services.ts';
import { secondsOfBareSqlite } from './bare-sqlite.ts';

const points = 200;
/** Instants of one record; each has a total, a flow and a level. */
const instants = 10;
const perRecord = instants * 3;
const recordCount = Math.ceil(Number(process.argv[2] ?? 120_000) / perRecord);
const rounds = Number(process.argv[3] ?? 3);
const values = recordCount * perRecord;
const appendRows = 50;
const appendsInFlight = 4;
const minute = 60_000;
const t0 = Date.UTC(2026, 0, 1);

const ids = Array.from({ length: points }, (_, index) => `well-${index}`);
const externalId = (index: number) => `5a3c0d9e1f2b4a6c8d7e${String(index).padStart(4, '0')}`;

const data = {
  points: ids.map((id) => ({
    id,
    name: id,
    kind: 'well' as const,
    series: { total: { intervalMinutes: 1 }, flow: { intervalMinutes: 1 }, level: { intervalMinutes: 1 } },
  })),
  meters: ids.map((id) => ({
    id: `meter-${id}`,
    series: `${id}/total`,
    step: 0.1,
    maxFlowLps: 50,
    pulses: { litersPerPulse: 100 },
  })),
  devices: ids.map((id, index) => ({ id: `logger-${id}`, provider: 'tago', externalId: externalId(index) })),
  bindings: ids.flatMap((id) => [
    { device: `logger-${id}`, variable: 'pulses', series: `${id}/total`, unit: 'pulses' },
    { device: `logger-${id}`, variable: 'flow', series: `${id}/flow` },
    {
      device: `logger-${id}`,
      variable: 'column',
      series: `${id}/level`,
      level: { convention: 'depth' as const, sensorDepthM: 45 },
    },
  ]),
};

/** The next ten minutes of one well, as TagoIO answers them. */
const rawAt = (number: number): NewRaw => {
  const index = number % points;
  const first = Math.floor(number / points) * instants;
  const result = Array.from({ length: instants }, (_, offset) => {
    const count = first + offset;
    const time = new Date(t0 + count * minute).toISOString();
    const item = { device: externalId(index), time, created_at: time };
    const id = (variable: string) => `${variable}${String(number * instants + offset).padStart(20, '0')}`;
    return [
      { id: id('p'), ...item, variable: 'pulses', value: 1_000_000 + 12 * count },
      { id: id('f'), ...item, variable: 'flow', value: 20 + ((count * 7) % 13) / 10, unit: 'L/s' },
      { id: id('c'), ...item, variable: 'column', value: 18.5 + ((count * 5) % 11) / 100, unit: 'm' },
    ];
  }).flat();
  return {
    id: `raw-${String(number).padStart(20, '0')}`,
    instance: 'tago',
    lane: 'live',
    receivedAt: t0 + (first + instants) * minute,
    envelope: { channel: 'pull', device: `logger-${ids[index]}`, contentType: 'application/json' },
    body: new TextEncoder().encode(JSON.stringify({ status: true, result })),
  };
};

const raws = Array.from({ length: recordCount }, (_, number) => rawAt(number));
const appends = Array.from({ length: Math.ceil(recordCount / appendRows) }, (_, index) =>
  raws.slice(index * appendRows, (index + 1) * appendRows),
);

const clockAt = { now: () => t0 + Math.ceil(recordCount / points) * instants * minute, sleep: () => Promise.resolve() };

const seconds = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** Records come in beside the processing of those before, as they do in a runtime. */
const pipeline = async (folder: string): Promise<number> => {
  const services = await openServices(folder, data, clockAt);
  let next = 0;
  const append = async () => {
    for (let rows = appends[next++]; rows !== undefined; rows = appends[next++])
      await services.store.write.appendRaw(rows);
  };
  const taken = await seconds(async () => {
    const appending = Promise.all(Array.from({ length: appendsInFlight }, append));
    while (next <= appends.length) await services.processAll();
    await appending;
    await services.processAll();
  });
  const counts = await services.store.read.counts();
  await services.close();
  const stored = Object.values(counts.values).reduce((sum, count) => sum + count, 0);
  if (stored !== values || counts.raw.COMPLETED !== recordCount)
    throw new Error(`${stored} of ${values} values, ${counts.raw.COMPLETED} of ${recordCount} records`);
  return taken;
};

/** In the order in which they came: the order of the key would be an easier one. */
const arrivedValues =
  'SELECT value.* FROM value JOIN raw ON raw.id = value.raw ORDER BY raw.seq, value.at, value.series';

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

const folder = mkdtempSync(join(tmpdir(), 'caudal-bench-'));
const results: { readonly pipeline: number; readonly bare: number }[] = [];
for (let round = 0; round < rounds; round += 1) {
  const path = join(folder, String(round));
  results.push({
    pipeline: await pipeline(path),
    bare: secondsOfBareSqlite(join(path, 'caudal.db'), join(path, 'bare.db'), { value: arrivedValues }),
  });
}
rmSync(folder, { recursive: true });

const rate = (side: 'pipeline' | 'bare') => values / median(results.map((result) => result[side]));
console.log(
  JSON.stringify({
    bench: 'ingest',
    node: process.version,
    values,
    rawRecords: recordCount,
    points,
    rounds,
    valuesPerSecond: Math.round(rate('pipeline')),
    bareValuesPerSecond: Math.round(rate('bare')),
    ratioToBareSqlite: Math.round((rate('pipeline') / rate('bare')) * 100) / 100,
  }),
);
