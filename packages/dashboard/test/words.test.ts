import { readFileSync } from 'node:fs';
import { codes, DataFile, noticeEvents, reportEvents } from '@caudal/core';
import { expect, test } from 'vitest';
import { en } from '../app/words/en.ts';
import { es } from '../app/words/es.ts';
import { fieldNames } from '../app/words/fields.ts';
import { spanishMistakes } from '../app/words/spanish-mistakes.ts';

interface ApiDocument {
  readonly 'x-mistakes': Readonly<Record<string, string>>;
  readonly 'x-problems': Readonly<Record<string, unknown>>;
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly properties: Readonly<Record<string, { readonly enum: readonly string[] }>> }>
    >;
  };
}

const document = JSON.parse(
  readFileSync(new URL('../../runtime/openapi.json', import.meta.url), 'utf8'),
) as ApiDocument;

const namesOf = (schema: string, property: string): readonly string[] =>
  document.components.schemas[schema]?.properties[property]?.enum ?? [];

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

test('both languages have every sentence, with the same placeholders', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(es).toSorted());
  for (const [word, sentence] of Object.entries(es))
    expect(placeholders(en[word as keyof typeof es]), word).toEqual(placeholders(sentence));
  expect(Object.values({ ...es, ...en }).filter((sentence) => sentence.trim() === '')).toEqual([]);
});

test('every code of the quality rules is a sentence in both', () => {
  expect(Object.keys(codes).filter((code) => !(`code.${code}` in es))).toEqual([]);
});

interface Part {
  readonly properties?: Readonly<Record<string, Part>>;
  readonly patternProperties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly anyOf?: readonly Part[];
}

/** Every key that a data file may have, however deep. */
const keysIn = ({ properties = {}, patternProperties = {}, items, anyOf = [] }: Part): string[] => [
  ...Object.keys(properties),
  ...[...Object.values(properties), ...Object.values(patternProperties), ...anyOf, ...(items ? [items] : [])].flatMap(
    (inside) => keysIn(inside),
  ),
];

test('every field of the data has a name in both', () => {
  const keys = Object.values(DataFile.properties).flatMap((list) => keysIn((list as unknown as { items: Part }).items));
  const unnamed = new Set(keys.filter((key) => !(key in fieldNames)));
  // A provider is switched on its own page.
  expect([...unnamed].filter((key) => !['mode', 'tested'].includes(key))).toEqual([]);
});

/** Every name that the API or a source table uses, by the group of words that has to say it. */
const names: Readonly<Record<string, readonly string[]>> = {
  event: [...noticeEvents, ...reportEvents],
  submission: namesOf('Submission', 'state'),
  pointState: namesOf('Point', 'state'),
  health: namesOf('Device', 'health'),
  userState: namesOf('User', 'state'),
  problem: Object.keys(document['x-problems']),
  severity: namesOf('Alert', 'severity'),
};

test.each(Object.entries(names))('every %s has a word in both languages', (group, all) => {
  expect(all.length).toBeGreaterThan(0);
  expect(all.filter((name) => !(`${group}.${name}` in es))).toEqual([]);
});

test('every mistake that the API names has its Spanish, with params that it has', () => {
  const words = document['x-mistakes'];
  const around = new Set(['at-character', 'did-you-mean', 'at-point']);
  expect(
    Object.keys(words)
      .filter((code) => !around.has(code))
      .toSorted(),
  ).toEqual(Object.keys(spanishMistakes).toSorted());
  for (const [code, sentence] of Object.entries(spanishMistakes))
    expect(placeholders(words[code] ?? ''), code).toEqual(expect.arrayContaining(placeholders(sentence)));
});
