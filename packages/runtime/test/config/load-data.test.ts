import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadData } from '../../src/config/load-data.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

test('folders are read with all below, in the order of their names, once each', () => {
  for (const path of ['b.yml', 'a.yaml', 'sub/c.json', 'notes.txt', 'sub/.hidden.yaml']) write(path, '{}');
  const { sources, mistakes } = loadData([folder, join(folder, 'a.yaml')]);
  expect(mistakes).toEqual([]);
  expect(sources.map(({ file }) => relative(folder, file))).toEqual(['a.yaml', 'b.yml', join('sub', 'c.json')]);
});

test('a mounted folder of links into a hidden one, as Kubernetes makes it, is read once', () => {
  write('..2026_01_01/points.yaml', 'points: []');
  symlinkSync('..2026_01_01', join(folder, '..data'));
  symlinkSync(join('..data', 'points.yaml'), join(folder, 'points.yaml'));
  expect(loadData([folder]).sources.map(({ file }) => relative(folder, file))).toEqual(['points.yaml']);
});

test('an empty file is an empty file', () => {
  write('a.yaml', '# nothing yet\n');
  expect(loadData([folder])).toMatchObject({ sources: [{ content: {} }], mistakes: [] });
});

test('places are those of the key or the item, through aliases, and of the nearest thing around what is missing', () => {
  write(
    'a.yaml',
    'shared: &limits\n  failBelow: 0\npoints:\n  - id: well\n    series:\n      flow:\n        limits: *limits\n',
  );
  const [source] = loadData([folder]).sources;
  expect(source?.locate([])).toEqual({ line: 1, column: 1 });
  expect(source?.locate(['points', 0])).toEqual({ line: 4, column: 5 });
  expect(source?.locate(['points', 0, 'series', 'flow'])).toEqual({ line: 6, column: 7 });
  expect(source?.locate(['points', 0, 'series', 'flow', 'limits', 'failBelow'])).toEqual({ line: 2, column: 3 });
  expect(source?.locate(['points', 0, 'series', 'flow', 'unit', 'x'])).toEqual({ line: 6, column: 7 });
  expect(source?.locate(['points', 7])).toEqual({ line: 3, column: 1 });
});

test.each([
  ['bytes that are no UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xff]), 'is not UTF-8 text'],
  ['two documents', 'a: 1\n---\nb: 2\n', 'more than one document in a file'],
  ['a tag that nobody knows', 'a: !secret x\n', 'Unresolved tag: !secret'],
  ['a key that is no text', '[a]: 1\n', 'keys must be strings'],
])('%s are refused', (_name, content, says) => {
  write('a.yaml', content);
  const { sources, mistakes } = loadData([folder]);
  expect(sources).toEqual([]);
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]?.message).toContain(says);
});

test('a file of more than 16 MiB is refused unread', () => {
  write('a.yaml', `# ${'x'.repeat(16 * 1024 * 1024)}`);
  expect(loadData([folder]).mistakes.map(({ message }) => message)).toEqual(['is larger than 16 MiB; split it']);
});
