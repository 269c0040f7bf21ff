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

type Wanted = (key: string) => boolean;

/**
 * A number that is not spelt as JavaScript would spell it: `-0`, a zero at the end of a fraction, sixteen digits and more, a fraction so
 * small that it would get an exponent, or an exponent. A decimal of up to fifteen digits comes back from a double as it was.
 */
const ownSpelling =
  /(?:^|[[:,\s])(?:-0|-?(?:\d+\.\d*0|\d{16,}|[\d.]{17,}|0\.0{6}\d*|[\d.]+[eE][-+]?\d+))\s*(?:[,\]}]|$)/;

/** Whether a JSON text may have numbers that only it can spell. What looks like one inside a string counts too. */
export const hasOwnSpellings = (text: string): boolean => ownSpelling.test(text);

/** `JSON.parse` with source text access (ECMAScript 2026; V8 since Node 21). */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/** Any JSON text; the engine is asked for the source of each value, which takes five times as long as parsing. */
export const parseSpellings = (text: string, wanted: Wanted): unknown =>
  parse(text, (key, value, context) =>
    typeof value === 'number' && wanted(key) ? new SpelledNumber(value, context.source ?? String(value)) : value,
  );

const spell = (holder: Record<string, unknown>, key: string, wanted: Wanted): void => {
  const value = holder[key];
  if (typeof value === 'number') {
    if (wanted(key)) holder[key] = new SpelledNumber(value, String(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const own of Object.keys(value)) spell(value as Record<string, unknown>, own, wanted);
  }
};

/** The same for a text without own spellings. */
export const parsePlainSpellings = (text: string, wanted: Wanted): unknown => {
  const root = { '': parse(text) };
  spell(root, '', wanted);
  return root[''];
};
