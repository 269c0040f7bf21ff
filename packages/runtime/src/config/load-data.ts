import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Said } from '@caudal/core';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { say } from './mistake-words.ts';
import type { Mistake } from './mistake.ts';
import type { Steps } from './property-path.ts';

/** From 1, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One data file as it was read, or what is kept in the database; not validated. */
export interface DataSource {
  readonly file: string;
  readonly content: unknown;
  /** Where the entry or item stands; where it is missing, the nearest thing around it. Undefined for what has no lines. */
  locate(steps: Steps): Position | undefined;
  /** Where entries have a name of their own: what a mistake carries as its file, and the way from there. */
  name?(steps: Steps): { readonly file: string; readonly steps: Steps };
}

export interface LoadedData {
  readonly sources: readonly DataSource[];
  /** What could not be read: while there are any, what seems to be missing may stand there. */
  readonly mistakes: readonly Mistake[];
}

const extension = /\.(ya?ml|json)$/i;

/** A data file of thousands of points is a few MiB; what is larger is something else. */
const largestFile = 16 * 1024 * 1024;

/** Aliases may be followed this often: enough to share settings, too few to blow a small file up to gigabytes. */
const maxAliasCount = 100;

/** Sentences for what people really do; the others of the library are clear enough. */
const sentences: Partial<Record<YAMLError['code'], Said>> = {
  DUPLICATE_KEY: say('yaml-key-twice'),
  MULTIPLE_DOCS: say('yaml-documents'),
  TAB_AS_INDENT: say('yaml-tab'),
};

const locator = (document: Document.Parsed, lines: LineCounter) => (steps: Steps) => {
  let node: Node | null = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of steps) {
    const inside: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap<ParsedNode, ParsedNode | null>(inside)) {
      const pair = inside.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      [offset] = pair.key.range;
      node = pair.value;
    } else if (isSeq<ParsedNode>(inside)) {
      const item: ParsedNode | undefined = inside.items[Number(step)];
      if (item === undefined) break;
      [offset] = item.range;
      node = item;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
};

/** A warning of the library counts as an error: it is a tag nobody knows, whose value would silently be another one. */
const readFile = (file: string): LoadedData => {
  const wrong = (said: Said): LoadedData => ({
    sources: [],
    mistakes: [{ file, path: '', ...said, severity: 'error' }],
  });
  let text: string;
  try {
    if (statSync(file).size > largestFile) return wrong(say('file-large', { mebibytes: largestFile / 1024 / 1024 }));
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (thrown) {
    return wrong(
      thrown instanceof TypeError ? say('file-encoding') : say('file-unreadable', { why: (thrown as Error).message }),
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }) => ({
    ...at(offset),
    ...(sentences[code] ?? say('yaml', { said: message })),
  }));
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({ ...at(alias.range?.[0] ?? 0), ...say('yaml-anchor', { anchor: alias.source }) });
    },
  });
  if (faults.length > 0) {
    // A bracket that is not closed is missing for all that are around it.
    const oneLine = new Map(faults.toReversed().map((fault) => [fault.line, fault]));
    return {
      sources: [],
      mistakes: [...oneLine.values()].map((fault): Mistake => ({ file, path: '', severity: 'error', ...fault })),
    };
  }
  try {
    const content: unknown = document.toJS({ maxAliasCount }) ?? {};
    return { sources: [{ file, content, locate: locator(document, lines) }], mistakes: [] };
  } catch {
    return wrong(say('yaml-aliases', { limit: maxAliasCount }));
  }
};

const filesAt = (path: string): string[] => {
  let found: Stats;
  try {
    found = statSync(path);
  } catch {
    return [];
  }
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && extension.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(path, file)
          .split(sep)
          .some((part) => part.startsWith('.')),
    )
    .toSorted();
};

/**
 * Reads YAML files (JSON is YAML) and folders of them with all below, in the order of their names; what begins with a dot is
 * passed over. Remembers where everything stands. Bounded: a file has at most 16 MiB, and aliases do not multiply. Never throws for what stands in the files.
 */
export const loadData = (paths: readonly string[]): LoadedData => {
  const files = [...new Set(paths.flatMap(filesAt))];
  const read = files.map(readFile);
  return { sources: read.flatMap(({ sources }) => sources), mistakes: read.flatMap(({ mistakes }) => mistakes) };
};
