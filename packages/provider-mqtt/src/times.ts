import { instantInZone, isDecimal, parseInstant, SpelledNumber } from '@caudal/core';

/** How a payload writes an instant. */
export type TimeForm = 'iso' | 's' | 'ms' | 'us' | 'ns' | 'compact' | 'tdatetime';

/** An instant; or that there is none in the body; or why what is there could not be read. */
export type Timing = number | 'absent' | { readonly unreadable: string };

const unreadable = (why: string): Timing => ({ unreadable: why });
const noZone = unreadable('the time has no zone and neither device nor topic declares one');

/** Instants that a Date can hold. */
const inRange = (instant: number): Timing =>
  Math.abs(instant) <= 8.64e15 ? instant : unreadable('the time is outside of all calendars');

/** Milliseconds to one unit of the count. */
const unitMs = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const;

const count = (text: string, unit: keyof typeof unitMs): Timing =>
  isDecimal(text) ? inRange(Math.round(Number(text) * unitMs[unit])) : unreadable('the time is no number');

const parsed = (text: string, zone: string | undefined): Timing => {
  let instant: number | undefined;
  try {
    instant = parseInstant(text, zone);
  } catch {
    return unreadable(`the declared zone ${JSON.stringify(zone)} is none`);
  }
  if (instant !== undefined) return instant;
  return zone === undefined && parseInstant(text, 'Z') !== undefined ? noZone : unreadable('the time can not be read');
};

/** `YYYYMMDDHHmmss`, as several vendors write UTC. */
const compact = (text: string, zone: string | undefined): Timing => {
  const match = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})$/.exec(text.trim());
  if (match === null) return unreadable('the time is not YYYYMMDDHHmmss');
  const [, year, month, day, hour, minute, second] = match;
  return parsed(`${year}-${month}-${day}T${hour}:${minute}:${second}`, zone);
};

/** Midnight of 1899-12-30, where Delphi's TDateTime begins, in UTC milliseconds. */
const tdatetimeEpoch = Date.UTC(1899, 11, 30);

/**
 * Days since 1899-12-30 with a fraction, on the wall clock of a zone. Eight digits after the point are 0.86 ms, so the instant is rounded
 * to the second that the clock showed.
 */
const tdatetime = (text: string, zone: string | undefined): Timing => {
  if (!isDecimal(text)) return unreadable('the time is no number');
  const seconds = Math.round(Number(text) * 86_400);
  if (!(seconds > 0 && seconds < 1e11)) return unreadable('the time is no TDateTime');
  if (zone === undefined) return noZone;
  return parsed(new Date(tdatetimeEpoch + seconds * 1000).toISOString().replace(/\.\d+Z$/, ''), zone);
};

const forms: Readonly<Record<TimeForm, (text: string, zone: string | undefined) => Timing>> = {
  iso: parsed,
  s: (text) => count(text, 's'),
  ms: (text) => count(text, 'ms'),
  us: (text) => count(text, 'us'),
  ns: (text) => count(text, 'ns'),
  compact,
  tdatetime,
};

/** Reads a time of a body; `zone` is that of times which carry none. `null` and an empty text are no time. */
export const readTime = (value: unknown, form: TimeForm, zone: string | undefined): Timing => {
  if (value === undefined || value === null || value === '') return 'absent';
  const text = value instanceof SpelledNumber ? value.text : value;
  return typeof text === 'string' ? forms[form](text, zone) : unreadable('the time is neither text nor number');
};

/** Throws what core says of a zone that is none. */
export const assertZone = (zone: string): void => {
  if (parseInstant('2000-01-01T00:00:00', zone) === undefined)
    instantInZone({ year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, zone);
};
