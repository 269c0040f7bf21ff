/**
 * Rows per second of the store against bare node:sqlite that writes the same rows, bytes and indexes in the same run: one
 * connection, prepared statements, one transaction for each 500 rows, no thread. Prints one JSON line.
 *
 *   node --conditions=@caudal/source packages/runtime/bench/store.bench.ts [rows]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@caudal/core';
import { type NewRaw, openStore, type ValueRow } from '../src/store/index.ts';
import { tables } from '../src/store/schema/0001-tables.ts';
import { nothingProcessed } from '../src/store/store.ts';

const total = Number(process.argv[2] ?? 60_000);
const batch = 500;
const inFlight = 4;
const rounds = 3;
const series = 500;
const start = Date.UTC(2026, 0, 1);

const rawId = (index: number) => `raw-${String(index).padStart(20, '0')}`;
const body = Buffer.alloc(400, '{"ts":1767225600000,"values":{"level":12.34}}');

const raws = Array.from({ length: total }, (_, index): NewRaw => ({
  id: rawId(index),
  instance: 'tago-north',
  lane: 'live',
  receivedAt: start + index,
  envelope: { channel: 'webhook', device: `device-${index % 200}`, contentType: 'application/json' },
  body,
}));
const values = Array.from({ length: total }, (_, index): ValueRow => ({
  series: `point-${index % series}/level`,
  at: start + Math.floor(index / series) * 60_000,
  value: 12 + (index % 1_000) / 7,
  text: null,
  flag: 1,
  codes: [],
  status: 'final',
  origin: 'raw',
  raw: rawId(index),
  device: `device-${index % 200}`,
  variable: 'level',
  vendorId: null,
  rawText: '12.34',
  priority: 0,
  basis: 'basis-1',
}));
const chunks = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / batch) }, (_, index) => rows.slice(index * batch, (index + 1) * batch));

const folder = mkdtempSync(join(tmpdir(), 'caudal-bench-'));
const seconds = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** Keeps a few batches in flight, as the stages do. */
const drain = async <T>(batches: readonly T[], write: (one: T) => Promise<unknown>) => {
  let next = 0;
  const lane = async () => {
    for (let one = batches[next++]; one !== undefined; one = batches[next++]) await write(one);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};

const bare = async (path: string) => {
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32000',
  );
  database.exec(tables);
  const transaction = (work: () => void) => {
    database.exec('BEGIN IMMEDIATE');
    work();
    database.exec('COMMIT');
  };
  const raw = database.prepare(
    'INSERT INTO raw (id, instance, devices, lane, status, received_at, envelope, size) VALUES (?, ?, ?, 0, 0, ?, ?, ?)',
  );
  const rawBody = database.prepare('INSERT INTO raw_body (seq, body) VALUES (?, ?)');
  const appendRaw = await seconds(() => {
    for (const rows of chunks(raws))
      transaction(() => {
        for (const row of rows) {
          const devices = JSON.stringify([row.envelope.device]);
          const { lastInsertRowid } = raw.run(
            row.id,
            row.instance,
            devices,
            row.receivedAt,
            JSON.stringify(row.envelope),
            row.body.length,
          );
          rawBody.run(lastInsertRowid, row.body);
        }
      });
  });
  const value = database.prepare(
    'INSERT INTO value (series, at, value, text, flag, codes, final, source, raw, vendor_id, raw_text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const commitProcessed = await seconds(() => {
    for (const [number, rows] of chunks(values).entries())
      transaction(() => {
        for (const [index, row] of rows.entries())
          value.run(
            (number * batch + index) % series,
            row.at,
            row.value,
            row.text,
            row.flag,
            null,
            1,
            index % 200,
            row.raw,
            row.vendorId,
            row.rawText,
          );
      });
  });
  database.close();
  return { appendRaw, commitProcessed };
};

const ours = async (path: string) => {
  const store = await openStore({ path, clock: systemClock });
  const appendRaw = await seconds(() => drain(chunks(raws), (rows) => store.write.appendRaw(rows)));
  const commitProcessed = await seconds(() =>
    drain(chunks(values), (rows) => store.write.commitProcessed({ ...nothingProcessed, values: rows })),
  );
  await store.close();
  return { appendRaw, commitProcessed };
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const results: { readonly bare: Awaited<ReturnType<typeof bare>>; readonly store: Awaited<ReturnType<typeof ours>> }[] =
  [];
for (let round = 0; round < rounds; round += 1)
  results.push({
    bare: await bare(join(folder, `bare-${round}.db`)),
    store: await ours(join(folder, `store-${round}.db`)),
  });
rmSync(folder, { recursive: true });

const rate = (side: 'bare' | 'store', operation: 'appendRaw' | 'commitProcessed') =>
  Math.round(total / median(results.map((result) => result[side][operation])));
const compared = (operation: 'appendRaw' | 'commitProcessed') => ({
  storeRowsPerSecond: rate('store', operation),
  bareRowsPerSecond: rate('bare', operation),
  ratio: Math.round((rate('store', operation) / rate('bare', operation)) * 100) / 100,
});
console.log(
  JSON.stringify({
    bench: 'store',
    node: process.version,
    rows: total,
    batch,
    inFlight,
    rounds,
    appendRaw: compared('appendRaw'),
    commitProcessed: compared('commitProcessed'),
  }),
);
