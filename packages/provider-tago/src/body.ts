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

const spellValues: Reviver = (key, value, context) =>
  key === 'value' && typeof value === 'number' ? new SpelledNumber(value, context.source ?? String(value)) : value;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** More than the HTTP client takes; a webhook's host has its own, smaller bound. */
const maxBytes = 64 * 1024 * 1024;

/**
 * A TagoIO body as JSON in which every `value` number keeps its spelling.
 * @throws CaudalError kind `invalid-data` for anything that is not JSON in UTF-8, or nested beyond reading
 */
export const parseBody = (body: Uint8Array): unknown => {
  if (body.byteLength > maxBytes)
    throw new CaudalError('invalid-data', `the body is larger than ${maxBytes} bytes`, { scope: 'item' });
  try {
    return parseJson(utf8.decode(body), spellValues);
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
