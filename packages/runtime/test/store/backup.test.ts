import { appendFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { makeBackup } from '../../src/store/backup/make-backup.ts';
import { restoreBackup } from '../../src/store/backup/restore-backup.ts';
import { openStore } from '../../src/store/index.ts';
import { applyMigration, migrations } from '../../src/store/schema/migrations.ts';
import { sha256Of } from '../../src/store/backup/sum.ts';
import { handClock, inFolder } from './files.ts';
import { killOwner, nextLine, startOwner } from './owner-process.ts';
import { bytes, raw, t0 } from './rows.ts';

const rawsIn = async (path: string): Promise<string[]> => {
  const store = await openStore({ path, clock: handClock() });
  try {
    return (await store.read.rawList({}, 1_000_000)).map(({ id }) => id).toSorted();
  } finally {
    await store.close();
  }
};

/** A database with records a and b, and its backup. */
const withBackup = async (folder: string) => {
  const path = join(folder, 'caudal.db');
  const store = await openStore({ path, clock: handClock() });
  await store.write.appendRaw([raw('a'), raw('b')]);
  const file = join(folder, 'first.backup');
  const made = await makeBackup(path, file);
  await store.write.appendRaw([raw('c')]);
  await store.close();
  return { path, file, made };
};

/** Changes the tree page of a table's root to nonsense: the file is still a database, and no longer whole. */
const damage = async (path: string, table: string) => {
  const database = new DatabaseSync(path, { readOnly: true });
  const root = Number(database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)?.['rootpage']);
  const size = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  database.close();
  const content = await readFile(path);
  content.fill(0xff, (root - 1) * size, (root - 1) * size + 64);
  await writeFile(path, content);
};

describe('a backup', () => {
  it('of a database that is written to holds everything that was acknowledged before it began', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const child = startOwner(path, '0', 'write');
      const acknowledged: number[] = [];
      try {
        expect(await nextLine(child)).toBe('open');
        for (let round = 0; round < 3; round += 1) {
          while (acknowledged.length < (round + 1) * 100) acknowledged.push(Number(await nextLine(child)));
          const made = await makeBackup(path, join(folder, `${round}.backup`));
          expect(made.rows.raw).toBeGreaterThanOrEqual(acknowledged.length);
          const copy = new DatabaseSync(made.file, { readOnly: true });
          const ids = new Set(
            copy
              .prepare('SELECT id FROM raw')
              .all()
              .map((row) => row['id']),
          );
          const values = new Set(
            copy
              .prepare('SELECT at FROM value')
              .all()
              .map((row) => row['at']),
          );
          copy.close();
          for (const number of acknowledged) {
            expect(ids.has(`r${number}`)).toBe(true);
            expect(values.has(t0 + number)).toBe(true);
          }
        }
        const after = acknowledged.length;
        while (acknowledged.length < after + 50) acknowledged.push(Number(await nextLine(child)));
      } finally {
        await killOwner(child);
      }
    }));

  it('has its sum beside it, in the form of sha256sum, and nothing else is left', () =>
    inFolder(async (folder) => {
      const { file, made } = await withBackup(folder);
      expect(made).toMatchObject({ file, schema: migrations.length, rows: { raw: 2, value: 0 } });
      expect(await readFile(`${file}.sha256`, 'utf8')).toBe(`${await sha256Of(file)}  first.backup\n`);
      expect((await stat(file)).size).toBe(made.bytes);
      expect((await readdir(folder)).filter((name) => name.startsWith('first'))).toEqual([
        'first.backup',
        'first.backup.sha256',
      ]);
    }));

  it('writes over nothing', () =>
    inFolder(async (folder) => {
      const { path, file } = await withBackup(folder);
      const before = await readFile(file);
      await expect(makeBackup(path, file)).rejects.toMatchObject({ kind: 'config' });
      expect(await readFile(file)).toEqual(before);
    }));

  it('of a damaged database is none: nothing is left that could be taken for one', () =>
    inFolder(async (folder) => {
      const { path } = await withBackup(folder);
      await damage(path, 'raw_body');
      const file = join(folder, 'second.backup');
      await expect(makeBackup(path, file)).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining('damaged') as string,
      });
      expect((await readdir(folder)).filter((name) => name.startsWith('second'))).toEqual([]);
    }));

  it('is made before tables change, and only then', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL');
      for (const migration of migrations.slice(0, 1)) applyMigration(database, migration);
      database.exec('PRAGMA user_version = 1');
      database.close();
      const first = await openStore({ path, clock: handClock() });
      const file = `${path}.schema-1-20260101T000000Z.backup`;
      expect(await first.facts()).toMatchObject({ schema: migrations.length, migratedFrom: 1, backup: file });
      await first.close();
      const again = await openStore({ path, clock: handClock() });
      expect(await again.facts()).not.toHaveProperty('backup');
      await again.close();

      // Its name is taken: no backup, no change; and without one when that is wanted.
      await restoreBackup(file, path, t0);
      await expect(openStore({ path, clock: handClock() })).rejects.toThrow(
        /the tables of .* have to change \(schema 1 to \d+\), and the backup before that failed: .*migrate --skip-backup/u,
      );
      const kept = new DatabaseSync(path, { readOnly: true });
      expect(kept.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
      kept.close();
      const without = await openStore({ path, clock: handClock(), backup: false });
      expect(await without.facts()).toMatchObject({ schema: migrations.length });
      await without.close();
    }));
});

