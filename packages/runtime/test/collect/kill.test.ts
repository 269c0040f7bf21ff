import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { inFolder } from '../store/files.ts';
import { lineData, startLineVendor } from './line-vendor.ts';

const start = async (...args: string[]) => {
  const child = spawn(
    process.execPath,
    ['--conditions=@caudal/source', fileURLToPath(new URL('child.ts', import.meta.url)), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return child;
};

test(
  'what a stream acknowledged before the process was killed is on disk, and the gap fills what was not',
  { timeout: 120_000 },
  () =>
    inFolder(async (folder) => {
      const ids = ['a', 'b', 'c'];
      const vendor = await startLineVendor();
      const database = join(folder, 'caudal.db');
      const data = join(folder, 'data.yaml');
      writeFileSync(data, stringify(lineData(ids)));
      const sent = new Map<number, string>();
      const began = Date.now() - 600_000;
      let value = 0;
      const measure = () => {
        for (const id of ids) {
          const at = began + value;
          sent.set(vendor.measure(id, at, value), `${id} ${at} ${value}`);
          value += 1;
        }
      };
      let streaming = true;
      const feed = async () => {
        while (streaming) {
          measure();
          await pause(5);
        }
      };
      const feeding = feed();
      for (const life of [300, 700, 450]) {
        const child = await start(database, data, String(vendor.port));
        while (vendor.open.length < ids.length) await pause(10);
        await pause(life);
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      streaming = false;
      await feeding;
      const before = vendor.acknowledged.size;
      const child = await start(database, data, String(vendor.port));
      while (vendor.open.length < ids.length) await pause(10);
      const reader = new DatabaseSync(database, { readOnly: true });
      const count = () => Number(reader.prepare('SELECT count(*) AS count FROM value').get()?.['count']);
      for (let tries = 0; tries < 300 && count() < sent.size; tries += 1) await pause(100);
      reader.close();
      child.kill('SIGTERM');
      await once(child, 'exit');
      await vendor.close();
      const store = new DatabaseSync(database, { readOnly: true });
      const bodies = new Set(
        store
          .prepare('SELECT body FROM raw_body')
          .all()
          .flatMap(({ body }) =>
            Buffer.from(body as Uint8Array)
              .toString()
              .split('\n'),
          ),
      );
      const values = Number(store.prepare('SELECT count(*) AS count FROM value').get()?.['count']);
      store.close();
      expect(before).toBeGreaterThan(50);
      expect([...vendor.acknowledged].filter((id) => !bodies.has(sent.get(id) ?? ''))).toEqual([]);
      // Every measurement, acknowledged or not, became one value.
      expect(values).toBe(sent.size);
    }),
);
