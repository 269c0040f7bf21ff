import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor, secretResolver, type SecretReference } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { openStoredSecrets } from '../../src/secrets/stored-secrets.ts';

const keys = { KEY_1: Buffer.alloc(32, 1).toString('base64'), KEY_2: Buffer.alloc(32, 2).toString('hex') };
const value = 'smtp pässword-4711';

const open = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-secrets-'));
  Object.assign(process.env, keys);
  const path = join(folder, 'caudal.db');
  const clock = virtualClock(0);
  const store = await openStore({ path, clock });
  onTestFinished(async () => {
    await store.close();
    for (const name of Object.keys(keys)) delete process.env[name];
    rmSync(folder, { recursive: true, force: true });
  });
  const redact = createRedactor();
  const secret = secretResolver((text) => redact.add(text), {});
  const under = (
    key: SecretReference | undefined,
    formerKeys: readonly SecretReference[] = [],
    uses: readonly string[] = [],
  ) => openStoredSecrets({ store, clock, secret, key, formerKeys, uses: () => uses });
  return { store, path, under };
};

test('a secret comes back as it was put, is nowhere on disk, and each act is in the audit without it', async () => {
  const { store, path, under } = await open();
  const secrets = under('env:KEY_1');
  await secrets.put({ name: 'smtp', value }, 'ana');
  expect(await secrets.resolve('smtp')).toBe(value);
  expect(await secrets.list()).toMatchObject([{ name: 'smtp', version: 1, author: 'ana' }]);
  for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes(value)).toBe(false);
  expect(JSON.stringify(await store.read.auditTrail({ limit: 9 }))).not.toContain(value);
  await secrets.remove('smtp', 'ana');
  await expect(secrets.resolve('smtp')).rejects.toThrow('there is no secret store:smtp');
});

test('a lost key, and a key of another content under the same reference, say which key is missing; the former key rotates it back', async () => {
  const { under } = await open();
  await under('env:KEY_1').put({ name: 'smtp', value }, 'ana');
  await expect(under('env:KEY_2').resolve('smtp')).rejects.toThrow(
    'which is none of secrets.key and secrets.formerKeys',
  );
  const both = under('env:KEY_2', ['env:KEY_1']);
  expect(await both.resolve('smtp')).toBe(value);
  expect(await both.rotate('ana')).toMatchObject({ secrets: 1 });
  expect(await both.rotate('ana')).toMatchObject({ secrets: 0 });
  expect(await under('env:KEY_2').resolve('smtp')).toBe(value);
});

test('a ciphertext that was changed or moved to another name does not open', async () => {
  const { store, under } = await open();
  const secrets = under('env:KEY_1');
  await secrets.put({ name: 'a', value }, 'ana');
  const row = await store.read.secret('a');
  const audit = { at: 0, actor: 'x', act: 'x', subject: 'x', hash: null };
  await store.write.putSecret({ ...(row as NonNullable<typeof row>), name: 'b' }, audit);
  await expect(secrets.resolve('b')).rejects.toThrow('store:b was changed in the database');
});

test('what can not be kept is refused with a sentence that holds nothing of it', async () => {
  const { under } = await open();
  await expect(under(undefined).put({ name: 'a', value }, 'ana')).rejects.toThrow('set secrets.key');
  await expect(under('store:a').put({ name: 'a', value }, 'ana')).rejects.toThrow('can not be one of them');
  await expect(under('env:KEY_1').put({ name: 'a b', value }, 'ana')).rejects.toThrow('a name takes letters');
  process.env['KEY_1'] = 'too short';
  const short = under('env:KEY_1').put({ name: 'a', value }, 'ana');
  await expect(short).rejects.toThrow('env:KEY_1 holds no key of 32 bytes');
  await expect(short).rejects.not.toThrow('too short');
  const used = under('env:KEY_2', [], ['kept devices/logger credential']);
  await used.put({ name: 'a', value }, 'ana');
  await expect(used.remove('a', 'ana')).rejects.toThrow('is used at kept devices/logger credential');
});
