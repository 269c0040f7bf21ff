import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { openToLook } from '../../src/store/open-to-look.ts';
import { applyMigration, migrations } from '../../src/store/schema/migrations.ts';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import { createVerifier } from '../../src/evidence/verify-chain.ts';
import { assertSqliteVersion } from '../../src/store/sqlite/version.ts';
import { handClock, inFolder } from './files.ts';
import { killOwner as kill, nextLine, startOwner as owner } from './owner-process.ts';
import { bytes, processed, raw, t0 } from './rows.ts';

// Some start and kill processes; a loaded machine takes its time for them.
describe('the owner of a database', { timeout: 120_000 }, () => {
  it('is one process; the second is told which one', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const child = owner(path, '0');
      try {
        expect(await nextLine(child)).toBe('open');
        await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
          kind: 'config',
          message: expect.stringMatching(
            new RegExp(`is in use by process ${child.pid} since \\d{4}-\\d\\d-\\d\\dT.*Z: stop that one first$`, 'u'),
          ) as string,
        });
      } finally {
        await kill(child);
      }
      const store = await openStore({ path, clock: handClock() });
      expect(await store.facts()).toMatchObject({ uncleanStart: 1 });
      await store.close();
    }));

  it('is one store of a process too, and gives the database back when it closes', () =>
    inFolder(async (folder) => {
      const options = { path: join(folder, 'new', 'caudal.db'), clock: handClock() };
      const first = await openStore(options);
      await expect(openStore(options)).rejects.toMatchObject({ kind: 'config' });
      await expect(openStore(options)).rejects.toMatchObject({ kind: 'config' });
      await first.write.appendRaw([raw('a')]);
      await first.close();
      const second = await openStore(options);
      expect(await second.read.raw('a')).toMatchObject({ id: 'a' });
      expect(await second.facts()).toMatchObject({ uncleanStart: 0, engine: 'sqlite', schema: migrations.length });
      await second.close();
    }));

  it('loses nothing that was acknowledged when it is killed while it writes', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const acknowledged = new Set<number>();
      for (let round = 0; round < 4; round += 1) {
        const child = owner(path, String(round * 100_000), 'write');
        expect(await nextLine(child)).toBe('open');
        const until = acknowledged.size + 150 + 70 * round;
        while (acknowledged.size < until) acknowledged.add(Number(await nextLine(child)));
        await kill(child);
        for (let line = await child.lines.next(); line.done !== true; line = await child.lines.next())
          acknowledged.add(Number(line.value));
      }
      const store = await openStore({ path, clock: handClock() });
      const stored = new Map(
        (await store.read.values({ series: ['well-1/level'], from: t0, to: Infinity })).map((row) => [row.value, row]),
      );
      for (const number of acknowledged) {
        expect(stored.get(number)).toMatchObject({ at: t0 + number, raw: `r${number}` });
        expect(await store.read.raw(`r${number}`)).toMatchObject({
          status: 'COMPLETED',
          body: bytes(`body of r${number}`),
        });
      }
      const counts = await store.read.counts();
      expect(counts.values[1]).toBe(stored.size);
      // Entry and value are one transaction: neither is there without the other, and the chain goes on over every kill.
      expect(await verifyStored(store.read, {})).toMatchObject({ fault: undefined, entries: stored.size });
      expect(counts.raw.COMPLETED).toBe(stored.size);
      expect((await store.read.rawList({}, 1_000_000)).length).toBe(counts.raw.COMPLETED + counts.raw.PENDING);
      await store.close();
    }));

  it('is waited for when it does one act only, with a message; a question takes no lock at all', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const clock = handClock();
      const brief = await openStore({ path, clock, brief: true });
      await brief.write.appendRaw([raw('a')]);
      const looking = await openToLook(path);
      const told: string[] = [];
      const waiting = openStore({ path, clock, onWait: (message) => told.push(message) });
      await expect
        .poll(() => told)
        .toEqual([`process ${process.pid} has the database ${path} for one act: waiting for it`]);
      await brief.close();
      const store = await waiting;
      expect(await looking.read.raw('a')).toMatchObject({ id: 'a' });
      await expect(looking.write.appendRaw([raw('b')])).rejects.toMatchObject({ kind: 'bug' });
      await expect(looking.write.as('live').appendRaw([raw('b')])).rejects.toMatchObject({ kind: 'bug' });
      await store.write.appendRaw([raw('b')]);
      expect(await looking.read.raw('b')).toMatchObject({ id: 'b' });
      await looking.close();
      await store.close();
    }));

  it('is taken back by the next one after a start that failed', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      await writeFile(
        path,
        'this is a text that is long enough to be read as the header of a database file, which it is not, at all',
      );
      for (let again = 0; again < 2; again += 1)
        await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
          kind: 'config',
          message: expect.stringContaining(`${path} is damaged (file is not a database)`) as string,
        });
    }));
});

