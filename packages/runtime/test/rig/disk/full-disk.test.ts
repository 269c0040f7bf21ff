import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Seen } from './full-disk-child.ts';

/** Makes a small disk at $1 in a namespace of its own, and runs the rest of the line there. */
const mounted = 'mount -t tmpfs -o size=4m tmpfs "$1" && shift && exec "$@"';

/** Why this machine can not have a disk of its own size; undefined when it can. */
const whyNot = (): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-mount-'));
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', mounted, 'sh', folder, 'true'], { stdio: 'pipe' });
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message.trim().split('\n').at(-1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const reason = whyNot();
const title =
  'a disk that is full: 503, not ready, nothing lost that was acknowledged, and all heals when there is room';

test.skipIf(reason !== undefined)(
  reason === undefined ? title : `${title} (skipped: no disk of a set size here: ${reason})`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'caudal-full-'));
    try {
      const child = fileURLToPath(new URL('full-disk-child.ts', import.meta.url));
      const node = [process.execPath, '--conditions=@caudal/source', child, folder];
      const { stdout } = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', mounted, 'sh', folder, ...node]);
      const seen = JSON.parse(stdout) as Seen;
      expect(seen.before).toMatchObject({ push: 200, ready: 200, body: { ready: true, disk: null } });
      expect(seen.full).toMatchObject({
        push: 503,
        ready: 503,
        body: { ready: false, disk: { reason: expect.stringContaining('the disk of the database') as string } },
      });
      expect(seen.after).toMatchObject({ push: 200, ready: 200, body: { ready: true, disk: null } });
      expect(seen.lost).toEqual([]);
      expect(seen.acknowledged).toBeGreaterThan(1);
      expect(seen.integrity).toBe('ok');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
