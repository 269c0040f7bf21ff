import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/index.ts';
import { spawnNode } from '../../spawn-node.ts';
import { handClock, inFolder } from '../../store/files.ts';
import { raw } from '../../store/rows.ts';
import { buildUnsynced, whyNoPowerCut } from '../power/unsynced.ts';

const reason = whyNoPowerCut();
const title =
  'a disk that fills up under a backup: nothing is left of it, the database goes on, and the next one is whole';

test.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, () =>
  inFolder(async (folder) => {
    const unsynced = buildUnsynced();
    const backups = join(folder, 'backups');
    mkdirSync(backups);
    const path = join(folder, 'caudal.db');
    const store = await openStore({ path, clock: handClock() });
    const backUp = async () => {
      const child = spawnNode(new URL('backup-child.ts', import.meta.url), [path, join(backups, 'caudal.backup')], {
        env: unsynced.environment(backups),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return JSON.parse(await text(child.stdout as NodeJS.ReadableStream)) as { bytes?: number; error?: string };
    };
    try {
      await store.write.appendRaw([raw('a'), raw('b')]);
      unsynced.fill(true);
      expect((await backUp()).error).toMatch(/full/);
      expect(readdirSync(backups)).toEqual([]);
      await store.write.appendRaw([raw('c')]);
      unsynced.fill(false);
      expect((await backUp()).bytes).toBeGreaterThan(0);
      expect(readdirSync(backups).toSorted()).toEqual(['caudal.backup', 'caudal.backup.sha256']);
    } finally {
      await store.close();
      unsynced.remove();
    }
  }),
);
