import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { closure, install, names, published, run, tarball } from './packed.ts';
import { installedWith } from './installed-size.ts';
import { type Manifest, root } from './tree.ts';

/*
 * What a user gets: every package is packed as it would be published, checked as a tarball, and installed into an empty
 * project outside the workspace. Needs a build (`npm run build`).
 */

describe.each(published)('$manifest.name, packed', ({ manifest: { name } }) => {
  test.concurrent('publint finds nothing', async () => {
    const bytes = await readFile(tarball(name));
    const pack = { tarball: Uint8Array.from(bytes).buffer };
    const { messages, pkg } = await publint({ pack, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test.concurrent('attw finds its types right for ESM', async () => {
    const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const args = [
      attw,
      tarball(name),
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--no-emoji',
      '--no-color',
      '--format',
      'ascii',
    ];
    const { code, output } = await run(process.execPath, args).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        output: stdout + stderr,
      }),
    );
    expect(code, output).toBe(0);
  });
});

describe('installed together in an empty project', () => {
  let project: string;
  const installed = (name: string) => join(project, 'node_modules', ...name.split('/'));

  beforeAll(async () => {
    project = await install('all', [...names]);
  });

  test.each([...names])('%s imports under this Node, every entry of it', async (name) => {
    const manifest = JSON.parse(await readFile(join(installed(name), 'package.json'), 'utf8')) as Manifest;
    const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !entry.endsWith('.json'));
    const script = `
      const exported = {};
      for (const entry of ${JSON.stringify(entries)}) {
        exported[entry] = Object.keys(await import(${JSON.stringify(name)} + entry.slice(1)));
      }
      console.log(JSON.stringify(exported));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: project });
    const exported = JSON.parse(stdout) as Record<string, string[]>;
    expect(Object.keys(exported)).toEqual(entries);
    expect(entries.filter((entry) => exported[entry]?.length === 0)).toEqual([]);
  });

  test.each([...names])('%s carries its build alone, and no trace of the workspace', async (name) => {
    const dir = installed(name);
    const manifest = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as Manifest;
    expect(
      (await readdir(dir)).filter(
        (entry) => ![...(manifest.files ?? []), 'package.json', 'CHANGELOG.md', 'node_modules'].includes(entry),
      ),
    ).toEqual([]);
    expect(await readFile(join(dir, 'package.json'), 'utf8')).not.toMatch(/workspace:|catalog:|@caudal\/source/);
    const dist = (await readdir(join(dir, 'dist'), { recursive: true })).map((path) => join(dir, 'dist', path));
    const declarations = dist.filter((path) => path.endsWith('.d.ts'));
    const scripts = dist.filter((path) => path.endsWith('.js'));
    for (const path of [...declarations, ...scripts]) {
      const text = await readFile(path, 'utf8');
      const specifiers = [...text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map(
        ([, specifier = '']) => specifier,
      );
      expect(
        specifiers.filter((specifier) => /(^|\/)src\/|\.ts$|^\//.test(specifier)),
        path,
      ).toEqual([]);
      expect(text.includes(root), `${path} names the directory it was built in`).toBe(false);
    }
  });

  /*
   * What an adapter may bring. Its one client, and got for those that speak HTTP, are counted apart: their size is their
   * authors'. Numbers are printed, so that growth is seen before it hurts.
   */
  const megabyte = 1_000_000;
  const clients: Readonly<Record<string, readonly string[]>> = {
    '@caudal/provider-mqtt': ['mqtt'],
    '@caudal/provider-manual': ['papaparse', 'csv-parse'],
    '@caudal/notifier-email': ['nodemailer'],
    '@caudal/notifier-webhook': ['standardwebhooks'],
  };
  const mostPackages: Readonly<Record<string, number>> = { '@caudal/provider-mqtt': 60 };

  test.each([...names].filter((name) => /(provider|compliance|notifier)-/.test(name)))(
    '%s brings no effect, no native code, few packages, and under 3 MB beside got and its one client',
    (name) => {
      const all = installedWith(project, name);
      const client = new Set(
        ['got', 'hpagent', 'typebox', ...(clients[name] ?? [])].flatMap((one) =>
          installedWith(project, one).map(({ folder }) => folder),
        ),
      );
      const own = all.filter(({ folder }) => !client.has(folder));
      const bytes = (list: typeof all) => list.reduce((sum, one) => sum + one.bytes, 0);
      console.log(
        `${name}: ${all.length} packages, ${(bytes(all) / megabyte).toFixed(2)} MB, of these our own ${own.length} with ${(bytes(own) / megabyte).toFixed(2)} MB`,
      );
      expect(all.filter((one) => /^(@effect\/|effect$)/.test(one.name))).toEqual([]);
      expect(all.filter(({ native }) => native).map((one) => one.name)).toEqual([]);
      expect(own.filter((one) => !names.has(one.name)).map((one) => one.name)).toEqual([]);
      expect(bytes(own)).toBeLessThan(3 * megabyte);
      expect(all.length).toBeLessThanOrEqual(mostPackages[name] ?? 45);
    },
  );

  test('every program starts', async () => {
    for (const { manifest } of published) {
      for (const program of Object.keys(manifest.bin ?? {})) {
        const { stdout } = await run(join(project, 'node_modules', '.bin', program), ['--help'], { cwd: project });
        expect(stdout, program).toMatch(/\S/);
      }
    }
  });
});

test('one adapter brings the core, http and its vendor, and no effect', async () => {
  const project = await install('one', [...closure('@caudal/provider-tago')]);
  expect((await readdir(join(project, 'node_modules', '@caudal'))).toSorted()).toEqual([
    'core',
    'http',
    'provider-tago',
  ]);
  const everything = await readdir(join(project, 'node_modules'), { recursive: true });
  expect(everything.filter((path) => /(^|[/\\])(@effect|effect)$/.test(path))).toEqual([]);
});
