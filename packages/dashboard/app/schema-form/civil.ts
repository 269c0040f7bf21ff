import { zones } from '../time.ts';

const parts = new Intl.DateTimeFormat('en-US', {
  timeZone: zones.people,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** What clocks of people show at an instant, `2026-01-31T09:30:00`. */
export const civilOf = (instant: string): string => {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return '';
  const of = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${of['year']}-${of['month']}-${of['day']}T${of['hour']}:${of['minute']}:${of['second']}`;
};

const offsetAt = (at: number): number =>
  Date.parse(`${civilOf(new Date(at).toISOString())}Z`) - Math.floor(at / 1000) * 1000;

/** The instant at which clocks of people show this, with their offset: `2026-01-31T09:30:00-03:00`. */
export const instantOf = (civil: string): string | undefined => {
  const naive = Date.parse(`${civil}Z`);
  if (Number.isNaN(naive)) return undefined;
  const offset = offsetAt(naive - offsetAt(naive));
  const minutes = Math.abs(offset) / 60_000;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${new Date(naive).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
