import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package that says in its manifest that it is a plugin. */
export interface Installed {
  readonly package: string;
  readonly version: string;
  readonly plugins: readonly {
    readonly kind: string;
    readonly spec: string;
    readonly id: string;
    readonly export: string;
    /** This runtime knows the spec. */
    readonly fits: boolean;
  }[];
  /** What the package's own conformance report counts, where it carries one. */
  readonly conformance?: { readonly passed: number; readonly skipped: number; readonly failed: number };
  /** Why the manifest can not be read as it should. */
  readonly problem?: string;
}

const specs = new Set(['provider/v1', 'rule/v1', 'compliance/v1', 'notifier/v1', 'outlet/v1']);

const readJson = (path: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};

/** The package's folder as Node would find it from `from`. */
const folderOf = (name: string, from: string): string | undefined => {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', ...name.split('/'));
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(at) === at) return undefined;
  }
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const conformanceOf = (folder: string): Installed['conformance'] => {
  const checks = readJson(join(folder, 'conformance.json'))?.['checks'];
  if (!Array.isArray(checks)) return undefined;
  const count = (status: string) => checks.filter((check) => (check as { status?: unknown }).status === status).length;
  return { passed: count('passed'), skipped: count('skipped'), failed: count('failed') };
};

const read = (name: string, folder: string): Installed | undefined => {
  const manifest = readJson(join(folder, 'package.json'));
  const block = manifest?.['caudal'];
  if (manifest === undefined || block === undefined) return undefined;
  const listed: unknown = block instanceof Object && 'plugins' in block ? block.plugins : undefined;
  const common = { package: name, version: text(manifest['version']) };
  if (!Array.isArray(listed) || listed.length === 0)
    return { ...common, plugins: [], problem: 'its "caudal" block lists no plugins' };
  const conformance = conformanceOf(folder);
  return {
    ...common,
    plugins: listed.map((entry) => {
      const { kind, spec, id, export: exported } = (entry ?? {}) as Record<string, unknown>;
      return { kind: text(kind), spec: text(spec), id: text(id), export: text(exported), fits: specs.has(text(spec)) };
    }),
    ...(conformance !== undefined && { conformance }),
  };
};

/** The plugins among the direct dependencies of a project, by their manifests alone. */
export const installedPlugins = (project: string): Installed[] => {
  const manifest = readJson(join(project, 'package.json')) ?? {};
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
    Object.keys((manifest[group] as object | undefined) ?? {}),
  );
  return [...new Set(names)].toSorted().flatMap((name) => {
    const folder = folderOf(name, project);
    const found = folder === undefined ? undefined : read(name, folder);
    return found === undefined ? [] : [found];
  });
};
