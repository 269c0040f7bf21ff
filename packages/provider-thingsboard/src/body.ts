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

/** More than the HTTP client takes; a webhook's host has its own, smaller bound. */
const maxBytes = 64 * 1024 * 1024;

/**
 * A body as JSON in which every number keeps its spelling.
 * @throws CaudalError kind `invalid-data` for anything that is not JSON in UTF-8, or nested beyond reading
 */
export const parseBody = (body: Uint8Array): unknown => {
  if (body.byteLength > maxBytes)
    throw new CaudalError('invalid-data', `the body is larger than ${maxBytes} bytes`, { scope: 'item' });
  try {
    return parseJson(utf8.decode(body), spell);
  } catch (cause) {
    throw new CaudalError('invalid-data', 'the body is not JSON in UTF-8', {
      scope: 'item',
      detail: `${(cause as Error).name} after ${body.byteLength} bytes`,
    });
  }
};

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SpelledNumber);

/** Instants that a `Date` can hold (ECMA-262, 21.4.1.1). */
const maxInstant = 8.64e15;

/** Epoch milliseconds, as number or as digits in a text; undefined for anything else. */
export const epochOf = (value: unknown): number | undefined => {
  const text = value instanceof SpelledNumber ? value.text : value;
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return undefined;
  const instant = Number(text);
  return instant <= maxInstant ? instant : undefined;
};
