import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  type?: string;
  license?: string;
  description?: string;
  files?: string[];
  sideEffects?: boolean | string[];
  exports?: Record<string, string | Record<string, string>>;
  publishConfig?: { access?: string; exports?: Record<string, string | Record<string, string>> };
  engines?: Record<string, string>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface WorkspacePackage {
  /** Folder below `packages`, which is the package's name without its scope. */
  folder: string;
  dir: string;
  manifest: Manifest;
}

export const packages: WorkspacePackage[] = readdirSync(join(root, 'packages'))
  .map((folder) => ({ folder, dir: join(root, 'packages', folder) }))
  .filter(({ dir }) => existsSync(join(dir, 'package.json')))
  .map(({ folder, dir }) => ({
    folder,
    dir,
    manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest,
  }));

/** Paths of the tracked files that exist, relative to the root. */
export const tracked: string[] = execFileSync('git', ['ls-files', '-z'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** Every file below a directory, absolute, without what is installed or built. */
export const filesBelow = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true })
        .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
        .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(dir, entry.name)) : [join(dir, entry.name)]))
    : [];
