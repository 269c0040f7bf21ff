import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createRuntime } from '@caudal/runtime';
import { openStore } from '../../src/store/index.ts';
import { migrations } from '../../src/store/schema/migrations.ts';
import { createProject } from '../cli/project.ts';
import { handClock } from '../store/files.ts';
import { processed, raw, t0 } from '../store/rows.ts';
import { imbalances } from './imbalances.ts';

/** What somebody sees who has never started it, when something is not as it should be: one sentence, what to do, an exit code. */
const made = createProject({ 'caudal.config.ts': `export default { data: [], http: { enabled: false } };\n` });
afterAll(() => made.remove());
const path = join(made.folder, 'caudal.db');

beforeEach(() => {
  for (const end of ['', '-wal', '-shm', '.lock', '.owner', '.restoring']) rmSync(path + end, { force: true });
});

const write = async (ids: readonly string[], body = new Uint8Array(10)): Promise<void> => {
  const store = await openStore({ path, clock: handClock() });
  await store.write.appendRaw(ids.map((id) => raw(id, { body })));
  await store.close();
};

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Why nothing can be run here as somebody who may not write; undefined when it can. */
const whyNobody = (): string | undefined => {
  if (!isRoot) return undefined;
  try {
    execFileSync('setpriv', [
      '--reuid',
      String(nobody),
      '--regid',
      String(nobody),
      '--clear-groups',
      process.execPath,
      '--version',
    ]);
    return undefined;
  } catch (thrown) {
    return `root may write everywhere, and setpriv does not work here: ${(thrown as Error).message.split('\n')[0] ?? ''}`;
  }
};
const reason = whyNobody();
const testAsNobody = (title: string, run: () => Promise<void>) =>
  test.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, run);

const asNobody = (args: readonly string[]) =>
  isRoot
    ? made.caudal(args, {
        env: { HOME: '/tmp' },
        through: ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'],
      })
    : made.caudal(args);

