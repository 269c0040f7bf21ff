import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@caudal/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headLine, signHead } from '../../src/evidence/heads.ts';
import { openSigningKey } from '../../src/evidence/keys.ts';
import type { ChainRow } from '../../src/store/index.ts';
import { openStore } from '../../src/store/index.ts';
import { example } from './example.ts';
import { createProject, type Project } from './project.ts';

const env = { TAGO_TOKEN_LOGGER: 'x', DGA_PASSWORD: 'x', SMTP_PASSWORD: 'x' };
const configuration = (example['caudal.config.ts'] ?? '').replace(
  'export default defineRuntime({',
  `export default defineRuntime({ audit: { key: 'file:./audit-key.pem', headsFile: './heads.jsonl' },`,
);
const span = ['--from', '2026-01-01T00:00:00-04:00', '--to', '2026-01-02T00:00:00-04:00'];

let project: Project;
const caudal = (...args: string[]) => project.caudal(args, { env });
const path = (name: string) => join(project.folder, name);

beforeAll(() => {
  project = createProject({ ...example, 'caudal.config.ts': configuration });
});
afterAll(() => project.remove());

test('a key is made once, only its owner can read it, and nothing is written over', async () => {
  const made = await caudal('audit', 'init-key');
  expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
  expect(statSync(path('audit-key.pem')).mode & 0o777).toBe(0o600);
  expect(made.out).toMatch(/^key [0-9a-f]{16}$/m);
  expect(readFileSync(path('audit-key.pem.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
  const again = await caudal('audit', 'init-key');
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
  expect((await caudal('doctor', '--offline')).out).toMatch(/^ok +audit +signed by [0-9a-f]{16}$/m);
});

test('verify follows the chain beside whoever holds the database, and names the first entry that was changed', async () => {
  const store = await openStore({ path: path('caudal.db'), clock: systemClock });
  const entry = (subject: string) => ({ at: 1, actor: 'ana', act: 'backfill', subject, hash: null });
  await store.write.audit(Array.from({ length: 20 }, (_, index) => entry(`point:${index}`)));
  const held = await caudal('audit', 'verify');
  expect(held.out).toMatch(/^entries 1 to 20: 20, as they were written/);
  expect(held.out).toMatch(/no signed head of a known key/);
  expect(held.out).toMatch(/^\d+ entries per second$/m);
  await store.close();

  const rotated = await caudal('audit', 'rotate-key');
  expect({ code: rotated.code, err: rotated.err }).toEqual({ code: 0, err: '' });
  const whole = await caudal('audit', 'verify', '--key', path('audit-key.pem.pub'), '--json');
  expect(JSON.parse(whole.out)).toMatchObject({ entries: 22, signedTo: 22, heads: 2 });
  expect(await caudal('audit', 'verify', '--from', '5', '--to', '9')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^entries 5 to 9: 5/),
  });

  copyFileSync(path('caudal.db'), path('kept.db'));
  const database = new DatabaseSync(path('caudal.db'));
  database.exec(`UPDATE audit SET entry = replace(entry, '"ana"', '"eva"') WHERE seq = 13`);
  database.close();
  expect(await caudal('audit', 'verify')).toMatchObject({
    code: 1,
    out: '',
    err: 'caudal audit verify: entry 13 is not what was written, or the entry before it is not.\n',
  });
  copyFileSync(path('kept.db'), path('caudal.db'));
});

test('a head that was kept elsewhere finds a history that was cut', async () => {
  const database = new DatabaseSync(path('caudal.db'));
  const last = database.prepare('SELECT seq, entry, link FROM audit ORDER BY seq DESC LIMIT 1').get();
  const head = signHead(last as unknown as ChainRow, 5, openSigningKey(readFileSync(path('audit-key.pem'), 'utf8')));
  database.exec('DELETE FROM audit WHERE seq > 21; DELETE FROM audit_head WHERE seq > 21');
  database.close();
  expect(await caudal('audit', 'verify')).toMatchObject({ code: 0 });
  writeFileSync(path('mailed.jsonl'), `${headLine(head)}\n`);
  expect(await caudal('audit', 'verify', '--heads', path('mailed.jsonl'))).toMatchObject({
    code: 1,
    err: 'caudal audit verify: entry 22 is missing, and all after it: a head was signed for entry 22.\n',
  });
  copyFileSync(path('kept.db'), path('caudal.db'));
});

test('export writes a package that is in the chain by its hash, as a folder or packed', async () => {
  const made = await caudal('audit', 'export', '--work', 'OB-0101-114', ...span, '--into', path('evidence.tar.gz'));
  expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
  expect(statSync(path('evidence.tar.gz')).size).toBeGreaterThan(500);
  const folder = await caudal('audit', 'export', '--work', 'OB-0101-114', ...span, '--into', path('evidence'));
  expect(folder.out).toMatch(/evidence: 0 submissions of OB-0101-114; signed by [0-9a-f]{16}$/m);
  expect(await caudal('audit', 'export', '--work', 'OB-9', ...span, '--into', path('other'))).toMatchObject({
    code: 1,
    err: 'caudal audit: no obligation is about the work OB-9\n',
  });
});

test('what is wrong is one sentence', async () => {
  expect(await caudal('audit', 'prove')).toMatchObject({
    code: 2,
    err: 'caudal audit: say one of verify, export, init-key, rotate-key.\n',
  });
  expect(await caudal('audit', 'verify', '--from', 'x')).toMatchObject({
    code: 1,
    err: 'caudal audit: --from x is no number of an entry\n',
  });
  expect((await caudal('held', '--work', 'OB-0101-114')).code).toBe(0);
  expect((await caudal('held', '--work', 'OB-9')).err).toBe('caudal held: no obligation is about the work OB-9\n');
});
