import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runtime, RuntimeConfig } from '@caudal/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportPackage } from '../../src/evidence/package/export-package.ts';
import { packFolder } from '../../src/evidence/package/folder.ts';
import type { Manifest, PackedSubmission } from '../../src/evidence/package/manifest.ts';
import type { ExportedTask } from '../../src/evidence/package/put-tasks.ts';
import { createSigningKey } from '../../src/evidence/keys.ts';
import { openQuiet } from '../../src/main.ts';
import { openStore } from '../../src/store/index.ts';
import { look, openSigned } from './signed-world.ts';
import { hour, secrets, start, type TestWorld, work } from './world.ts';

const verifier = fileURLToPath(new URL('../../../../examples/verify-evidence/verify.mjs', import.meta.url));
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

const verify = (folder: string, ...key: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, [verifier, folder, ...key], (error, out, err) =>
      done({ code: error === null ? 0 : 1, out: `${out}${err}` }),
    );
  });

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('an evidence package', () => {
  let world: TestWorld;
  let config: RuntimeConfig;
  let folder: string;
  let key: string;
  const manifest = () => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;

  beforeAll(async () => {
    world = await openSigned({ config: (made) => (config = made) });
    // One slot whose values the regulator changed, one that it answers with a page and that is sent again, and good ones.
    world.regulator.behave({ post: { next: ['store-wrong', 'html-403'] } });
    const runtime = await world.run();
    await world.clock.advance(18 * hour);
    // The conflict is a correction; the first of its members was asked for.
    const [correction] = await runtime.query.taskList({});
    await runtime.query.endTask({ id: correction?.id ?? '', as: 'done', because: 'asked for', reference: 'TICKET-77' });
    folder = join(world.folder, 'package');
    key = join(world.folder, 'audit-key.pem.pub');
    await look(world, (read) =>
      exportPackage({
        read,
        work: { work, from: start, to: start + 4 * hour, targets: ['dga'] },
        folder,
        at: world.clock.now(),
        seal: (hash) => runtime.query.sealEvidence({ work, from: start, to: start + 4 * hour, manifest: hash }),
      }),
    );
    await runtime.stop();
  });
  afterAll(() => world.close());

  test('is proven by a program that shares nothing with this one', async () => {
    const { code, out } = await verify(folder, key);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^proven: 4 submissions, entries \d+ to \d+/),
    });
  });

  test('holds every attempt, the raw records byte for byte, and the report; no secret, and no word about other works', async () => {
    const { submissions, raw, files } = manifest();
    expect(submissions).toHaveLength(4);
    expect(submissions.flatMap(({ attempts }) => attempts).length).toBeGreaterThan(8);
    expect(Object.keys(raw).length).toBeGreaterThan(3);
    await look(world, async (read) => {
      for (const [id, file] of Object.entries(raw))
        expect(sha256((await read.raw(id))?.body ?? '')).toBe(sha256(readFileSync(join(folder, file))));
    });
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['INFORME.html', 'VERIFY.md', 'values.jsonl']));
    for (const path of filesBelow(folder))
      for (const secret of Object.values(secrets)) expect(readFileSync(path, 'utf8')).not.toContain(secret);
    const entries = readFileSync(join(folder, 'chain', 'entries.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const others = entries.filter((line) => line.startsWith('"'));
    expect(others.length).toBeGreaterThan(10);
    for (const line of others) expect(line).toMatch(/^"[0-9a-f]{64}"$/);
  });

  test('holds the corrections of a slot with every step', () => {
    const path = corrected().tasks as string;
    const tasks = JSON.parse(readFileSync(join(folder, path), 'utf8')) as ExportedTask[];
    expect(tasks.find(({ state }) => state === 'done')).toMatchObject({
      cause: 'conflict',
      reference: 'TICKET-77',
      history: [{ act: 'opened' }, { act: 'done', reason: 'asked for' }],
    });
    expect(manifest().files[path]).toBe(sha256(readFileSync(join(folder, path))));
    expect(readFileSync(join(folder, 'VERIFY.md'), 'utf8')).toContain('`correction task`');
  });

  test('over packed raw records holds the same bytes, and is proven', async () => {
    const store = await openStore({ path: join(world.folder, 'caudal.db'), clock: world.clock });
    const end = world.clock.now() + 1;
    for (const seqs of await store.read.packable({ kept: end, others: end, records: 20, bytes: 1_000_000 }))
      await store.write.putPack(await store.read.rawPack(seqs));
    const { packed } = await store.read.retained({ years: 6 });
    await store.close();
    expect(packed.records).toBeGreaterThan(20);

    const again = join(world.folder, 'packed');
    const quiet = await openQuiet(config);
    try {
      await look(world, (read) =>
        exportPackage({
          read,
          work: { work, from: start, to: start + 4 * hour, targets: ['dga'] },
          folder: again,
          at: world.clock.now(),
          seal: (hash) =>
            quiet.call('sealEvidence', { work, from: start, to: start + 4 * hour, manifest: hash }) as ReturnType<
              Runtime['query']['sealEvidence']
            >,
        }),
      );
    } finally {
      await quiet.close();
    }
    const { raw } = JSON.parse(readFileSync(join(again, 'manifest.json'), 'utf8')) as Manifest;
    expect(raw).toEqual(manifest().raw);
    for (const file of Object.values(raw))
      expect(readFileSync(join(again, file))).toEqual(readFileSync(join(folder, file)));
    expect(await verify(again, key)).toMatchObject({ code: 0, out: expect.stringMatching(/^proven: 4 submissions/) });
  });

  test('has a report in Spanish in which nothing that came from elsewhere is markup', () => {
    const html = readFileSync(join(folder, 'INFORME.html'), 'utf8');
    expect(html).toContain('confirmada: releída e igual');
    expect(html).toContain('en conflicto: la autoridad tiene otros valores');
    expect(html).toContain('la autoridad fue releída y tiene otro valor');
    expect(html).toContain('asked for; TICKET-77');
    // The slot of nine o'clock in UTC−4.
    expect(html).toContain('2026-01-15 09:00:00');
    expect(html).not.toMatch(/<(script|img|a)\b/i);
  });

  test('is read by any tar', async () => {
    const file = join(world.folder, 'package.tar.gz');
    await packFolder(folder, 'package', file, world.clock.now());
    const into = join(world.folder, 'unpacked');
    mkdirSync(into);
    execFileSync('tar', ['-xzf', file, '-C', into]);
    expect(await verify(join(into, 'package'), key)).toMatchObject({ code: 0 });
    await expect(packFolder(folder, 'package', file, 0)).rejects.toThrow(/EEXIST/);
  });

  /** Changes one character in the middle of a file. */
  const flip = (path: string) => {
    const bytes = readFileSync(path);
    const place = bytes.length >> 1;
    bytes[place] = (bytes[place] as number) ^ 1;
    writeFileSync(path, bytes);
  };
  /** Changes a file and the manifest with it, as one would who knows the format. */
  const forge = (copy: string, path: string, content: (text: string) => string) => {
    const file = join(copy, path);
    writeFileSync(file, content(readFileSync(file, 'utf8')));
    const listed = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8')) as { files: Record<string, string> };
    listed.files[path] = sha256(readFileSync(file));
    writeFileSync(join(copy, 'manifest.json'), `${JSON.stringify(listed, null, 2)}\n`);
  };
  const lines = (copy: string, change: (lines: string[]) => string[]) => {
    const path = join(copy, 'chain', 'entries.jsonl');
    writeFileSync(path, `${change(readFileSync(path, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  };
  const corrected = () => manifest().submissions.find(({ tasks }) => tasks !== undefined) as PackedSubmission;
  const first = () => manifest().submissions[0] as Manifest['submissions'][number];
  const aRaw = () => Object.values(manifest().raw)[0] as string;

  const kinds: readonly (readonly [string, (copy: string) => void])[] = [
    ['a byte of an artifact', (copy) => flip(join(copy, first().attempts[0]?.artifact ?? ''))],
    ['a byte of an answer', (copy) => flip(join(copy, first().attempts[0]?.answer ?? ''))],
    ['a byte of a raw record', (copy) => flip(join(copy, aRaw()))],
    ['a byte of the values', (copy) => flip(join(copy, 'values.jsonl'))],
    ['a byte of the report', (copy) => flip(join(copy, 'INFORME.html'))],
    ['a byte of the manifest', (copy) => flip(join(copy, 'manifest.json'))],
    [
      'an artifact and its hash',
      (copy) => forge(copy, first().attempts[0]?.artifact ?? '', (text) => text.replace('20.00', '10.00')),
    ],
    ['a raw record and its hash', (copy) => forge(copy, aRaw(), (text) => `${text} `)],
    [
      'the report and its hash',
      (copy) => forge(copy, 'INFORME.html', (text) => text.replace('confirmada', 'perfecta')),
    ],
    [
      'a correction and its hash',
      (copy) => forge(copy, corrected().tasks ?? '', (text) => text.replaceAll('TICKET-77', 'TICKET-78')),
    ],
    ['a correction left out', (copy) => forge(copy, corrected().tasks ?? '', () => '[]')],
    ['a file removed', (copy) => rmSync(join(copy, aRaw()))],
    ['a file added', (copy) => writeFileSync(join(copy, 'raw', 'more.body'), 'x')],
    [
      'an entry changed',
      (copy) => lines(copy, (all) => all.map((line) => line.replace('"outcome":"conflict"', '"outcome":"accepted"'))),
    ],
    ['an entry removed', (copy) => lines(copy, (all) => all.toSpliced(3, 1))],
    ['an entry twice', (copy) => lines(copy, (all) => all.toSpliced(3, 0, all[3] as string))],
    ['two entries exchanged', (copy) => lines(copy, (all) => [all[1] as string, all[0] as string, ...all.slice(2)])],
    ['the last entry cut off', (copy) => lines(copy, (all) => all.slice(0, -1))],
    [
      'the head',
      (copy) => {
        const path = join(copy, 'chain', 'head.json');
        const head = JSON.parse(readFileSync(path, 'utf8')) as { at: number };
        writeFileSync(path, JSON.stringify({ ...head, at: head.at + 1 }));
      },
    ],
    [
      'the key in the package',
      (copy) => writeFileSync(join(copy, 'chain', 'public.pem'), createSigningKey().publicPem),
    ],
    ['everything, by nobody', (copy) => rmSync(join(copy, 'chain', 'head.json'))],
    ['the manifest, with nothing in it', (copy) => writeFileSync(join(copy, 'manifest.json'), '{}')],
  ];

  test.each(kinds)('that was tampered with is found out: %s', async (name, tamper) => {
    const copy = join(world.folder, `tampered-${kinds.findIndex(([other]) => other === name)}`);
    cpSync(folder, copy, { recursive: true });
    tamper(copy);
    const { code, out } = await verify(copy, ...(name === 'the key in the package' ? [] : [key]));
    expect({ code, out }).toEqual({ code: 1, out: expect.not.stringContaining('proven') });
    rmSync(copy, { recursive: true });
  });

  test('signed by another key than the one that is known is not proven', async () => {
    const stranger = join(world.folder, 'stranger.pem');
    writeFileSync(stranger, createSigningKey().publicPem);
    expect(await verify(folder, stranger)).toMatchObject({
      code: 1,
      out: expect.stringContaining('not signed by this key'),
    });
  });

  test('is written over nothing', async () => {
    await expect(
      look(world, (read) =>
        exportPackage({
          read,
          work: { work, from: 0, to: 1, targets: ['dga'] },
          folder,
          at: 0,
          seal: () => Promise.reject(new Error('not reached')),
        }),
      ),
    ).rejects.toThrow('is not empty');
  });
});
