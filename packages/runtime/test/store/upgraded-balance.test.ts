import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFlow } from '../../src/observe/flow.ts';
import { conservationOf } from '../../src/schedule/conservation.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { moveToPostgres } from '../../src/store/postgres/move.ts';
import { migrations } from '../../src/store/schema/migrations.ts';
import { handClock, inFolder } from './files.ts';
import { writeOldDatabase } from './old-databases.ts';
import { noServer, type PostgresServer, startPostgres } from './postgres-server.ts';
import { bytes, day, hour, processed, raw, submission, t0 } from './rows.ts';

const versions = migrations.map((_, index) => index + 1);
/** Moved to a server is the same, but for what a version could count: without flow, with it, before packs and with them, and the newest. */
const moved = [1, 5, 8, 9, migrations.length];
const lease = { instance: 'tago', device: '', epoch: 7 };
const request = (id: string) => raw(id, { instance: 'tago', request: 'latest', body: bytes('the same') });

/** Every way in and out, on what an older program left. */
const work = async (store: Store, version: number): Promise<void> => {
  const flow = createFlow();
  const balance = async () => {
    const { imbalances, ...counted } = await conservationOf({ store, flow }, true);
    expect(imbalances).toEqual([]);
    return counted;
  };
  const parked = version < 2 ? 0 : 1;
  expect(await balance()).toMatchObject({
    raw: { stored: 4 + parked, forgotten: 0, processed: 2, quarantined: 1, skipped: 0, pending: 1 + parked },
    submissions: { owed: 2, ended: 0, open: 1, final: 1 },
  });

  const { write } = store;
  await flow.during('tago', 1, write.appendRaw([request('new-1')]));
  await flow.during('tago', 1, write.appendRaw([request('new-2')]));
  await expect(
    flow.during('tago', 1, write.appendRaw([raw('new-3', { instance: 'tago' })], { lease })),
  ).rejects.toThrow();
  await flow.during('mqtt', 2, write.appendRaw(['new-4', 'new-5'].map((id) => raw(id, { instance: 'mqtt' }))));
  await write.claimRaw({ limit: 2, maxBytes: 999 });
  await write.commitProcessed(
    processed({
      marks: [
        { id: 'queued', status: 'COMPLETED', readings: 1 },
        { id: 'new-1', status: 'FAILED', reason: 'no JSON', readings: 0 },
        { id: 'new-4', status: 'SKIPPED', reason: 'test', readings: 0 },
      ],
    }),
  );
  await write.expectSubmissions(
    [2, 3].map((count) => submission(`new-${count}`, t0 + count * hour, { obligation: 'well-dga' })),
  );
  await write.changeSubmissions([{ id: 's2', epoch: 1, state: 'failed-reported', nextAt: t0 }]);
  const before = await balance();
  expect(before).toMatchObject({
    received: [
      { instance: 'tago', received: 3, stored: 1, repeated: 1, refused: 1, underWay: 0 },
      { instance: 'mqtt', received: 2, stored: 2, repeated: 0, refused: 0, underWay: 0 },
    ],
    raw: { stored: 7 + parked, forgotten: 0, processed: 3, quarantined: 2, skipped: 1, pending: 1 + parked },
    submissions: { owed: 4, ended: 0, open: 2, final: 2 },
  });

  const gone = await write.deleteOldRaw({ before: t0 + day, limit: 99 });
  expect(gone).toBeGreaterThan(0);
  const after = await balance();
  expect(after.raw).toMatchObject({ stored: 7 + parked, forgotten: gone });
  expect(after.submissions).toEqual(before.submissions);
};

const oldDatabase = (folder: string, version: number): string => {
  const path = join(folder, 'caudal.db');
  writeOldDatabase(path, version);
  return path;
};

const openAt = (path: string): Promise<Store> => {
  const clock = handClock();
  clock.at = t0 + day / 2;
  return openStore({ path, clock });
};

const worked = async (path: string, version: number): Promise<void> => {
  const store = await openAt(path);
  try {
    await work(store, version);
  } finally {
    await store.close();
  }
};

describe(
  'what came in and what is there add up on a database of an older version, then and as it goes on',
  { timeout: 180_000 },
  () => {
    test.each(versions)('SQLite, schema %d', (version) =>
      inFolder((folder) => worked(oldDatabase(folder, version), version)),
    );

    describe.skipIf(noServer !== undefined)(`PostgreSQL${noServer === undefined ? '' : `: ${noServer}`}`, () => {
      let server: PostgresServer;
      beforeAll(async () => {
        server = await startPostgres();
      });
      afterAll(() => server.remove());

      test.each(moved)('moved there, schema %d', (version) =>
        inFolder(async (folder) => {
          const path = oldDatabase(folder, version);
          await (await openAt(path)).close();
          const address = server.address(`balance${version}`);
          await moveToPostgres(path, address, t0);
          await worked(address, version);
        }),
      );
    });
  },
);
