import { parseInstant } from '@caudal/core';
import type { ManualConfig } from './config.ts';

export type TimeFormat = NonNullable<ManualConfig['timeFormat']>;

/** An instant, UTC milliseconds, or why what is there is none. */
export type Timing = number | { readonly unreadable: string };

const unreadable = (why: string): Timing => ({ unreadable: why });

/** A date alone says nothing of the time of day, so midnight is not taken for it. */
const iso = (text: string, zone: string | undefined): Timing => {
  if (!text.includes(':')) return unreadable('the time has no time of day');
  let instant: number | undefined;
  try {
    instant = parseInstant(text, zone);
  } catch {
    return unreadable(`the zone ${JSON.stringify(zone)} that the device declares is none`);
  }
  if (instant !== undefined) return instant;
  return zone === undefined && parseInstant(text, 'Z') !== undefined
    ? unreadable('the time has no zone and the device declares none')
    : unreadable('the time can not be read');
};

const dayFirstPattern =
  /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})[T ]\s*(\d{1,2})(:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i;

const dayFirst = (text: string, zone: string | undefined): Timing => {
  const match = dayFirstPattern.exec(text);
  if (match === null) {
    return unreadable(text.includes(':') ? 'the time is not DD-MM-YYYY HH:mm[:ss]' : 'the time has no time of day');
  }
  const [, day = '', , month = '', year = '', hour = '', rest = '', suffix = ''] = match;
  return iso(
    `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}${rest}${suffix}`,
    zone,
  );
};

/** The end of year 9999: a count beyond it is of another unit. */
const latest = 253_402_300_800_000;

const since1970 =
  (unitMs: number) =>
  (text: string): Timing => {
    // No exponent: a spreadsheet that shows 1.75E+12 has lost the digits that matter.
    if (!/^\d{1,16}(\.\d{1,9})?$/.test(text)) return unreadable('the time is no count since 1970');
    const instant = Math.round(Number(text) * unitMs);
    return instant < latest ? instant : unreadable('the time is past the year 9999: another unit?');
  };

const formats: Readonly<Record<TimeFormat, (text: string, zone: string | undefined) => Timing>> = {
  iso,
  'day-first': dayFirst,
  s: since1970(1000),
  ms: since1970(1),
};

export const instantIn = (text: string, format: TimeFormat, zone: string | undefined): Timing =>
  text.trim() === '' ? unreadable('there is no time') : formats[format](text.trim(), zone);
