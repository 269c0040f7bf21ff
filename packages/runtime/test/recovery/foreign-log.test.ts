import { randomBytes } from 'node:crypto';
import { copyFile, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBackup } from '../../src/store/backup/make-backup.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openToLook } from '../../src/store/open-to-look.ts';
import { createProject } from '../cli/project.ts';
import { handClock, inFolder } from '../store/files.ts';
import { raw } from '../store/rows.ts';

/** One run of an owner that writes some records; answers where its log was put before it closed. */
const run = async (path: string, ids: readonly string[], log = `${path}.log-${ids[0]}`): Promise<string> => {
  const store = await openStore({ path, clock: handClock() });
  await store.write.appendRaw(ids.map((id) => raw(id)));
  await copyFile(`${path}-wal`, log);
  await store.close();
  return log;
};

const idsIn = async (store: Pick<Store, 'read'>) => (await store.read.rawList({}, 99)).map(({ id }) => id).toSorted();

const opened = async (path: string) => {
  const store = await openStore({ path, clock: handClock() });
  try {
    return { ids: await idsIn(store), facts: await store.facts() };
  } finally {
    await store.close();
  }
};

const sentence =
  /^the log .*-wal does not belong to .*: it was written on another database, or on this one at another time; nothing of it was applied, and nothing was written; put the database back that it belongs to, or move the log away/u;
const refusal = { kind: 'config', message: expect.stringMatching(sentence) as string };

/** Nobody opens it, looks into it or copies it; file and log stay as they are; without the log everything is there. */
const expectRefused = async (path: string, log: string, ids: readonly string[]): Promise<void> => {
  await copyFile(log, `${path}-wal`);
  const [before, logBefore] = [await readFile(path), await readFile(log)];
  await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject(refusal);
  await expect(makeBackup(path, `${path}.backup`)).rejects.toMatchObject(refusal);
  await expect(openToLook(path)).rejects.toMatchObject(refusal);
  expect(await readFile(path)).toEqual(before);
  expect(await readFile(`${path}-wal`)).toEqual(logBefore);
  await rm(`${path}-wal`);
  await rm(`${path}-shm`, { force: true });
  expect((await opened(path)).ids).toEqual(ids);
};

describe('a log beside a database that was closed', { timeout: 120_000 }, () => {
  it('of another database is refused', () =>
    inFolder(async (folder) => {
      const [path, other] = [join(folder, 'caudal.db'), join(folder, 'other.db')];
      await run(path, ['a', 'b']);
      await run(other, ['x']);
      await expectRefused(path, await run(other, ['y', 'z']), ['a', 'b']);
    }));

  it('of its own last run, and of one before that, is refused', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      await run(path, ['a']);
      const before = await run(path, ['b']);
      const last = await run(path, ['c']);
      await expectRefused(path, before, ['a', 'b', 'c']);
      await expectRefused(path, last, ['a', 'b', 'c']);
    }));

  it('of the database that a backup was made of is refused beside the backup', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      await run(path, ['a']);
      const { file } = await makeBackup(path, join(folder, 'one.backup'));
      const log = await run(path, ['b']);
      await copyFile(file, path);
      await expectRefused(path, log, ['a']);
    }));

  it('that is the next one of this file is its own: the whole file is checked, and what it holds comes back', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      await run(path, ['a']);
      await copyFile(path, `${path}.before`);
      const log = await run(path, ['b']);
      await copyFile(`${path}.before`, path);
      await copyFile(log, `${path}-wal`);
      expect(await opened(path)).toMatchObject({ ids: ['a', 'b'], facts: { uncleanStart: 1 } });
    }));
});

/** Writes the first page as the log's last transaction left it, which is where bringing a log in begins. */
const bringInFirstPage = async (path: string): Promise<number> => {
  const log = await readFile(`${path}-wal`);
  const pageSize = log.readUInt32BE(8);
  const frames = Array.from({ length: Math.floor((log.length - 32) / (24 + pageSize)) }, (_, index) =>
    log.subarray(32 + index * (24 + pageSize), 32 + (index + 1) * (24 + pageSize)),
  );
  const page = (frames.findLast((frame) => frame.readUInt32BE(0) === 1) as Buffer).subarray(24);
  const file = await open(path, 'r+');
  try {
    await file.write(page, 0, pageSize, 0);
    return page.readUInt32BE(28) * pageSize - (await file.stat()).size;
  } finally {
    await file.close();
  }
};

it('a log whose owner was killed while it was brought in comes back whole', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    await run(path, ['a']);
    await copyFile(path, `${path}.before`);
    const ids = Array.from({ length: 2000 }, (_, index) => `b${String(index).padStart(4, '0')}`);
    const log = await run(path, ids);
    await copyFile(`${path}.before`, path);
    await copyFile(log, `${path}-wal`);
    expect(await bringInFirstPage(path)).toBeGreaterThan(0);
    const store = await openStore({ path, clock: handClock() });
    try {
      expect((await store.facts())['uncleanStart']).toBe(1);
      expect((await store.read.rawList({}, 3000)).length).toBe(2001);
    } finally {
      await store.close();
    }
  }));

it('a log so large that the start brings it in at its first commit leaves one that is its own again', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    await run(path, ['a']);
    await copyFile(path, `${path}.before`);
    const large = Array.from({ length: 40 }, (_, index) => raw(`b${index}`, { body: randomBytes(1024 * 1024) }));
    const store = await openStore({ path, clock: handClock() });
    await store.write.appendRaw(large);
    await copyFile(`${path}-wal`, `${path}.log`);
    await store.close();
    // Killed before the log was brought in.
    await copyFile(`${path}.before`, path);
    await copyFile(`${path}.log`, `${path}-wal`);
    const killed = join(folder, 'killed.db');
    const next = await openStore({ path, clock: handClock() });
    await next.write.appendRaw([raw('c')]);
    // And killed again.
    await copyFile(path, killed);
    await copyFile(`${path}-wal`, `${killed}-wal`);
    await next.close();
    const { ids, facts } = await opened(killed);
    expect(facts).toMatchObject({ uncleanStart: 1 });
    expect(ids).toEqual(['a', ...large.map(({ id }) => id), 'c'].toSorted());
  }));

it('a log without its database is not thrown away', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    const log = await run(path, ['a']);
    await rm(path);
    await copyFile(log, `${path}-wal`);
    await expect(openStore({ path, clock: handClock() })).rejects.toMatchObject(refusal);
    expect(await readFile(`${path}-wal`)).toEqual(await readFile(log));
  }));

describe('on the command line', { timeout: 180_000 }, () => {
  const made = createProject({ 'caudal.config.ts': `export default { data: [], http: { enabled: false } };\n` });
  afterAll(() => made.remove());

  it('is one sentence and the exit code of a damaged database', async () => {
    const [path, other] = [join(made.folder, 'caudal.db'), join(made.folder, 'other.db')];
    await run(path, ['a']);
    await run(other, ['x']);
    await copyFile(await run(other, ['y']), `${path}-wal`);
    for (const command of ['run', 'status'])
      expect(await made.caudal([command]), command).toMatchObject({
        code: 4,
        out: '',
        err: expect.stringMatching(
          new RegExp(`^caudal ${command}: the log .* does not belong to .*\n$`, 'u'),
        ) as string,
      });
  });
});
