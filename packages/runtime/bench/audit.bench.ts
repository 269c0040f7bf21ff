/**
 * Entries per second of the audit chain: appended through the store with full sync, as attempts are, and verified from a read-only
 * connection beside it. Prints one JSON line. 100 000 entries; with `--long` 1 000 000.
 *
 *   node --conditions=@caudal/source packages/runtime/bench/audit.bench.ts [entries] [--long]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '@caudal/core';
import { acts } from '../src/evidence/acts.ts';
import { sha256 } from '../src/evidence/chain.ts';
import { verifyStored } from '../src/evidence/read-chain.ts';
import { openStore } from '../src/store/index.ts';
import { openReadOnly } from '../src/store/open-read-only.ts';

const args = process.argv.slice(2);
const total = args.includes('--long') ? 1_000_000 : Number(args.find((arg) => !arg.startsWith('-')) ?? 100_000);
const batch = 200;
const inFlight = 4;
const start = Date.UTC(2026, 0, 1);

/** Of the size that an attempt of three parameters has. */
const entry = (index: number) => ({
  at: start + index,
  actor: 'comply',
  act: acts.attemptOpened,
  subject: sha256(String(index >> 2)).slice(0, 16),
  hash: sha256(`artifact ${index}`),
  detail: {
    attempt: '00000000-0000-4000-8000-000000000000',
    kind: 'submit',
    work: 'OB-0101-114',
    slot: start,
    report: sha256(`report ${index}`),
    sources: [1, 2, 3].map((part) => ({
      series: `well-${index % 500}/series-${part}`,
      at: start + index,
      raw: '00000000-0000-4000-8000-000000000001',
      hash: sha256(`raw ${index}`),
    })),
    basis: { '0123456789abcdef': sha256('basis') },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'caudal-bench-'));
const path = join(folder, 'caudal.db');
const store = await openStore({ path, clock: systemClock });
let next = 0;
const lane = async () => {
  while (next < total) {
    const first = next;
    next = Math.min(total, first + batch);
    await store.write.audit(Array.from({ length: next - first }, (_, offset) => entry(first + offset)));
  }
};
const began = performance.now();
await Promise.all(Array.from({ length: inFlight }, lane));
const appended = (performance.now() - began) / 1000;

const { read, close } = await openReadOnly(path);
const beganToVerify = performance.now();
const { fault, entries } = await verifyStored(read, {});
const verified = (performance.now() - beganToVerify) / 1000;
await close();
const bytes = Number((await store.facts())['databaseBytes']);
await store.close();
rmSync(folder, { recursive: true });
if (fault !== undefined || entries !== total) throw new Error(`the chain does not hold: ${JSON.stringify(fault)}`);
console.log(
  JSON.stringify({
    bench: 'audit',
    node: process.version,
    entries,
    bytesPerEntry: Math.round(bytes / entries),
    appendedPerSecond: Math.round(total / appended),
    verifiedPerSecond: Math.round(total / verified),
    verifySeconds: Math.round(verified * 100) / 100,
  }),
);
