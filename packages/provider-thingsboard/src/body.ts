import { SpelledNumber } from '@caudal/core';

/** Instants that a `Date` can hold (ECMA-262, 21.4.1.1). */
const maxInstant = 8.64e15;

/** Epoch milliseconds, as number or as digits in a text; undefined for anything else. */
export const epochOf = (value: unknown): number | undefined => {
  const text = value instanceof SpelledNumber ? value.text : value;
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return undefined;
  const instant = Number(text);
  return instant <= maxInstant ? instant : undefined;
};
