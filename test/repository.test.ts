import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Manifest, packages, root, tracked } from './tree.ts';

const published = packages.filter(({ manifest }) => manifest.private !== true);

describe.each(published)('$manifest.name', ({ folder, dir, manifest }) => {
  test('has what a published package needs', () => {
    expect(manifest.name).toBe(folder === 'create-caudal' ? folder : `@caudal/${folder}`);
    expect(manifest).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      description: expect.stringMatching(/\w/),
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: expect.stringMatching(/^>=22/) },
      files: expect.arrayContaining(['dist', 'README.md', 'LICENSE']),
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest).toHaveProperty('sideEffects');
    expect(existsSync(join(dir, 'README.md')), 'README.md').toBe(true);
    expect(readFileSync(join(dir, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });

  test('exports the same entries to the workspace and to the world, the source condition apart', () => {
    const { exports = {}, publishConfig } = manifest;
    const withoutSource = Object.fromEntries(
      Object.entries(exports).map(([entry, target]) => {
        if (typeof target === 'string') return [entry, target];
        expect(Object.keys(target)[0], `${entry} names its source first`).toBe('@caudal/source');
        expect(existsSync(join(dir, target['@caudal/source'] ?? '')), `source of ${entry}`).toBe(true);
        return [
          entry,
          Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== '@caudal/source')),
        ];
      }),
    );
    expect(publishConfig?.exports).toEqual(withoutSource);
    expect(exports).toHaveProperty(['./package.json'], './package.json');
  });

  test('takes every package of the workspace as a workspace range, and the core as a peer when it is an adapter', () => {
    const groups = ['dependencies', 'devDependencies', 'peerDependencies'] as const;
    for (const group of groups) {
      for (const [name, range] of Object.entries(manifest[group] ?? {})) {
        const fromWorkspace = name.startsWith('@caudal/');
        if (fromWorkspace) expect(range, `${group}: ${name}`).toMatch(/^workspace:/);
        else if (group !== 'peerDependencies') expect(range, `${group}: ${name}`).toBe('catalog:');
      }
    }
    if (/^(provider|compliance|notifier)-/.test(folder)) {
      expect(manifest.peerDependencies).toHaveProperty(['@caudal/core'], 'workspace:^');
      expect(manifest.dependencies ?? {}).not.toHaveProperty(['@caudal/core']);
    }
  });
});

test('every version in the catalog is exact', () => {
  const catalog =
    readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').match(/(?<=^catalog:\n)(?: {2}.*\n)+/m)?.[0] ?? '';
  const lines = catalog.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !/: \d+\.\d+\.\d+(-[\w.]+)?$/.test(line))).toEqual([]);
});

const textOf = (path: string) => {
  const bytes = readFileSync(join(root, path));
  return bytes.includes(0) ? '' : bytes.toString('utf8');
};

/** `file:line: match` for every match in the tracked text files. */
const occurrences = (pattern: RegExp) =>
  tracked
    .filter((path) => statSync(join(root, path)).isFile())
    .flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) =>
          (pattern.exec(line) ?? []).slice(0, 1).map((match) => `${path}:${index + 1}: ${match}`),
        ),
    );

test('tracked files hold no absolute path of a machine', () => {
  expect(occurrences(/(?<![\w.:~$}/-])\/(?:home|Users|root|workspace|builds|mnt)\/[\w.-]+\/[\w.-]+/)).toEqual([]);
  expect(occurrences(/\b[A-Z]:\\(?:Users|Windows)\\/)).toEqual([]);
});

test('tracked files name no package registry', () => {
  expect(
    occurrences(/registry\.npmjs|https?:\/\/[\w.-]*(?:registry|artifactory|verdaccio|nexus)[\w.-]*|^\s*tarball:/),
  ).toEqual([]);
  for (const path of tracked.filter((name) => name.endsWith('.npmrc'))) {
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/registry|_auth|_password|token|proxy/i);
  }
});

test('tests read nothing outside the repository', () => {
  const beside = `${dirname(root)}${sep}`;
  const leaves = (text: string, from: string) =>
    /^(\.\.\/)+/.test(text)
      ? relative(root, join(from, text)).startsWith('..')
      : text.startsWith(beside) && !text.startsWith(root) && existsSync(text);
  const literals = (path: string) => {
    const found: string[] = [];
    const visit = (node: ts.Node) => {
      if (ts.isStringLiteralLike(node)) found.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest));
    return found;
  };
  const outside = tracked
    .filter((path) => /(^|\/)(test|bench)\/.*\.ts$/.test(path))
    .flatMap((path) =>
      literals(path)
        .filter((text) => leaves(text, join(root, dirname(path))))
        .map((text) => `${path}: ${text}`),
    );
  expect(outside).toEqual([]);
});

test('the root names its tools once, and the packages name none of them', () => {
  const { devDependencies = {} } = JSON.parse(textOf('package.json')) as Manifest;
  const twice = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.devDependencies ?? {}).filter((name) => name in devDependencies),
  );
  expect(twice).toEqual([]);
});
