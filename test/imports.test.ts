import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { filesBelow, packages, root } from './tree.ts';

/**
 * What each package may import of the others in its sources. A package stands below everything it imports; a new package
 * is added here, below what it needs. Tests may import whatever their package declares.
 */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  quality: ['core'],
  http: ['core'],
  'provider-thingsboard': ['core', 'http'],
  'provider-thethings': ['core', 'http'],
  'provider-tago': ['core', 'http'],
  'provider-http': ['core', 'http'],
  'provider-mqtt': ['core'],
  'provider-manual': ['core'],
  'provider-tdata': ['core', 'provider-thingsboard'],
  'provider-twin': ['core', 'provider-thingsboard'],
  'provider-thingsio': ['core', 'provider-thethings'],
  'provider-novus': ['core', 'provider-tago'],
  'provider-nettra': ['core', 'provider-thingsboard', 'provider-thethings'],
  'compliance-dga': ['core', 'http'],
  'compliance-sma': ['core', 'http'],
  'notifier-email': ['core'],
  'notifier-sms': ['core', 'http'],
  'notifier-webhook': ['core', 'http'],
  testkit: ['core'],
  simulators: ['core'],
  kafka: ['core'],
  client: [],
  dashboard: ['client'],
  // The testkit for an author's commands alone and the dashboard to be served, each where it is installed.
  runtime: ['core', 'quality', 'kafka', 'client', 'testkit', 'dashboard'],
  'create-caudal': [],
};

const adapters = packages
  .map(({ folder }) => folder)
  .filter((folder) => /^(provider|compliance|notifier)-/.test(folder));
const stages = ['collect', 'process', 'comply', 'notify', 'publish'];
const vagueName = /(^|[-_.])(utils?|commons?|helpers?|misc|managers?)([-_.]|$)/i;
const builtin = new Set(builtinModules);

interface Source {
  /** Relative to the root, with forward slashes. */
  path: string;
  folder: string;
  /** Below `src`, so part of what is published. */
  published: boolean;
  specifiers: string[];
}

const sources: Source[] = packages.flatMap(({ folder, dir }) =>
  filesBelow(dir)
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .map((path) => ({
      path: relative(root, path).replaceAll(sep, '/'),
      folder,
      published: path.startsWith(join(dir, 'src') + sep),
      specifiers: ts
        .preProcessFile(readFileSync(path, 'utf8'), true, true)
        .importedFiles.map(({ fileName }) => fileName),
    })),
);

const isRelative = (specifier: string) => specifier.startsWith('.');
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const workspaceFolder = (specifier: string) =>
  /^@caudal\/([^/]+)/.exec(specifier)?.[1] ?? (packageOf(specifier) === 'create-caudal' ? 'create-caudal' : undefined);
const target = (source: Source, specifier: string) =>
  relative(root, join(root, dirname(source.path), specifier)).replaceAll(sep, '/');

/** All imports for which the rule finds something wrong, as `file: specifier`. */
const offenders = (wrong: (source: Source, specifier: string) => boolean) =>
  sources.flatMap((source) =>
    source.specifiers
      .filter((specifier) => wrong(source, specifier))
      .map((specifier) => `${source.path}: ${specifier}`),
  );

/** The cycles that a depth-first walk meets, as the names along each. */
const cycles = (edges: ReadonlyMap<string, readonly string[]>): string[] => {
  const found: string[] = [];
  const finished = new Set<string>();
  const walk = (node: string, above: readonly string[]) => {
    const at = above.indexOf(node);
    if (at >= 0) found.push([...above.slice(at), node].join(' > '));
    if (at >= 0 || finished.has(node)) return;
    for (const next of edges.get(node) ?? []) walk(next, [...above, node]);
    finished.add(node);
  };
  for (const node of edges.keys()) walk(node, []);
  return found;
};

test('every package has its place in the order of packages', () => {
  expect(packages.map(({ folder }) => folder).filter((folder) => !(folder in mayImport))).toEqual([]);
  const order = Object.keys(mayImport);
  for (const [folder, allowed] of Object.entries(mayImport)) {
    expect(
      allowed.filter((other) => order.indexOf(other) >= order.indexOf(folder)),
      folder,
    ).toEqual([]);
  }
});

