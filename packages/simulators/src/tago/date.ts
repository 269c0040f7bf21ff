import { parseInstant } from '@caudal/core';

const units: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

const monthsBack = (now: number, months: number): number => {
  const date = new Date(now);
  return date.setUTCMonth(date.getUTCMonth() - months);
};

/**
 * A date parameter as UTC milliseconds: ISO 8601, `YYYY-MM-DD HH:mm:ss`, a date alone, or a span back from now (`1 day`,
 * `2 months`). Without a zone it is UTC. Undefined when it is none of these.
 */
export const parseTagoDate = (text: string, now: number): number | undefined => {
  const span = /^(\d+)\s*(second|minute|hour|day|week|month|year)s?$/i.exec(text.trim());
  if (span === null) return parseInstant(text, 'Z');
  const count = Number(span[1]);
  const unit = (span[2] ?? '').toLowerCase();
  if (unit === 'month') return monthsBack(now, count);
  if (unit === 'year') return monthsBack(now, count * 12);
  return now - count * (units[unit] ?? 0);
};
