import { isDecimal, type Reading } from '@caudal/core';
import { isObject, SpelledNumber } from './body.ts';

/** Longest spelling that a reading carries. */
const maxRaw = 4096;

/** Digits that are no zero but make the double zero are too small to be held: no zero is invented for them. */
const numberIn = (text: string): number | undefined => {
  if (!isDecimal(text)) return undefined;
  const value = Number(text);
  const lost = value === 0 && /[1-9]/.test(text.split(/e/i)[0] ?? '');
  return Number.isFinite(value) && !lost ? value + 0 : undefined;
};

const spell = (value: unknown): string =>
  value instanceof SpelledNumber
    ? value.text
    : (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, maxRaw);

/**
 * A value of JSON as a reading has it. Numbers, and texts that are decimal numbers, are values. `null`, booleans, other texts and
 * objects have none, code `NOT_A_NUMBER`; a sentinel has none, code `SENTINEL`. `raw` keeps the body's own digits.
 */
export const readValue = (value: unknown, sentinels: readonly number[]): Pick<Reading, 'value' | 'raw' | 'code'> => {
  const raw = spell(value);
  const number = value instanceof SpelledNumber || typeof value === 'string' ? numberIn(raw) : undefined;
  if (number === undefined) return { value: null, raw, code: 'NOT_A_NUMBER' };
  return sentinels.includes(number) ? { value: null, raw, code: 'SENTINEL' } : { value: number, raw };
};

/** Deepest nesting of fields that is read. */
const deepest = 8;

/**
 * The scalars of an object by name, inner ones as `outer.inner`, with the JSON pointer of each. Arrays and what is nested deeper than
 * eight levels are left out.
 */
export const fieldsOf = (
  object: unknown,
  pointer = '',
  prefix = '',
  depth = 0,
): { readonly name: string; readonly value: unknown; readonly pointer: string }[] => {
  if (!isObject(object) || depth >= deepest) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    const name = prefix + key;
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isObject(value)) return fieldsOf(value, place, `${name}.`, depth + 1);
    return Array.isArray(value) ? [] : [{ name, value, pointer: place }];
  });
};
