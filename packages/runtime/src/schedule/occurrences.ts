import { civilInZone, instantInZone } from '@caudal/core';

const minute = 60_000;
const day = 86_400_000;

/** When something happens: every so many minutes of UTC, or once a civil day at a time of day of a zone. */
export type Timing = { readonly everyMinutes: number } | { readonly at: string; readonly zone: string };

/** For people, and to tell whether a timing was changed. */
export const timingText = (timing: Timing): string =>
  'at' in timing ? `daily at ${timing.at} ${timing.zone}` : `every ${timing.everyMinutes} min`;

/**
 * The occurrence of each of these civil days, counted from the day of an instant. Where the clock is set forward over the time of day, it is
 * as much later; where it is set back over it, the first of the two: one a day, on every day.
 */
const daily = (
  { at, zone }: { readonly at: string; readonly zone: string },
  instant: number,
  days: readonly number[],
) => {
  const today = civilInZone(instant, zone);
  const [hour, past] = at.split(':').map(Number);
  return days.map((offset) => {
    const date = new Date(Date.UTC(today.year, today.month - 1, today.day) + offset * day);
    return instantInZone(
      {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: hour ?? 0,
        minute: past ?? 0,
        second: 0,
      },
      zone,
    );
  });
};

/** The newest occurrence at or before an instant. */
export const newestAt = (timing: Timing, instant: number): number => {
  if ('at' in timing) return Math.max(...daily(timing, instant, [-2, -1, 0, 1]).filter((at) => at <= instant));
  const every = timing.everyMinutes * minute;
  return Math.floor(instant / every) * every;
};

/** The first occurrence after an instant. */
export const nextAfter = (timing: Timing, instant: number): number => {
  if ('at' in timing) return Math.min(...daily(timing, instant, [-1, 0, 1, 2]).filter((at) => at > instant));
  const every = timing.everyMinutes * minute;
  return (Math.floor(instant / every) + 1) * every;
};

/** Days are counted one by one; more than this is not counted. */
const mostDays = 4_000;

/** How many occurrences lie between two, both left out. */
export const countBetween = (timing: Timing, after: number, before: number): number => {
  if (before <= after) return 0;
  if (!('at' in timing)) {
    const every = timing.everyMinutes * minute;
    return Math.max(0, Math.ceil(before / every) - Math.floor(after / every) - 1);
  }
  let count = 0;
  for (let at = nextAfter(timing, after); at < before && count < mostDays; at = nextAfter(timing, at)) count += 1;
  return count;
};
