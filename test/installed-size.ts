import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './tree.ts';

/** A package as it lies in a `node_modules`, with the packages it brings. */
export interface Installed {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  /** Compiled code for one machine only. */
  readonly native: boolean;
}

/** Files of the package itself, without the `node_modules` inside it. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });

const resolveFrom = (from: string, name: string): string | undefined => {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', ...name.split('/'));
    try {
      statSync(join(folder, 'package.json'));
      return folder;
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
};

const read = (folder: string, name: string): Installed & { readonly wants: readonly string[] } => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = filesOf(folder);
  return {
    name,
    folder,
    bytes: files.reduce((sum, path) => sum + statSync(path).size, 0),
    native: files.some((path) => path.endsWith('.node') || path.endsWith('binding.gyp')),
    wants: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }),
  };
};

/** Everything that installing `name` brings, itself first; found as Node finds it, from `project` on. */
export const installedWith = (project: string, name: string): Installed[] => {
  const found = new Map<string, Installed>();
  const walk = (from: string, wanted: string) => {
    const folder = resolveFrom(from, wanted);
    // Optional packages, and peers that another manager would leave out.
    if (folder === undefined || found.has(folder)) return;
    const { wants, ...installed } = read(folder, wanted);
    found.set(folder, installed);
    for (const other of wants) walk(folder, other);
  };
  walk(project, name);
  return [...found.values()];
};
