import { zones } from '../../time.ts';

const hour = 3_600_000;

/** The offset of a zone at an instant, milliseconds ahead of UTC. */
const offsetAt = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return there - Math.floor(at / 1000) * 1000;
};

/** Local midnight of a civil day, UTC milliseconds; where a change of the clock skips midnight, the first instant of the day. */
const midnight = (year: number, month: number, day: number): number => {
  const there = Date.UTC(year, month - 1, day);
  const guess = there - offsetAt(there, zones.people);
  const found = there - offsetAt(guess, zones.people);
  const civil = (at: number) => new Date(at + offsetAt(at, zones.people)).getUTCDate();
  return civil(found) === new Date(there).getUTCDate() ? found : found + hour;
};

/** A day by hours (`2026-03-14`) or a month by days (`2026-03`), in Santiago; undefined for anything else. */
export const spanOf = (
  name: string,
): { readonly from: number; readonly to: number; readonly window: 'hour' | 'day' } | undefined => {
  const found = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(name);
  if (found === null) return undefined;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  if (found[3] === undefined)
    return { from: midnight(year, month, 1), to: midnight(year, month + 1, 1), window: 'day' };
  return { from: midnight(year, month, day), to: midnight(year, month, day + 1), window: 'hour' };
};

/** Today and this month in Santiago, as inputs of a page write them. */
export const today = (now: number): { readonly day: string; readonly month: string } => {
  const day = new Date(now + offsetAt(now, zones.people)).toISOString().slice(0, 10);
  return { day, month: day.slice(0, 7) };
};