test('sources import only packages that stand above their own', () => {
  const wrong = offenders(({ folder, published }, specifier) => {
    const other = workspaceFolder(specifier);
    return published && other !== undefined && !mayImport[folder]?.includes(other);
  });
  expect(wrong).toEqual([]);
});

test('tests of adapters do without the runtime, and simulators without any adapter', () => {
  const forbidden: Record<string, readonly string[]> = {
    ...Object.fromEntries(adapters.map((folder) => [folder, ['runtime']])),
    simulators: [...adapters, 'runtime'],
    testkit: [...adapters, 'runtime', 'http', 'quality', 'simulators'],
  };
  expect(
    offenders(({ folder }, specifier) => forbidden[folder]?.includes(workspaceFolder(specifier) ?? '') ?? false),
  ).toEqual([]);
  for (const { folder, manifest } of packages) {
    const declared = Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.peerDependencies,
    });
    expect(
      declared.filter((name) => forbidden[folder]?.includes(workspaceFolder(name) ?? '')),
      folder,
    ).toEqual([]);
  }
});

test('effect stays inside the runtime, and no barrel of it is imported', () => {
  const isEffect = (name: string) => name === 'effect' || name.startsWith('@effect/');
  expect(offenders(({ folder }, specifier) => folder !== 'runtime' && isEffect(packageOf(specifier)))).toEqual([]);
  expect(offenders((_, specifier) => specifier === 'effect')).toEqual([]);
  for (const { folder, manifest } of packages.filter(({ folder }) => folder !== 'runtime')) {
    const declared = Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.peerDependencies,
    });
    expect(declared.filter(isEffect), folder).toEqual([]);
  }
});

test('packages do not depend on each other in a circle, not even for tests', () => {
  const edges = new Map(
    packages.map(({ folder, manifest }) => [
      folder,
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }).flatMap(
        (name) => workspaceFolder(name) ?? [],
      ),
    ]),
  );
  expect(cycles(edges)).toEqual([]);
});

test('files do not import each other in a circle', () => {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.specifiers.filter(isRelative).map((specifier) => target(source, specifier)),
    ]),
  );
  expect(cycles(edges)).toEqual([]);
});

test('relative imports stay inside their package', () => {
  const wrong = offenders((source, specifier) => {
    // The build's configuration is shared by all packages and belongs to none.
    if (!isRelative(specifier) || source.path.endsWith('/tsup.config.ts')) return false;
    // The test broker is also a contributor's and CI's, before anything is installed.
    if (!source.published && target(source, specifier) === 'scripts/kafka.mjs') return false;
    return !target(source, specifier).startsWith(`packages/${source.folder}/`);
  });
  expect(wrong).toEqual([]);
});

test('every imported package is declared by the package that imports it', () => {
  const manifests = new Map(packages.map(({ folder, manifest }) => [folder, manifest]));
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const wrong = offenders(({ folder, published }, specifier) => {
    if (isRelative(specifier) || specifier.startsWith('#')) return false;
    if (specifier.startsWith('node:') || builtin.has(specifier)) return !specifier.startsWith('node:');
    const { name, dependencies, optionalDependencies, peerDependencies, devDependencies } = manifests.get(folder) ?? {};
    const declared = {
      ...dependencies,
      ...optionalDependencies,
      ...peerDependencies,
      ...(published ? {} : { ...devDependencies, ...rootManifest.devDependencies, ...(name ? { [name]: '' } : {}) }),
    };
    return !(packageOf(specifier) in declared);
  });
  expect(wrong).toEqual([]);
});

test('the stages of the runtime never import one another', () => {
  const stageOf = (path: string) => stages.find((stage) => path.startsWith(`packages/runtime/src/${stage}/`));
  const wrong = offenders((source, specifier) => {
    const from = stageOf(source.path);
    const to = isRelative(specifier) ? stageOf(target(source, specifier)) : undefined;
    return from !== undefined && to !== undefined && from !== to;
  });
  expect(wrong).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const below = ['packages', 'examples', 'scripts', 'test', 'bench'].flatMap((folder) =>
    filesBelow(join(root, folder)),
  );
  const wrong = below
    .map((path) => relative(root, path).replaceAll(sep, '/'))
    .filter((path) => path.split('/').some((part) => vagueName.test(part)));
  expect(wrong).toEqual([]);
});
