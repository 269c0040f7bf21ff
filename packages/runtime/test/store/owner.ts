/**
 * A process that owns a store, for tests that kill it. Prints `open`, then one line for each record that was acknowledged, until it
 * is killed or its input ends. On a server it writes in the name of a claim, and ends when that is another one's.
 *
 *   node owner.ts <path> <first number> [write | pack]
 *
 * `pack` packs what is there, three records at a time, and prints a line for each pack.
 */
import { flushCompileCache } from 'node:module';
import { systemClock } from '@caudal/core';
import { openStore } from '../../src/store/index.ts';
import { processed, raw, t0, value } from './rows.ts';

const [path = '', first = '0', mode] = process.argv.slice(2);
const opened = await openStore({ path, clock: systemClock, leaseMs: 2_000 });
const { claims } = opened;
const claim = (await claims?.look({ roles: ['write'], free: ['write'], holds: [] }))?.taken[0];
const store = claim === undefined ? opened : opened.under(claim, () => process.exit(9));
if (claim !== undefined)
  setInterval(() => void claims?.look({ roles: ['write'], free: [], holds: [claim] }), claims?.everyMs).unref();
process.stdout.write('open\n');
flushCompileCache();
process.stdin.resume();
process.stdin.on('end', () => void store.close());

let next = Number(first);
const lane = async () => {
  for (;;) {
    const number = next++;
    await store.write.appendRaw([raw(`r${number}`)]);
    await store.write.commitProcessed(
      processed({
        marks: [{ id: `r${number}`, status: 'COMPLETED', readings: 1 }],
        values: [value(t0 + number, number, { raw: `r${number}` })],
        audit: [{ at: number, actor: 'owner', act: 'wrote', subject: `r${number}`, hash: null }],
      }),
    );
    process.stdout.write(`${number}\n`);
  }
};
if (mode === 'write') await Promise.all(Array.from({ length: 20 }, lane));
if (mode === 'pack')
  for (;;) {
    const packs = await store.read.packable({ kept: t0, others: t0 + 1, records: 3, bytes: 1_000_000 });
    if (packs.length === 0) break;
    for (const seqs of packs) {
      await store.write.putPack(await store.read.rawPack(seqs));
      process.stdout.write(`${seqs.length}\n`);
    }
  }
