import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { migrations } from '../../src/store/schema/migrations.ts';
import { imbalances } from '../recovery/imbalances.ts';
import { handClock, inFolder } from './files.ts';
import { writeOldDatabase } from './old-databases.ts';
import { expectNothingLost, expectStory, type Rows } from './old-story.ts';
import { day, t0 } from './rows.ts';

const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`;

const everyRow = (path: string): Rows => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return new Map(
      database
        .prepare(tables)
        .all()
        .map(({ name }) => [String(name), database.prepare(`SELECT * FROM "${String(name)}"`).all()]),
    );
  } finally {
    database.close();
  }
};

/** What stands behind a submission is kept, by the record and not by its name; what stands behind none any more goes by its own age. */
const expectKept = (after: Rows): void => {
  expect(after.get('submission_source')).toEqual(
    expect.arrayContaining([
      { series: 1, at: t0, submission: 's1', raw: 1 },
      { series: 2, at: t0, submission: 's1', raw: null },
    ]),
  );
  expect(Object.fromEntries((after.get('raw') ?? []).map(({ id, kept }) => [String(id), kept]))).toMatchObject({
    sent: 1,
    released: 0,
    queued: 0,
    failed: 0,
  });
  if (after.has('taken'))
    expect(after.get('taken')).toEqual([
      { series: 1, slot: t0 },
      { series: 2, slot: t0 },
    ]);
};

const expectWhole = (path: string): void => {
  const database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  database.close();
  expect(imbalances(path)).toEqual([]);
};

const upgrade = async (path: string, since: number): Promise<void> => {
  const before = everyRow(path);
  for (const [table, rows] of before) expect(rows, `nothing of schema ${since} is in ${table}`).not.toHaveLength(0);
  const clock = handClock();
  clock.at = t0 + day / 2;
  const store = await openStore({ path, clock });
  const facts = await store.facts();
  expect(facts).toMatchObject({ schema: migrations.length, uncleanStart: 0 });
  await store.close();
  const after = everyRow(path);
  expectNothingLost(before, after);
  expectKept(after);
  if (since < migrations.length) expect(everyRow(String(facts['backup']))).toEqual(before);
  const again = await openStore({ path, clock });
  await expectStory(again, since);
  await again.close();
  expectWhole(path);
};

describe('an upgrade loses nothing', { timeout: 180_000 }, () => {
  // Each opens three stores, and a loaded machine takes its time for threads.
  it.each(migrations.map((_, index) => index + 1))('of a database of schema %d', (version) =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      writeOldDatabase(path, version);
      await upgrade(path, version);
    }),
  );

  const fixtures = new URL('fixtures/', import.meta.url);
  it('of the databases that releases left', () =>
    inFolder(async (folder) => {
      const files = (await readdir(fixtures)).filter((name) => name.endsWith('.db.zst'));
      expect(files).not.toEqual([]);
      for (const file of files) {
        const path = join(folder, file.replace(/\.zst$/u, ''));
        await writeFile(path, zstdDecompressSync(await readFile(new URL(file, fixtures))));
        await upgrade(path, Number(/schema-(\d+)/u.exec(file)?.[1]));
      }
    }));
});
