/**
 * Runs a runtime on a disk of a few megabytes, fills the disk, looks at how the runtime stands, makes room, and looks again. Prints what
 * it saw as one line of JSON. The disk is seen by this process alone: it is mounted in a namespace of its own.
 *
 *   node --conditions=@caudal/source full-disk-child.ts <folder on the disk>
 */
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { tago } from '@caudal/provider-tago';
import { createRuntime, type Runtime, type RuntimeConfig } from '@caudal/runtime';
import { openStore } from '../../../src/store/index.ts';

/** What the child prints. */
export interface Seen {
  /** Answers to pushes, and readiness, by when. */
  readonly before: Look;
  readonly full: Look;
  readonly after: Look;
  /** Bodies that were answered with success and are not in the database afterwards. */
  readonly lost: readonly string[];
  readonly acknowledged: number;
  readonly integrity: string;
}

interface Look {
  readonly push: number;
  readonly ready: number;
  readonly body: { readonly ready: boolean; readonly disk: { readonly reason: string } | null };
}

const [folder = ''] = process.argv.slice(2);
process.env['TEST_WEBHOOK_SECRET'] = 'webhook secret';
const config: RuntimeConfig = {
  database: join(folder, 'caudal.db'),
  data: [],
  providers: { tago: tago({ baseUrl: 'http://127.0.0.1:9', webhook: { secret: 'env:TEST_WEBHOOK_SECRET' } }) },
  http: { port: 0 },
  log: { console: false, level: 'debug' },
  maintain: { tickMs: 100 },
};

const acknowledged: string[] = [];
let number = 0;
const push = async (runtime: Runtime, size: number): Promise<number> => {
  const body = JSON.stringify([{ number: (number += 1), text: 'x'.repeat(size) }]);
  const response = await fetch(`${runtime.url}/webhooks/tago`, {
    method: 'POST',
    headers: { 'x-caudal-secret': 'webhook secret', 'content-type': 'application/json' },
    body,
  });
  await response.arrayBuffer();
  if (response.status < 300) acknowledged.push(body);
  return response.status;
};

const look = async (runtime: Runtime): Promise<Look> => {
  const answer = await push(runtime, 50_000);
  const response = await fetch(`${runtime.url}/health/ready`);
  return { push: answer, ready: response.status, body: (await response.json()) as Look['body'] };
};

/** Takes every byte that is left. */
const fill = (path: string) => {
  const file = openSync(path, 'a');
  for (let size = 65_536; size > 0;)
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  closeSync(file);
};

const runtime = await createRuntime(config);
await runtime.start();
const before = await look(runtime);
const filler = join(folder, 'filler');
writeFileSync(filler, '');
fill(filler);
let full = await look(runtime);
// The log of the database may have had room of its own.
for (let tries = 0; full.push !== 503 && tries < 200; tries += 1) full = await look(runtime);
// Stages run into it as well, the log file too, and nobody stops for it.
for (let tries = 0; tries < 20; tries += 1) await systemClock.sleep(50);
full = await look(runtime);
rmSync(filler);
let after = await look(runtime);
for (let tries = 0; after.ready !== 200 && tries < 400; tries += 1) {
  await systemClock.sleep(50);
  after = await look(runtime);
}
await runtime.stop();

const { DatabaseSync } = await import('node:sqlite');
const database = new DatabaseSync(config.database as string);
const integrity = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']);
database.close();
const store = await openStore({ path: config.database as string, clock: systemClock });
const kept = new Set<string>();
for (const { id } of await store.read.rawList({}, 100_000)) {
  const raw = await store.read.raw(id);
  if (raw !== null) kept.add(Buffer.from(raw.body).toString('utf8'));
}
await store.close();
const lost = acknowledged.filter((body) => !kept.has(body));
process.stdout.write(
  `${JSON.stringify({ before, full, after, lost, acknowledged: acknowledged.length, integrity } satisfies Seen)}\n`,
);
