import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { raw } from '../store/rows.ts';
import { createProject } from './project.ts';

const made = createProject({ 'caudal.config.ts': `export default { data: [], http: { enabled: false } };\n` });
const database = join(made.folder, 'caudal.db');
afterAll(() => made.remove());

test('backup beside a process that writes, restore when it has ended, and a damaged file named with its own exit code', async () => {
  const store = await openStore({ path: database, clock: systemClock });
  await store.write.appendRaw([raw('a')]);
  const backup = await made.caudal(['backup', 'one.backup']);
  expect(backup).toMatchObject({ code: 0, err: '' });
  expect(backup.out).toMatch(/one\.backup: \d+ bytes, schema \d+, raw 1, value 0, .*; whole, sha256 [\da-f]{64}$/mu);
  expect(await made.caudal(['backup', 'one.backup'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing is overwritten') as string,
  });
  const held = await made.caudal(['restore', 'one.backup']);
  expect(held.code).toBe(3);
  expect(held.err).toContain(`is in use by process ${process.pid}`);
  await store.close();

  writeFileSync(database, 'no database at all '.repeat(400));
  const damaged = await made.caudal(['migrate']);
  expect(damaged.code).toBe(4);
  expect(damaged.err).toContain(`"caudal restore ${join(made.folder, 'one.backup')}" brings back the newest backup`);
  expect(readFileSync(database, 'utf8')).toMatch(/^no database at all/u);

  const restored = await made.caudal(['restore', join(made.folder, 'one.backup')]);
  expect(restored).toMatchObject({ code: 0, err: '' });
  const [, keptAs = ''] = /^what was there before is (.+)$/mu.exec(restored.out) ?? [];
  expect(readFileSync(keptAs, 'utf8')).toMatch(/^no database at all/u);
  const again = await openStore({ path: database, clock: systemClock });
  expect(await again.read.raw('a')).toMatchObject({ id: 'a' });
  await again.close();
});

test('restore without a file is wrong usage, and a file that is not there is one sentence', async () => {
  expect(await made.caudal(['restore'])).toMatchObject({ code: 2, out: '' });
  expect(await made.caudal(['restore', 'none.backup'])).toMatchObject({
    code: 1,
    err: `caudal restore: there is no backup ${join(made.folder, 'none.backup')}\n`,
  });
});
