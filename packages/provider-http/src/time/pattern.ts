import type { CivilTime } from '@caudal/core';
import { type At, refuse } from '../refuse.ts';

/** A civil time with its fraction, and its offset where the text has one. */
export interface PatternTime extends CivilTime {
  readonly millisecond: number;
  /** Minutes east of UTC. */
  readonly offset?: number;
}

interface Token {
  readonly read: string;
  write(time: PatternTime): string;
}

const two = (value: number) => String(value).padStart(2, '0');

/** By letters, as in Unicode's date field symbols (UTS 35). */
const tokens: Readonly<Record<string, Token>> = {
  yyyy: { read: String.raw`(?<year>\d{4})`, write: ({ year }) => String(year).padStart(4, '0') },
  MM: { read: String.raw`(?<month>\d{2})`, write: ({ month }) => two(month) },
  M: { read: String.raw`(?<month>\d{1,2})`, write: ({ month }) => String(month) },
  dd: { read: String.raw`(?<day>\d{2})`, write: ({ day }) => two(day) },
  d: { read: String.raw`(?<day>\d{1,2})`, write: ({ day }) => String(day) },
  HH: { read: String.raw`(?<hour>\d{2})`, write: ({ hour }) => two(hour) },
  H: { read: String.raw`(?<hour>\d{1,2})`, write: ({ hour }) => String(hour) },
  hh: { read: String.raw`(?<hour>\d{2})`, write: ({ hour }) => two(hour % 12 === 0 ? 12 : hour % 12) },
  h: { read: String.raw`(?<hour>\d{1,2})`, write: ({ hour }) => String(hour % 12 === 0 ? 12 : hour % 12) },
  a: { read: String.raw`(?<half>[AaPp])\.?[Mm]\.?`, write: ({ hour }) => (hour < 12 ? 'AM' : 'PM') },
  mm: { read: String.raw`(?<minute>\d{2})`, write: ({ minute }) => two(minute) },
  ss: { read: String.raw`(?<second>\d{2})`, write: ({ second }) => two(second) },
  SSS: {
    read: String.raw`(?<millisecond>\d{3})\d{0,6}`,
    write: ({ millisecond }) => String(millisecond).padStart(3, '0'),
  },
  XXX: {
    read: String.raw`(?<offset>Z|[+-]\d{2}:?\d{2})`,
    write: ({ offset = 0 }) =>
      offset === 0
        ? 'Z'
        : `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`,
  },
};

const splitter = /'((?:[^']|'')*)'|(yyyy|SSS|XXX|MM?|dd?|HH?|hh?|mm|ss|a)|([A-Za-z])|([^A-Za-z'])/g;

const offsetOf = (text: string): number => {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
};

const hourOf = (groups: Readonly<Record<string, string | undefined>>): number => {
  const hour = Number(groups['hour'] ?? 0);
  const { half } = groups;
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (/p/i.test(half) ? 12 : 0);
};

/** A pattern that reads and writes civil times. */
export interface Pattern {
  readonly hasOffset: boolean;
  /** The smallest step it can write, in milliseconds. */
  readonly resolution: number;
  /** Undefined for what does not fit, or is no date of the calendar. */
  read(text: string): PatternTime | undefined;
  write(time: PatternTime): string;
}

const real = ({ year, month, day, hour, minute, second }: PatternTime): boolean => {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month - 1, day);
  return (
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour >= 0 &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  );
};

/**
 * Compiles a pattern such as `dd-MM-yyyy HH:mm:ss`, `yyyyMMddHHmmss` or `yyyy-MM-dd'T'HH:mm:ssXXX`. Letters that are no field
 * stand between quotes.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const compilePattern = (text: string, at: At): Pattern => {
  const writers: ((time: PatternTime) => string)[] = [];
  const seen = new Set<string>();
  let source = '';
  let reached = 0;
  for (const match of text.matchAll(splitter)) {
    if (match.index !== reached) break;
    reached += match[0].length;
    const [, quoted, field, letter, other] = match;
    if (letter !== undefined)
      refuse(at, `"${letter}" is no field of a time pattern; put text between quotes, as in yyyy-MM-dd'T'HH:mm`);
    if (field === undefined) {
      const literal = other ?? (quoted === '' ? "'" : (quoted ?? '').replaceAll("''", "'"));
      source += literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      writers.push(() => literal);
      continue;
    }
    const kind = /^hh?$/i.test(field) ? 'hour' : field.charAt(0);
    if (seen.has(kind)) refuse(at, `the time pattern names "${field}" twice`);
    seen.add(kind);
    const token = tokens[field] as Token;
    source += token.read;
    writers.push((time) => token.write(time));
  }
  if (reached !== text.length) refuse(at, `"${text}" is no time pattern`);
  if (!seen.has('y') || !seen.has('M') || !seen.has('d')) refuse(at, 'a time pattern needs yyyy, MM and dd');
  if (/hh?/.test(text.replaceAll(/'[^']*'/g, '')) !== seen.has('a'))
    refuse(at, 'hours of half a day need a (AM, PM), and a needs hh');
  const expression = new RegExp(`^${source}$`);
  const resolution = seen.has('S')
    ? 1
    : seen.has('s')
      ? 1000
      : seen.has('m')
        ? 60_000
        : seen.has('hour')
          ? 3_600_000
          : 86_400_000;
  return {
    hasOffset: seen.has('X'),
    resolution,
    read: (value) => {
      const groups = expression.exec(value.trim())?.groups;
      if (groups === undefined) return undefined;
      const { offset } = groups;
      const time: PatternTime = {
        year: Number(groups['year']),
        month: Number(groups['month']),
        day: Number(groups['day']),
        hour: hourOf(groups),
        minute: Number(groups['minute'] ?? 0),
        second: Number(groups['second'] ?? 0),
        millisecond: Number(groups['millisecond'] ?? 0),
        ...(offset === undefined ? {} : { offset: offsetOf(offset) }),
      };
      return real(time) ? time : undefined;
    },
    write: (time) => writers.map((write) => write(time)).join(''),
  };
};
