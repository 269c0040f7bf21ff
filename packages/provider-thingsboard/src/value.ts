import { isDecimal, type Reading } from '@caudal/core';
import { SpelledNumber } from './body.ts';

/** What is no measurement although it is a number. */
export interface Faults {
  readonly sentinels?: readonly number[] | undefined;
  readonly statusCodes?: boolean | undefined;
}

/** Longer texts are cut: a raw value is for people, the record keeps the whole. */
const maxRaw = 4096;

/** Digits that are no zero but make the double zero are too small to be held: no zero is invented for them. */
const numberIn = (text: string): number | undefined => {
  if (!isDecimal(text)) return undefined;
  const value = Number(text);
  const lost = value === 0 && /[1-9]/.test(text.split(/e/i)[0] ?? '');
  return Number.isFinite(value) && !lost ? value + 0 : undefined;
};

/** The value as the body spells it; what is no number and no text is shown as JSON. */
export const spelled = (value: unknown): string =>
  value instanceof SpelledNumber
    ? value.text
    : (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, maxRaw);

/**
 * A value of ThingsBoard: text unless strict types were asked for. Texts that are decimal numbers are numbers; booleans, JSON and
 * other texts are readings without a value, `NOT_A_NUMBER`; fault values and status codes are readings without one, `SENTINEL`.
 * `null` is no reading at all: a server with SQL storage answers `{"ts": <now>, "value": null}` for a key that never reported
 * (ThingsBoard server source), so the time beside it says nothing either.
 */
export const readValue = (value: unknown, faults: Faults): Pick<Reading, 'value' | 'raw' | 'code'> | undefined => {
  if (value === null || value === undefined) return undefined;
  const raw = spelled(value);
  const number = value instanceof SpelledNumber || typeof value === 'string' ? numberIn(raw) : undefined;
  if (number === undefined) return { value: null, raw, code: 'NOT_A_NUMBER' };
  const fault =
    faults.sentinels?.includes(number) === true ||
    (faults.statusCodes === true && number < 0 && Number.isInteger(number));
  return fault ? { value: null, raw, code: 'SENTINEL' } : { value: number, raw };
};
