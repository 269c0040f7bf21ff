import { CaudalError } from '@caudal/core';

/** A JSON number together with the text that spelled it: `1.10` and 20-digit integers lose digits as doubles. */
export class SpelledNumber {
  readonly value: number;
  readonly text: string;

  constructor(value: number, text: string) {
    this.value = value;
    this.text = text;
  }

  toJSON(): number {
    return this.value;
  }
}

/** `JSON.parse` with source text access (ECMAScript 2026; V8 since Node 21). */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseJson = JSON.parse as (text: string, reviver?: Reviver) => unknown;

const spell: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new SpelledNumber(value, context.source ?? String(value)) : value;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A payload as JSON in which every number keeps its spelling.
 * @throws CaudalError kind `invalid-data` for anything that is not JSON in UTF-8, or nested beyond reading
 */
export const parseBody = (body: Uint8Array): unknown => {
  try {
    return parseJson(utf8.decode(body), spell);
  } catch (cause) {
    throw new CaudalError('invalid-data', 'the payload is not JSON in UTF-8', {
      scope: 'item',
      detail: `${(cause as Error).name} after ${body.byteLength} bytes`,
    });
  }
};

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SpelledNumber);

/** A property of its own, so that `__proto__` and `constructor` in a body are nothing but names. */
export const own = (value: unknown, key: string): unknown =>
  (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key)
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
