import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageConformance, runConformance } from '@caudal/testkit';
import { expectFailures } from './exactly.ts';

const plugin = { kind: 'provider', spec: 'provider/v1', id: 'acme', export: 'acme' };

const manifest = {
  name: 'caudal-acme',
  version: '1.2.3',
  description: 'The loggers of Acme as a Caudal provider',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  files: ['dist', 'README.md'],
  keywords: ['caudal', 'caudal-plugin', 'caudal-provider'],
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  peerDependencies: { '@caudal/core': '^1.0.0' },
  dependencies: { 'a-client': '^2.0.0' },
  engines: { node: '>=22.19' },
  caudal: { plugins: [plugin] },
};

const readme = '# caudal-acme\n\n<!-- caudal:config -->\n\n| option |\n\n<!-- /caudal -->\n';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-package-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const suiteFor = (
  changed: object,
  files: Readonly<Record<string, string>> = { 'README.md': readme, LICENSE: 'MIT' },
) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...changed }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return packageConformance(pathToFileURL(folder));
};

test('a good package passes everything', async () => {
  const suite = suiteFor({});
  expect(suite).toMatchObject({ kind: 'package', plugin: { id: 'caudal-acme', version: '1.2.3' } });
  const report = await runConformance(suite);
  expect(report.summary).toEqual({ passed: report.checks.length, failed: 0, skipped: 0 });
});

const listing = (...changes: readonly object[]) => ({
  caudal: { plugins: changes.map((change) => ({ ...plugin, ...change })) },
});

test.for<readonly [string, string, object, Readonly<Record<string, string>>?]>([
  ['K-01', 'no ES module', { type: 'commonjs' }],
  ['K-01', 'types that no compiler finds', { exports: { ...manifest.exports, '.': './dist/index.js' } }],
  [
    'K-01',
    'a second form',
    {
      exports: {
        ...manifest.exports,
        '.': { types: './dist/a.d.ts', require: './dist/a.cjs', default: './dist/a.js' },
      },
    },
  ],
  ['K-01', 'package.json is hidden', { exports: { '.': manifest.exports['.'] } }],
  ['K-02', 'an entry that is not published', { files: ['lib', 'README.md'] }],
  ['K-02', 'no licence', {}, { 'README.md': readme }],
  ['K-03', 'any engine', { engines: { node: '*' } }],
  ['K-04', 'core as a dependency', { dependencies: { '@caudal/core': '^1.0.0' } }],
  ['K-04', 'any core', { peerDependencies: { '@caudal/core': '*' } }],
  ['K-04', 'any later core', { peerDependencies: { '@caudal/core': '>=1' } }],
  ['K-05', 'brings effect', { dependencies: { effect: '^4.0.0' } }],
  ['K-06', 'lists no plugin', { caudal: { plugins: [] } }],
  ['K-06', 'a spec of another kind', listing({ spec: 'rule/v1' })],
  ['K-06', 'an unknown key', listing({ expotr: 'acme' })],
  ['K-06', 'the same plugin twice', listing({}, {})],
  ['K-07', 'nobody finds it', { keywords: ['caudal'] }],
  ['K-08', 'a table written by hand', {}, { 'README.md': '# caudal-acme\n', LICENSE: 'MIT' }],
  ['K-08', 'the README of another package', {}, { 'README.md': readme.replace('acme', 'other'), LICENSE: 'MIT' }],
])('%s fails alone: %s', async ([id, , changed, files]) => {
  await expectFailures(suiteFor(changed, files), id);
});

test('a folder without a package is a mistake', () => {
  expect(() => packageConformance(pathToFileURL(folder))).toThrow('there is no package.json');
});
