import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { minute, t0 } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

/** Values minute by minute, put there without the pipeline. */
export const fillSeries = (world: TestServed, series: string, count: number): void => {
  const database = new DatabaseSync(join(world.folder, 'caudal.db'));
  database.exec('PRAGMA busy_timeout = 10000');
  const { id } = database.prepare('SELECT id FROM series WHERE name = ?').get(series) as { id: number };
  const { source } = database.prepare('SELECT source FROM value WHERE series = ? LIMIT 1').get(id) as {
    source: number;
  };
  database
    .prepare(
      `INSERT OR IGNORE INTO value (series, at, value, flag, final, source, raw)
       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
       SELECT ?, ? + i * 60000, 10 + (i * 7919 % 1000) / 100.0, CASE WHEN i % 997 = 0 THEN 3 ELSE 1 END, 1, ?, 'raw-north' FROM n`,
    )
    .run(count, id, t0 - count * minute, source);
  database.close();
};

/** A server in a process of its own, so that its memory is its own: says where it is, and ends with its input. */
const serve = async (rows: number) => {
  const world = await openServed();
  fillSeries(world, 'well-south/total', rows);
  process.stdout.write(`${JSON.stringify({ url: world.url, token: await world.key({ role: 'viewer' }) })}\n`);
  for await (const _ of process.stdin);
  await world.close();
};

if (process.argv[1]?.endsWith('export-child.ts') === true) await serve(Number(process.argv[2]));
