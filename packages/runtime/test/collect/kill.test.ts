import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { inFolder } from '../store/files.ts';
import { createWatch } from '../watch.ts';
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
      // The vendor measures as fast as it is acknowledged, with three rounds on the way.
      vendor.onAcknowledged = (id) => {
        if (id % ids.length === 0) measure();
      };
      const flowing = () => vendor.until(() => vendor.open.length === ids.length);
      for (const life of [60, 240, 120]) {
        const child = await start(database, data, String(vendor.port));
        await flowing();
        const until = vendor.acknowledged.size + life;
        for (let round = 0; round < 3; round += 1) measure();
        await vendor.until(() => vendor.acknowledged.size >= until);
        child.kill('SIGKILL');
        await once(child, 'exit');
        await vendor.until(() => vendor.open.length === 0);
        // Nobody listens: only the gap can bring these.
        for (let round = 0; round < 5; round += 1) measure();
      }
      delete vendor.onAcknowledged;
      const before = vendor.acknowledged.size;
      const child = await start(database, data, String(vendor.port));
      const watch = createWatch();
      child.stdout.on('data', () => watch.look());
      const reader = new DatabaseSync(database, { readOnly: true });
      const count = () => Number(reader.prepare('SELECT count(*) AS count FROM value').get()?.['count']);
      await watch.until(() => count() >= sent.size);
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
