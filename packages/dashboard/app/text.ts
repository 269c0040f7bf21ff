import { preferences } from './preferences.ts';
import { en } from './words/en.ts';
import { es, type Word } from './words/es.ts';

const words = { es, en } as const;

/** A sentence of the page in the language chosen; `{name}` stands for what is given by that name. */
export const text = (word: Word, given: Readonly<Record<string, string | number>> = {}): string =>
  words[preferences().language][word].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    given[name] === undefined ? whole : String(given[name]),
  );

/** The word for something that the API names, or its own name where the page has none. */
export const named = (kind: string, name: string): string => {
  const word = `${kind}.${name}`;
  return word in es ? text(word as Word) : name;
};