describe('a start', { timeout: 180_000 }, () => {
  test('on a database of a newer program says so, everywhere, with its own exit code, and touches nothing', async () => {
    await write(['a']);
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    const before = readFileSync(path);
    const sentence = `the database ${path} was written by a newer Caudal (schema 999, this one knows ${migrations.length}): update this installation, or restore a backup of schema ${migrations.length} or older`;
    for (const command of ['run', 'status', 'migrate'])
      expect(await made.caudal([command]), command).toEqual({
        code: 5,
        out: '',
        err: `caudal ${command}: ${sentence}\n`,
      });
    const doctor = await made.caudal(['doctor', '--offline']);
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain(`failed  database      ${sentence}\n`);
    const runtime = await createRuntime({ database: path, data: [], http: { enabled: false } });
    await expect(runtime.start()).rejects.toMatchObject({ kind: 'config', message: sentence });
    await runtime.stop();
    expect(readFileSync(path)).toEqual(before);
  });

  test('over a lock and an owner that a dead process left goes on', async () => {
    await write(['a']);
    writeFileSync(`${path}.owner`, JSON.stringify({ pid: 2 ** 22 + 1, since: t0 }));
    expect(existsSync(`${path}.lock`)).toBe(true);
    expect(await made.caudal(['migrate'])).toMatchObject({ code: 0, err: '' });
    writeFileSync(`${path}.owner`, 'half a li');
    expect(await made.caudal(['migrate'])).toMatchObject({ code: 0, err: '' });
  });

  test('after half a restore says what to do', async () => {
    await write(['a']);
    writeFileSync(`${path}.restoring`, 'half');
    const sentence = `a restore of ${path} was interrupted: run "caudal restore <file>" again, or remove ${path}.restoring to go on with what is there`;
    expect(await made.caudal(['run'])).toEqual({ code: 1, out: '', err: `caudal run: ${sentence}\n` });
    const doctor = await made.caudal(['doctor', '--offline']);
    expect(doctor.out).toContain(`failed  database      ${sentence}\n`);
    rmSync(`${path}.restoring`);
    expect(await made.caudal(['migrate'])).toMatchObject({ code: 0 });
  });

  test('with a clock that was set back behind what is written is named by doctor', async () => {
    await write(['a']);
    const ahead = new Date(Date.now() + 86_400_000);
    utimesSync(path, ahead, ahead);
    const doctor = await made.caudal(['doctor', '--offline']);
    expect(doctor.code).toBe(1);
    expect(doctor.out).toMatch(/^failed +clock +the clock says \S+, but the database was written at \S+$/mu);
  });

  testAsNobody('in a folder that may not be written to says which one', async () => {
    chmodSync(made.folder, 0o555);
    try {
      const run = await asNobody(['run']);
      expect(run).toMatchObject({ code: 1, out: '' });
      expect(run.err).toMatch(/^caudal run: the log \S+caudal\.log can not be written: .*EACCES.*\n$/u);
      expect((await asNobody(['migrate'])).err).toMatch(/^caudal migrate: .*\n$/u);
      const doctor = await asNobody(['doctor', '--offline']);
      expect(doctor.code).toBe(1);
      expect(doctor.out).toMatch(/^failed +folder +\S+ can not be written to: /mu);
    } finally {
      chmodSync(made.folder, 0o755);
    }
  });

  testAsNobody('on a database that belongs to somebody else says so, and leaves it', async () => {
    await write(['a']);
    const before = readFileSync(path);
    chmodSync(made.folder, 0o777);
    chmodSync(path, 0o444);
    rmSync(`${path}.lock`, { force: true });
    try {
      const migrate = await asNobody(['migrate']);
      expect(migrate).toMatchObject({ code: 1, out: '' });
      expect(migrate.err).toMatch(
        /^caudal migrate: the database may not be written: look at its permissions \(\S+caudal\.db\): .*\n$/u,
      );
      expect(readFileSync(path)).toEqual(before);
      const doctor = await asNobody(['doctor', '--offline']);
      expect(doctor.out).toMatch(/^failed +folder +.*EACCES/mu);
    } finally {
      chmodSync(path, 0o644);
      chmodSync(made.folder, 0o755);
      if (isRoot) chownSync(path, 0, 0);
    }
  });
});

describe('a file that retention emptied', { timeout: 120_000 }, () => {
  test('keeps its size until it is compacted; doctor says how much is free, and nothing is lost', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `r${index}`);
    const store = await openStore({ path, clock: handClock() });
    await store.write.appendRaw(ids.map((id) => raw(id, { body: new Uint8Array(1_000_000).fill(7) })));
    await store.write.commitProcessed(
      processed({ marks: ids.map((id) => ({ id, status: 'COMPLETED', readings: 1 })) }),
    );
    await store.write.appendRaw([raw('kept', { receivedAt: t0 + 10 })]);
    while ((await store.write.deleteOldRaw({ before: t0 + 5, limit: 100 })) > 0);
    await store.close();
    const full = statSync(path).size;
    expect(full).toBeGreaterThan(95_000_000);
    const doctor = await made.caudal(['doctor', '--offline']);
    expect(doctor.out).toMatch(
      /^warning database +\d+ MiB, of which 9\d MiB are free for what comes; "caudal compact" gives/mu,
    );

    const held = await openStore({ path, clock: handClock() });
    expect(await made.caudal(['compact'])).toMatchObject({ code: 3 });
    await held.close();
    expect(await made.caudal(['compact'])).toMatchObject({ code: 0, err: '' });
    expect(statSync(path).size).toBeLessThan(2_000_000);
    const after = await openStore({ path, clock: handClock() });
    expect((await after.read.rawList({}, 9)).map(({ id }) => id)).toEqual(['kept']);
    expect(await after.facts()).toMatchObject({ uncleanStart: 0 });
    await after.close();
    expect(imbalances(path)).toEqual([]);
  });
});
