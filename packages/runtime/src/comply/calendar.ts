import { type Calendar, civilAtOffset, instantAtOffset } from '@caudal/core';

const minute = 60_000;
const steps = { minute, hour: 60 * minute, day: 1_440 * minute } as const;

/** First slot at or after an instant. Civil time is the regulator's fixed offset. */
const slotAtOrAfter = (calendar: Calendar, instant: number, offsetMinutes: number): number => {
  if (calendar.every === 'month' || calendar.every === 'year') {
    const months = calendar.every === 'month' ? undefined : new Set(calendar.months ?? [1]);
    const time = civilAtOffset(instant, offsetMinutes);
    for (let ahead = 0; ; ahead += 1) {
      const month = time.month - 1 + ahead;
      const slot = instantAtOffset(
        { year: time.year + Math.floor(month / 12), month: (month % 12) + 1, day: 1, hour: 0, minute: 0, second: 0 },
        offsetMinutes,
      );
      if (slot >= instant && (months === undefined || months.has((month % 12) + 1))) return slot;
    }
  }
  const step = steps[calendar.every] * (calendar.step ?? 1);
  const shift = offsetMinutes * minute;
  return Math.ceil((instant + shift) / step) * step - shift;
};

/** Slots in [from, to], at most `limit`. */
export const slotsBetween = (
  calendar: Calendar,
  from: number,
  to: number,
  offsetMinutes: number,
  limit: number,
): number[] => {
  const slots: number[] = [];
  for (
    let slot = slotAtOrAfter(calendar, from, offsetMinutes);
    slot <= to && slots.length < limit;
    slot = slotAtOrAfter(calendar, slot + 1, offsetMinutes)
  ) {
    slots.push(slot);
  }
  return slots;
};

/** Until when a slot may be sent before it is a transmission failure. */
export const maxLagOf = (calendar: Calendar, slot: number, offsetMinutes: number): number => {
  const { maxLag } = calendar;
  if ('ms' in maxLag) return slot + maxLag.ms;
  const time = civilAtOffset(slot, offsetMinutes);
  const month = time.month - 1 + maxLag.months;
  return instantAtOffset({ ...time, year: time.year + Math.floor(month / 12), month: (month % 12) + 1 }, offsetMinutes);
};

/** Midnight that begins the next calendar day of the regulator. */
export const nextCalendarDay = (instant: number, offsetMinutes: number): number =>
  slotAtOrAfter({ every: 'day', dueMs: 0, maxLag: { ms: 0 }, delivery: 'online' }, instant + 1, offsetMinutes);
