import { numberIn, parseInstant, SpelledNumber } from '@caudal/core';
import { type At, refuse } from '../refuse.ts';
import { compilePattern } from './pattern.ts';
import { compileZone, instantIn, type Zone, zoneOf } from './zone.ts';

/** Why a time could not be read. */
export interface Unreadable {
  readonly why: string;
}

/** An instant, UTC milliseconds, or why there is none. `zone` is that of the device where it declares one. */
export type TimeReader = (value: unknown, zone: string | undefined) => number | Unreadable;

const noTime: Unreadable = { why: 'the time can not be read in the declared format' };
const noZone: Unreadable = { why: 'the time has no zone and neither the device nor the configuration declares one' };

/** The range of `Date`, which every instant must be able to become. */
const furthest = 8.64e15;

const bounded = (instant: number): number | Unreadable =>
  Number.isFinite(instant) && Math.abs(instant) <= furthest ? Math.round(instant) + 0 : noTime;

const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  if (value instanceof SpelledNumber) return value.value;
  return typeof value === 'string' ? numberIn(value) : undefined;
};

const zones = new Map<string, Zone | undefined>();

/** Zones of devices come with every record; reading a name again costs more than the time itself. */
const knownZone = (text: string): Zone | undefined => {
  if (!zones.has(text)) {
    if (zones.size >= 1000) zones.clear();
    zones.set(text, zoneOf(text));
  }
  return zones.get(text);
};

/** Days since 1899-12-30 (Delphi's TDateTime) to Unix time's origin. */
const daysToEpoch = 25_569;

/** A wall clock as if it were UTC, in the zone that is declared; parts below a second are kept. */
const wallClock = (wall: number, zone: Zone | undefined): number | Unreadable => {
  if (zone === undefined) return noZone;
  const whole = Math.floor(wall / 1000) * 1000;
  const date = new Date(whole);
  if (Number.isNaN(date.getTime())) return noTime;
  const time = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
  return bounded(instantIn(time, zone) + (wall - whole));
};

type Read = (value: unknown, zone: Zone | undefined) => number | Unreadable;

const dateTime = (days: number, zone: Zone | undefined) =>
  wallClock(Math.round((days - daysToEpoch) * 86_400_000), zone);

const formats: Readonly<Record<string, Read>> = {
  'epoch-ms': (value) => bounded(numberOf(value) ?? Number.NaN),
  'epoch-s': (value) => bounded((numberOf(value) ?? Number.NaN) * 1000),
  tdatetime: (value, zone) => {
    const days = numberOf(value);
    return days === undefined ? noTime : dateTime(days, zone);
  },
  // NOVUS LogBox manual: Unix seconds or TDateTime by the logger's own configuration. A date before 2173 is under 100 000 days.
  'tdatetime-or-epoch-s': (value, zone) => {
    const number = numberOf(value);
    if (number === undefined) return noTime;
    return number < 100_000 ? dateTime(number, zone) : bounded(number * 1000);
  },
};

const isoReader =
  (own: string | undefined): TimeReader =>
  (value, zone) => {
    if (typeof value !== 'string') return noTime;
    const where = zone ?? own;
    if (where !== undefined && knownZone(where) === undefined) return { why: `"${where}" is no time zone` };
    const found = parseInstant(value, where === 'UTC' ? 'Z' : where);
    if (found !== undefined) return found;
    return parseInstant(value, 'Z') === undefined ? noTime : noZone;
  };

const patternReader = (format: string, at: At): Read => {
  const pattern = compilePattern(format, at);
  return (value, zone) => {
    const text = value instanceof SpelledNumber ? value.text : value;
    const time = typeof text === 'string' || typeof text === 'number' ? pattern.read(String(text)) : undefined;
    if (time === undefined) return noTime;
    const where = time.offset === undefined ? zone : { offset: time.offset };
    return where === undefined ? noZone : bounded(instantIn(time, where) + time.millisecond);
  };
};

/**
 * How a vendor writes instants: `epoch-ms`, `epoch-s`, `iso`, `tdatetime`, `tdatetime-or-epoch-s` or a pattern. A time without a
 * zone needs one of the device or of the configuration; without it is refused.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const compileReader = (format: string, zone: string | undefined, at: At): TimeReader => {
  if (/^(epoch|tdate|unix)/.test(format) && formats[format] === undefined)
    return refuse(at, `"${format}" is no time format; there are ${Object.keys(formats).join(', ')}, iso and patterns`);
  const own = zone === undefined ? undefined : compileZone(zone, at);
  if (format === 'iso') return isoReader(zone);
  const read = formats[format] ?? patternReader(format, at);
  return (value, device) => {
    const where = device === undefined ? own : knownZone(device);
    if (device !== undefined && where === undefined) return { why: `"${device}" is no time zone` };
    return read(value, where);
  };
};
