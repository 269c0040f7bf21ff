import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { migrations } from '../../src/store/schema/migrations.ts';
import { createProject } from '../cli/project.ts';
import { writeOldDatabase } from '../store/old-databases.ts';

/** Makes a disk of $1 bytes at $2 in a namespace of its own, brings in what lies in $3, and runs the rest of the line there. */
const onDisk = 'mount -t tmpfs -o size="$1" tmpfs "$2" && cp -r "$3"/. "$2" && shift 3 && exec "$@"';

const whyNot = (): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-mount-'));
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs "$1"', 'sh', folder], {
      stdio: 'pipe',
    });
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message.trim().split('\n').at(-1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const reason = whyNot();
const testOnDisk = (title: string, run: () => Promise<void>) =>
  test.skipIf(reason !== undefined)(
    reason === undefined ? title : `${title} (skipped: no disk of a set size here: ${reason})`,
    { timeout: 120_000 },
    run,
  );

const config = `export default { database: './disk/caudal.db', data: [], http: { enabled: false } };\n`;
const made = createProject({ 'caudal.config.ts': config });
afterAll(() => made.remove());
const disk = join(made.folder, 'disk');
const before = join(made.folder, 'before');
mkdirSync(disk);
mkdirSync(before);

const on = (bytes: string, command: string) =>
  made.caudal([command], { through: ['unshare', '-rm', 'sh', '-c', onDisk, 'sh', bytes, disk, before] });

testOnDisk('a start on a full disk is one sentence and an exit code', async () => {
  for (const command of ['run', 'migrate']) {
    const { code, out, err } = await on('64k', command);
    expect({ code, out }, err).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^caudal (run|migrate): the disk of the database is full \(\S+caudal\.db\): .*\n$/u);
  }
});

testOnDisk(
  'without room for the backup before a change of tables a start is refused, and what to do is said',
  async () => {
    const old = join(before, 'caudal.db');
    writeOldDatabase(old, 1);
    const database = new DatabaseSync(old);
    database.exec('UPDATE raw_body SET body = zeroblob(1500000) WHERE seq = 1');
    database.close();
    const { code, out, err } = await on('3m', 'run');
    expect({ code, out }, err).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      new RegExp(
        `^caudal run: the tables of \\S+caudal\\.db have to change \\(schema 1 to ${migrations.length}\\), and the backup before that failed: the copy needs 2 MiB in \\S+, and \\d MiB are free; make room, or go on without one: "caudal migrate --skip-backup"\n$`,
        'u',
      ),
    );
  },
);
