import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { packages, root } from './tree.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    outside: string;
  }
}

/** Runs a program to its end. Rejects with its output when it fails. */
export const run = promisify(execFile);

export const published = packages.filter(({ manifest }) => manifest.private !== true);
export const names: ReadonlySet<string> = new Set(published.map(({ manifest }) => manifest.name));

const pnpm = (args: string[], cwd: string) =>
  run(process.execPath, [join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs'), ...args], { cwd });

const pack = async (folder: string, { dir, folder: name, manifest }: (typeof published)[number]) => {
  if (!existsSync(join(dir, 'dist'))) throw new Error(`${manifest.name} is not built; run "npm run build"`);
  const path = join(folder, `${name}.tgz`);
  await pnpm(['pack', '--out', path], dir);
  return path;
};

const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];

/** Packs every package into a new folder outside the workspace. */
export const packAll = async (): Promise<string> => {
  const outside = await mkdtemp(join(tmpdir(), 'caudal-packages-'));
  await mkdir(join(outside, 'tarballs'));
  const queue = [...published];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await pack(join(outside, 'tarballs'), next);
  };
  await Promise.all([worker(), worker()]);
  return outside;
};

/** The folder with every package as it would be published; projects are installed beside them. */
const outside = (): string => inject('outside');

export const tarball = (name: string): string => {
  const path = join(outside(), 'tarballs', `${published.find(({ manifest }) => manifest.name === name)?.folder}.tgz`);
  if (!existsSync(path)) throw new Error(`${name} could not be packed`);
  return path;
};

/** Installs packages into a project that has only a manifest, or what is there already, and returns its directory. */
export const install = async (project: string, packed: Iterable<string>): Promise<string> => {
  const dir = join(outside(), project);
  await mkdir(dir, { recursive: true });
  if (!existsSync(join(dir, 'package.json')))
    await writeFile(join(dir, 'package.json'), JSON.stringify({ name: project, private: true, type: 'module' }));
  await run('npm', ['install', ...quiet, ...[...packed].map(tarball)], { cwd: dir });
  return dir;
};

/** What a package brings or wants of the workspace, itself included. */
export const closure = (name: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(name)) return found;
  found.add(name);
  const manifest = published.find((entry) => entry.manifest.name === name)?.manifest;
  for (const other of Object.keys({ ...manifest?.dependencies, ...manifest?.peerDependencies })) {
    if (names.has(other)) closure(other, found);
  }
  return found;
};