describe('a restore', () => {
  it('brings back what was backed up and keeps what was there, with its log', () =>
    inFolder(async (folder) => {
      const { path, file } = await withBackup(folder);
      const child = startOwner(path, '0', 'write');
      expect(await nextLine(child)).toBe('open');
      expect(await nextLine(child)).toMatch(/^\d+$/u);
      await killOwner(child);
      const restored = await restoreBackup(file, path, t0);
      const keptAs = `${path}.replaced-20260101T000000Z`;
      expect(restored).toMatchObject({ keptAs, sumChecked: true, rows: { raw: 2 } });
      expect(await rawsIn(path)).toEqual(['a', 'b']);
      expect(await rawsIn(keptAs)).toEqual(expect.arrayContaining(['a', 'b', 'c', 'r0']));
    }));

  it('refuses while a process holds the database', () =>
    inFolder(async (folder) => {
      const { path, file } = await withBackup(folder);
      const child = startOwner(path, '0');
      try {
        expect(await nextLine(child)).toBe('open');
        await expect(restoreBackup(file, path, t0)).rejects.toMatchObject({
          message: expect.stringContaining(`is in use by process ${child.pid}`) as string,
        });
      } finally {
        await killOwner(child);
      }
      expect(await rawsIn(path)).toEqual(['a', 'b', 'c']);
    }));

  it.each([
    ['another byte', (file: string) => appendFile(file, 'x'), /its SHA-256 differs$/u],
    [
      'a damaged page, and no sum that tells',
      async (file: string) => {
        await damage(file, 'raw_body');
        await rm(`${file}.sha256`);
      },
      /is damaged: /u,
    ],
    [
      'half of it, and no sum that tells',
      async (file: string) => {
        await truncate(file, Math.floor((await stat(file)).size / 2));
        await rm(`${file}.sha256`);
      },
      /damaged|malformed/u,
    ],
    [
      'a database of something else',
      async (file: string) => {
        await rm(file);
        await rm(`${file}.sha256`);
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE other (id INTEGER)');
        other.close();
      },
      /is no database of Caudal$/u,
    ],
    [
      'the schema of a newer program',
      async (file: string) => {
        await rm(`${file}.sha256`);
        const newer = new DatabaseSync(file);
        newer.exec('PRAGMA user_version = 999');
        newer.close();
      },
      /written by a newer Caudal \(schema 999/u,
    ],
  ])('of a file with %s touches nothing', (_what, spoil, reason) =>
    inFolder(async (folder) => {
      const { path, file } = await withBackup(folder);
      await spoil(file);
      await expect(restoreBackup(file, path, t0)).rejects.toMatchObject({
        message: expect.stringMatching(reason) as string,
      });
      expect(await rawsIn(path)).toEqual(['a', 'b', 'c']);
      expect((await readdir(folder)).filter((name) => /replaced|restoring/u.test(name))).toEqual([]);
    }),
  );

  it('that was cut is no new database: the next start says so, and the restore can be run again', () =>
    inFolder(async (folder) => {
      const { path, file } = await withBackup(folder);
      await writeFile(`${path}.restoring`, 'the first part of a copy');
      await rm(path);
      await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining('run "caudal restore <file>" again') as string,
      });
      await restoreBackup(file, path, t0);
      expect(await rawsIn(path)).toEqual(['a', 'b']);
    }));
});

describe('a damaged database', () => {
  it.each([
    ['pages', (path: string) => damage(path, 'raw')],
    ['header', (path: string) => writeFile(path, bytes('no database at all '.repeat(200)))],
  ])('(its %s) is refused with the command that restores the newest backup, and not written to', (_part, spoil) =>
    inFolder(async (folder) => {
      const { path } = await withBackup(folder);
      const newest = join(folder, 'second.backup');
      await makeBackup(path, newest);
      const child = startOwner(path, '0');
      expect(await nextLine(child)).toBe('open');
      await killOwner(child);
      await spoil(path);
      const before = await readFile(path);
      await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining(`"caudal restore ${newest}"`) as string,
      });
      expect(await readFile(path)).toEqual(before);
      await restoreBackup(newest, path, t0);
      expect(await rawsIn(path)).toEqual(['a', 'b', 'c']);
    }),
  );
});
