import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import { openStore } from '../../src/store/index.ts';
import { openReadOnly } from '../../src/store/open-read-only.ts';
import { handClock, inFolder } from '../store/files.ts';

const total = 100_000;
const batch = 500;

// A million is `npm run audit:bench -- --long`.
test('of a hundred thousand stored entries one changed letter is found', { timeout: 120_000 }, () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    const store = await openStore({ path, clock: handClock() });
    const entry = (index: number) => ({
      at: index,
      actor: 'ana',
      act: 'backfill',
      subject: `point:${index}`,
      hash: null,
    });
    for (let first = 0; first < total; first += batch)
      await store.write.audit(Array.from({ length: batch }, (_, offset) => entry(first + offset)));
    const { read, close } = await openReadOnly(path);
    expect(await verifyStored(read, {})).toMatchObject({ fault: undefined, entries: total, last: total });
    await close();
    await store.close();

    const victim = 1 + Math.floor(Math.random() * total);
    const database = new DatabaseSync(path);
    database.prepare(`UPDATE audit SET entry = replace(entry, '"ana"', '"anb"') WHERE seq = ?`).run(victim);
    database.close();
    const after = await openReadOnly(path);
    expect((await verifyStored(after.read, {})).fault?.seq).toBe(victim);
    await after.close();
  }),
);
