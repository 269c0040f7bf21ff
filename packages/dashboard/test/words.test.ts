import { codes } from '@caudal/core';
import { expect, test } from 'vitest';
import { en } from '../app/words/en.ts';
import { es } from '../app/words/es.ts';

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
