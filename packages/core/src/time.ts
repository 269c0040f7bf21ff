import { CaudalError } from './errors.ts';

/** Civil time of a fixed offset: the fields a format asks for, all already in that offset. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const minute = 60_000;
const two = (value: number) => String(value).padStart(2, '0');

/** Chile's regulators use UTC−4 all year; `America/Santiago` would be an hour off from September to April. */
export const CHILE_REGULATOR_OFFSET_MINUTES = -240;

/** The wall clock of a fixed offset at an instant. */
export const civilAtOffset = (instant: number, offsetMinutes: number): CivilTime => {
  const shifted = new Date(instant + offsetMinutes * minute);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
};

/** `YYYY-MM-DD` of a civil time. */
export const civilDate = (time: CivilTime): string =>
  `${String(time.year).padStart(4, '0')}-${two(time.month)}-${two(time.day)}`;

/** `HH:mm:ss` of a civil time. */
export const civilClock = (time: CivilTime): string => `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999; vendors do send year 1 for "never". */
const utc = (time: CivilTime): number => {
  const date = new Date(0);
  date.setUTCFullYear(time.year, time.month - 1, time.day);
  date.setUTCHours(time.hour, time.minute, time.second);
  return date.getTime();
};

/** The instant of a wall clock of a fixed offset. */
export const instantAtOffset = (time: CivilTime, offsetMinutes: number): number => utc(time) - offsetMinutes * minute;

const formatters = new Map<string, Intl.DateTimeFormat>();

const formatter = (zone: string): Intl.DateTimeFormat => {
  let found = formatters.get(zone);
  if (found === undefined) {
    try {
      found = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      });
    } catch (cause) {
      throw new CaudalError('config', `"${zone}" is not a time zone of the IANA database`, { cause, sent: 'no' });
    }
    formatters.set(zone, found);
  }
  return found;
};

/** In milliseconds: before standard time, zones followed the sun to the second. */
const zoneOffset = (instant: number, zone: string): number => {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(whole)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
  return utc({ year, month, day, hour, minute: minutes, second }) - whole;
};

/**
 * Offset of an IANA zone from UTC at an instant, in minutes. Whole for every instant since 1972.
 * @throws CaudalError kind `config` for a name that is no zone
 */
export const zoneOffsetMinutes = (instant: number, zone: string): number => zoneOffset(instant, zone) / minute;

/** The wall clock of an IANA zone at an instant. @throws as {@link zoneOffsetMinutes} */
export const civilInZone = (instant: number, zone: string): CivilTime =>
  civilAtOffset(instant + zoneOffset(instant, zone), 0);

/**
 * The instant of a wall clock in an IANA zone. Where the clock is set back the hour exists twice: the earlier instant is
 * taken. Where it is set forward the hour does not exist: the instant after the jump by the same amount is taken.
 */
export const instantInZone = (time: CivilTime, zone: string): number => {
  const guess = instantAtOffset(time, 0);
  const before = zoneOffset(guess - 24 * 60 * minute, zone);
  const after = zoneOffset(guess + 24 * 60 * minute, zone);
  const candidates = [guess - before, guess - after].toSorted((a, b) => a - b);
  const exact = candidates.find((instant) => zoneOffset(instant, zone) === guess - instant);
  return exact ?? guess - before;
};

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i;

/** The commonest form, on a day that every month has: `Date.parse` reads it right, in a fifth of the time. */
const plainUtc = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/**
 * An ISO 8601 time as UTC milliseconds, or `undefined` when it is none. A time without a zone is refused unless `zone`
 * declares one (an IANA name, or an offset such as `-04:00`): reading UTC as local time is the field's commonest error.
 * Digits past the millisecond are cut off. A time of day may end in whole hours of offset (`+00`), as PostgreSQL writes it.
 *
 * @throws CaudalError kind `config` when the declared `zone` is none
 */
export const parseInstant = (text: string, zone?: string): number | undefined => {
  if (plainUtc.test(text)) return Date.parse(text);
  const match = isoPattern.exec(text.trim());
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minutes = '0', seconds = '0', fraction = '', suffix] = match;
  if (match[4] === undefined && suffix?.length === 3) return undefined;
  const time: CivilTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minutes),
    second: Number(seconds),
  };
  const back = civilAtOffset(utc(time), 0);
  if (back.day !== time.day || back.month !== time.month || time.hour > 23 || time.minute > 59 || time.second > 59)
    return undefined;
  const milliseconds = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const where = suffix ?? zone;
  if (where === undefined) return undefined;
  const offset = offsetOf(where);
  if (offset === undefined && suffix !== undefined) return undefined;
  return (offset === undefined ? instantInZone(time, where) : instantAtOffset(time, offset)) + milliseconds;
};

const offsetOf = (text: string): number | undefined => {
  if (text.toUpperCase() === 'Z') return 0;
  const match = /^([+-])([01]\d|2[0-3]):?([0-5]\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};
