/**
 * Values per second of the store on PostgreSQL, beside the bare server of the same run: one connection of the same client library, one
 * statement with one JSON parameter and one transaction for each 500 rows, into a table of the same columns and key. The server is one of its
 * own, with fsync on. Prints one JSON line.
 *
 *   npm run bench:postgres -- [rows]
 */
import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { systemClock } from '@caudal/core';
import { openStore, type ValueRow } from '../src/store/index.ts';
import { nothingProcessed } from '../src/store/store.ts';
import { noServer, startPostgres } from '../test/store/postgres-server.ts';

if (noServer !== undefined) throw new Error(noServer);
const total = Number(process.argv[2] ?? 60_000);
const batch = 500;
const inFlight = 4;
const rounds = 3;
const series = 500;
const start = Date.UTC(2026, 0, 1);

const valuesOf = (round: number): readonly ValueRow[] =>
  Array.from({ length: total }, (_, index): ValueRow => ({
    series: `point-${index % series}/level`,
    at: start + (round * total + Math.floor(index / series)) * 60_000,
    value: 12 + (index % 1_000) / 7,
    text: null,
    flag: 1,
    codes: [],
    status: 'final',
    origin: 'raw',
    raw: `raw-${index}`,
    device: `device-${index % 200}`,
    variable: 'nivel',
    vendorId: null,
    rawText: String(12 + (index % 1_000) / 7),
    priority: 0,
    basis: 'basis-1',
  }));

const batches = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / batch) }, (_, index) => rows.slice(index * batch, (index + 1) * batch));

const perSecond = async (act: () => Promise<void>): Promise<number> => {
  const began = performance.now();
  await act();
  return Math.round((total * 1000) / (performance.now() - began));
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const server = await startPostgres();
const store = await openStore({ path: server.address('bench'), clock: systemClock });
const client = new Client({ connectionString: server.address('bench').replace(/\?.*/, '') });
await client.connect();
await client.query(`CREATE TABLE bare (series bigint NOT NULL, at bigint NOT NULL, value double precision, text text, flag bigint NOT NULL,
  codes text, final bigint NOT NULL, source bigint NOT NULL, raw text NOT NULL, vendor_id text, raw_text text, PRIMARY KEY (series, at))`);

const bare = async (rows: readonly ValueRow[]) => {
  for (const some of batches(rows)) {
    const parameter = JSON.stringify(
      some.map(({ at, value, flag, raw }, index) => ({
        series: index % series,
        at,
        value,
        flag,
        final: 1,
        source: 1,
        raw,
      })),
    );
    await client.query('BEGIN');
    await client.query({
      name: 'bare',
      text: `INSERT INTO bare SELECT * FROM json_to_recordset($1::json) AS j(series bigint, at bigint, value double precision, text text,
        flag bigint, codes text, final bigint, source bigint, raw text, vendor_id text, raw_text text)`,
      values: [parameter],
    });
    await client.query('COMMIT');
  }
};

const ours = async (rows: readonly ValueRow[]) => {
  const waiting = [...batches(rows)];
  const lane = async () => {
    for (let values = waiting.shift(); values !== undefined; values = waiting.shift())
      await store.write.commitProcessed({ ...nothingProcessed, values });
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};

const results: { store: number; bare: number }[] = [];
try {
  for (let round = 0; round < rounds; round += 1) {
    const rows = valuesOf(round);
    results.push({ bare: await perSecond(() => bare(rows)), store: await perSecond(() => ours(rows)) });
  }
} finally {
  await store.close();
  await client.end();
  await server.remove();
}
const [mine, theirs] = [median(results.map((one) => one.store)), median(results.map((one) => one.bare))];
console.log(
  JSON.stringify({
    bench: 'postgres',
    node: process.version,
    rows: total,
    cores: availableParallelism(),
    load: loadavg()[0],
    storePerSecond: mine,
    barePerSecond: theirs,
    ratio: Math.round((100 * mine) / theirs) / 100,
    rounds: results,
  }),
);
