import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kind } from '@caudal/core';
import { asCase, asExpected } from './case-schemas.ts';
import { caseText } from './case-text.ts';
import type { RecordedCase } from './recorded-case.ts';
import { withStandIns } from './stand-ins.ts';

const own = new Set(['case.json', 'expected.json']);

/** Settings are the plugin's: a key `file` in them names no file of the folder. */
const foreign = new Set(['config', 'devices', 'settings', 'params', 'to', 'members']);

/** Every file that a part of the folder names. */
const filesNamed = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(filesNamed);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (foreign.has(key)) return [];
    return key === 'file' && typeof item === 'string' ? [item] : filesNamed(item);
  });
};

const parsed = (path: string, name: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (thrown) {
    throw new Error(`${name} can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
      cause: thrown,
    });
  }
};

const pathOf = (folder: URL | string) => (typeof folder === 'string' ? folder : fileURLToPath(folder));

/** As {@link readCase}; with `unsettled`, what only `expected.json` names may be missing, because it is about to be written. */
export const readFolder = (folder: URL | string, unsettled: boolean, kind?: Kind): RecordedCase => {
  const at = pathOf(folder);
  const given = asCase(parsed(join(at, 'case.json'), 'case.json'), kind);
  const settled = existsSync(join(at, 'expected.json'));
  const expected = settled ? asExpected(given, parsed(join(at, 'expected.json'), 'expected.json')) : undefined;
  const there = readdirSync(at).filter((name) => !own.has(name));
  const named = new Set([...filesNamed(given), ...filesNamed(expected)]);
  const needed = unsettled ? filesNamed(given) : [...named];
  const missing = needed.filter((name) => !there.includes(name));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  const unused = there.filter((name) => !named.has(name));
  if (unused.length > 0) throw new Error(`neither case.json nor expected.json names ${unused.join(', ')}`);
  const files = new Map(there.map((name) => [name, new Uint8Array(readFileSync(join(at, name)))]));
  return { given, files, ...(expected === undefined ? {} : { expected }) };
};

/**
 * Reads a case folder. Strict: an unknown key, a file that is named and missing and one that is there and not named are errors
 * that say which.
 */
export const readCase = (folder: URL | string): RecordedCase => readFolder(folder, false);

/**
 * Writes a case folder, strict as {@link readCase}. `secrets` are real ones by whole reference: every spelling of them is
 * replaced by a stand-in, in the files too, and `secrets` of the case becomes the stand-ins. What can not be replaced (a secret
 * inside a longer base64 text) is refused, and nothing is written.
 */
export const writeCase = (
  folder: URL | string,
  recorded: RecordedCase,
  secrets: Readonly<Record<string, string>> = {},
): void => {
  const at = pathOf(folder);
  const { given, files, expected } = withStandIns(recorded, secrets);
  asCase(given);
  if (expected !== undefined) asExpected(given, expected);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'case.json'), caseText(given));
  for (const [name, bytes] of files) writeFileSync(join(at, name), bytes);
  if (expected !== undefined) writeFileSync(join(at, 'expected.json'), caseText(expected));
};

/** The case folders inside a folder, by name. */
export const caseFolders = (folder: URL | string): { readonly name: string; readonly path: string }[] => {
  const at = pathOf(folder);
  const found = readdirSync(at, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (found.length === 0) throw new Error(`there is no case folder in ${at}`);
  return found
    .map(({ name }) => ({ name, path: join(at, name) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
};