describe('a database', { timeout: 120_000 }, () => {
  it('that a newer program wrote is refused', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 999');
      database.close();
      await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringMatching(/newer Caudal \(schema 999, this one knows \d+\)/u) as string,
      });
    }));

  it('that was damaged while its owner was killed is refused', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const store = await openStore({ path, clock: handClock() });
      await store.write.appendRaw(Array.from({ length: 2_000 }, (_, index) => raw(`r${index}`)));
      await store.close();
      const database = new DatabaseSync(path, { defensive: false });
      database.exec(`UPDATE meta SET value = 'no' WHERE key = 'clean'; PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'raw_body') WHERE name = 'raw'`);
      database.close();
      await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining(path) as string,
      });
    }));

  it('that is full refuses what does not fit and goes on when there is room', () =>
    inFolder(async (folder) => {
      const store = await openStore({ path: join(folder, 'caudal.db'), clock: handClock(), maxBytes: 1_000_000 });
      const body = new Uint8Array(50_000);
      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) => store.write.appendRaw([raw(`r${index}`, { body })])),
      );
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused.length).toBeGreaterThan(5);
      for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'transient', scope: 'instance' });
      const stored = results.length - refused.length;
      expect((await store.read.counts()).raw.PENDING).toBe(stored);

      const taken = await store.write.claimRaw({ limit: 99, maxBytes: 10_000_000 });
      await store.write.commitProcessed(
        processed({ marks: taken.map(({ id }) => ({ id, status: 'COMPLETED', readings: 0 })) }),
      );
      expect(await store.write.deleteOldRaw({ before: t0 + 1, limit: 99 })).toBe(stored);
      expect(await store.write.appendRaw([raw('late', { body })])).toEqual({ stored: ['late'], repeated: [] });
      await store.close();
    }));

  it('brings a database of the first schema up to the present one, with its queue', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL');
      for (const migration of migrations.slice(0, 1)) applyMigration(database, migration);
      database.exec(`PRAGMA user_version = 1;
        INSERT INTO raw (seq, id, instance, lane, status, received_at, envelope, size)
          VALUES (1, 'old', 'tago', 0, 0, ${t0}, '{"channel":"pull"}', 1);
        INSERT INTO raw_body (seq, body) VALUES (1, x'41')`);
      database.close();
      const store = await openStore({ path, clock: handClock() });
      expect(await store.facts()).toMatchObject({ schema: migrations.length });
      expect((await store.write.claimRaw({ limit: 9, maxBytes: 99 })).map(({ id }) => id)).toEqual(['old']);
      await store.close();
    }));

  it('links what an audit of the third schema held, in its order, and says so in the chain', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL');
      for (const migration of migrations.slice(0, 3)) applyMigration(database, migration);
      database.exec(`PRAGMA user_version = 3;
        INSERT INTO audit (seq, at, actor, act, subject, hash) VALUES (1, 5, 'ana', 'backfill', 'point:well', NULL),
          (4, 7, 'comply', 'submission accepted', 's', 'abc')`);
      database.close();
      const store = await openStore({ path, clock: handClock() });
      const rows = await store.read.chainPage({ after: 0, limit: 9 });
      const verifier = createVerifier();
      for (const row of rows) verifier.push(row);
      expect(verifier.end()).toMatchObject({ fault: undefined, entries: 3, first: 1, last: 3 });
      expect((await store.read.auditTrail({ limit: 9 })).toReversed()).toEqual([
        { at: 5, actor: 'ana', act: 'backfill', subject: 'point:well', hash: null },
        { at: 7, actor: 'comply', act: 'submission accepted', subject: 's', hash: 'abc' },
        {
          at: 7,
          actor: 'runtime',
          act: 'chain begun over plain entries',
          subject: 'audit',
          hash: null,
          detail: { entries: 2 },
        },
      ]);
      await store.close();
    }));

  it('needs an SQLite that does not lose its log', () => {
    for (const version of ['3.51.3', '3.53.0', '4.0.0']) expect(() => assertSqliteVersion(version)).not.toThrow();
    for (const version of ['3.51.2', '3.46.1', '2.99.99'])
      expect(() => assertSqliteVersion(version)).toThrow(/needs 3\.51\.3 or newer/u);
  });
});
