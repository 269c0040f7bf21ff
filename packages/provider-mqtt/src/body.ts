import { isJsonObject, SpelledNumber } from '@caudal/core';

/** A property of its own, so that `__proto__` and `constructor` in a body are nothing but names. */
export const own = (value: unknown, key: string): unknown =>
  (isJsonObject(value) || Array.isArray(value)) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

/** What a JSON pointer (RFC 6901) leads to; undefined when it leads nowhere. `''` is the whole. */
export const at = (value: unknown, pointer: string): unknown => {
  if (pointer === '') return value;
  let found = value;
  for (const step of pointer.slice(1).split('/')) found = own(found, step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return found;
};

/** Text, or a number as it is spelled: ids come as both. */
export const textOf = (value: unknown): string | undefined => {
  if (value instanceof SpelledNumber) return value.text;
  return typeof value === 'string' && value !== '' ? value : undefined;
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
  if (!isJsonObject(object) || depth >= deepest) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    const name = prefix + key;
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isJsonObject(value)) return fieldsOf(value, place, `${name}.`, depth + 1);
    return Array.isArray(value) ? [] : [{ name, value, pointer: place }];
  });
};
