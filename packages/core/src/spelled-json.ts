import { CaudalError } from './errors.ts';
import { isDecimal } from './decimal.ts';
import type { Reading } from './provider.ts';
import { hasOwnSpellings, parsePlainSpellings, parseSpellings, SpelledNumber } from './spellings.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON object: no list, no `null`, no {@link SpelledNumber}. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SpelledNumber);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** More than an HTTP client of ours takes; a webhook's host has its own, smaller bound. */
const maxBytes = 64 * 1024 * 1024;

/**
 * A body as JSON in which numbers keep their spelling.
 *
 * @param spelled the keys whose numbers become {@link SpelledNumber}; absent: every number
 * @throws CaudalError kind `invalid-data`, scope `item`, for anything that is not JSON in UTF-8, or nested beyond reading
 */
export const parseSpelledJson = (body: Uint8Array, spelled: (key: string) => boolean = () => true): unknown => {
  if (body.byteLength > maxBytes)
    throw new CaudalError('invalid-data', `the body is larger than ${maxBytes} bytes`, { scope: 'item' });
  try {
    const text = utf8.decode(body);
    return hasOwnSpellings(text) ? parseSpellings(text, spelled) : parsePlainSpellings(text, spelled);
  } catch (cause) {
    throw new CaudalError('invalid-data', 'the body is not JSON in UTF-8', {
      scope: 'item',
      detail: `${(cause as Error).name} after ${body.byteLength} bytes`,
    });
  }
};

/** Longest `raw` of what is no number: the bound of the largest value a known vendor takes. */
const maxRaw = 6144;

/** The value as the body spells it; what is no number and no text is shown as JSON, cut at 6 kB. */
export const spellingOf = (value: unknown): string =>
  value instanceof SpelledNumber
    ? value.text
    : (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, maxRaw);

/**
 * The number that a decimal text spells; undefined when it is none. Digits that are no zero but make the double zero are too
 * small to be held: no zero is invented for them.
 */
export const numberIn = (text: string): number | undefined => {
  if (!isDecimal(text)) return undefined;
  const value = Number(text);
  const lost = value === 0 && /[1-9]/.test(text.split(/e/i)[0] ?? '');
  return Number.isFinite(value) && !lost ? value + 0 : undefined;
};

/**
 * A vendor's value as a reading has it. Numbers and texts that are decimal numbers are values; everything else (booleans too:
 * nobody says what they count) is no value, `NOT_A_NUMBER`; a sentinel is none, `SENTINEL`.
 */
export const readValue = (
  value: unknown,
  sentinels: readonly number[] = [],
): Pick<Reading, 'value' | 'raw' | 'code'> => {
  const raw = spellingOf(value);
  const number = value instanceof SpelledNumber || typeof value === 'string' ? numberIn(raw) : undefined;
  if (number === undefined) return { value: null, raw, code: 'NOT_A_NUMBER' };
  return sentinels.includes(number) ? { value: null, raw, code: 'SENTINEL' } : { value: number, raw };
};
