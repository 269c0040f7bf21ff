import { CaudalError } from '@caudal/core';
import { type Named, named } from '../access/author-names.ts';
import { calendarsOf, inForceSince, type ScheduleCalendar } from '../schedule/calendars.ts';
import { countBetween, nextAfter, timingText } from '../schedule/occurrences.ts';
import { type ScheduleName, scheduleNames, scheduleTable } from '../schedule/schedule-table.ts';
import type { Services } from '../services.ts';
import type { ScheduleSlot } from '../store/rows.ts';

const minute = 60_000;
const day = 86_400_000;

/** Missed slots are counted over so many days. */
const missedDays = 7;
/** A slot that nobody took for so long is late: longer than any stage rests by default. */
const graceMs = 2 * minute;

/** `off`; `waiting` for its next slot; `asked` for; `running`; `failed` the last time; `late`: a slot is due and nobody took it. */
export type ScheduleState = 'off' | 'waiting' | 'asked' | 'running' | 'failed' | 'late';

const stateOf = (enabled: boolean, last: ScheduleSlot | null, overdue: number, now: number): ScheduleState => {
  if (!enabled) return 'off';
  if (last !== null && last.endedAt === null && last.attempts === 0) return 'asked';
  if (last !== null && last.endedAt === null && last.until > now && last.error === null) return 'running';
  if (overdue > 0) return 'late';
  return last !== null && (last.error !== null || last.endedAt === null) ? 'failed' : 'waiting';
};

/** A slot with who asked for it by name; null where the calendar did. */
export type ShownSlot = Named<ScheduleSlot, string | null>;

const slotsOf = async ({ store }: Services, schedule: string, limit: number): Promise<readonly ShownSlot[]> =>
  named(store, await store.read.slotList({ schedule, limit }), ({ askedBy }) => askedBy);

const rowOf = async (
  services: Services,
  name: ScheduleName,
  calendar: ScheduleCalendar,
  missed: ReadonlyMap<string, number>,
) => {
  const { store, clock, options } = services;
  const now = clock.now();
  const { key, timing, enabled } = calendar;
  const { does, stage } = scheduleTable[name];
  const [last = null] = await slotsOf(services, key, 1);
  const since = await inForceSince(services, calendar);
  const taken = (await store.read.lastSlot(key)) ?? -Infinity;
  const patience = graceMs + (stage === 'maintain' ? options.maintain.tickMs : options[stage].tickMs);
  const overdue = enabled && since !== null ? countBetween(timing, Math.max(taken, since - 1), now - patience + 1) : 0;
  return {
    name,
    zone: 'zone' in timing ? timing.zone : null,
    at: 'at' in timing ? timing.at : null,
    everyMinutes: 'everyMinutes' in timing ? timing.everyMinutes : null,
    does,
    stage,
    /** In words: `every 5 min`, `daily at 02:00 America/Santiago`. */
    when: timingText(timing),
    state: stateOf(enabled, last, overdue, now),
    last,
    next: enabled ? nextAfter(timing, now) : null,
    /** Slots of the last days that nobody took: those found later, and those that are late now. */
    missed: (missed.get(key) ?? 0) + overdue,
  };
};

/** Every schedule as it stands: last and next slot, how many were missed. One that goes by the owners' zones comes once for each. */
export const schedulesNow = async (services: Services) => {
  const { store, clock } = services;
  const missed = new Map(
    (await store.read.missedSlots(clock.now() - missedDays * day)).map((row) => [row.schedule, row.missed]),
  );
  const rows = scheduleNames.flatMap((name) =>
    calendarsOf(services, name).map((calendar) => rowOf(services, name, calendar, missed)),
  );
  return { at: clock.now(), missedDays, schedules: await Promise.all(rows) };
};

export type SchedulesNow = Awaited<ReturnType<typeof schedulesNow>>;
export type ScheduleNow = SchedulesNow['schedules'][number];

const isName = (name: string): name is ScheduleName => Object.hasOwn(scheduleTable, name);

const calendarsNamed = (services: Services, name: string, zone?: string): readonly ScheduleCalendar[] => {
  const found = isName(name) ? calendarsOf(services, name) : [];
  const wanted = found.filter(({ timing }) => zone === undefined || ('zone' in timing && timing.zone === zone));
  if (wanted.length > 0) return wanted;
  throw new CaudalError(
    'config',
    `there is no schedule ${name}${zone === undefined ? '' : ` in ${zone}`}; there are ${scheduleNames.join(', ')}`,
    { sent: 'no', scope: 'item' },
  );
};

/** What the slots of a schedule came to, newest first. */
export const scheduleSlots = async (
  services: Services,
  { name, zone, limit = 20 }: { readonly name: string; readonly zone?: string; readonly limit?: number },
): Promise<readonly ShownSlot[]> => {
  const rows = await Promise.all(calendarsNamed(services, name, zone).map(({ key }) => slotsOf(services, key, limit)));
  return rows
    .flat()
    .toSorted((a, b) => b.slot - a.slot)
    .slice(0, limit);
};

/** A slot at once, beside those of the calendar: taken by whatever runs, or by the next that starts. */
export const runSchedule = async (
  services: Services,
  { name, zone }: { readonly name: string; readonly zone?: string },
  actor: string,
): Promise<{ asked: number }> => {
  const { store, clock } = services;
  const at = clock.now();
  let asked = 0;
  for (const { key, enabled } of calendarsNamed(services, name, zone)) {
    if (!enabled)
      throw new CaudalError('config', `${name} is switched off in the configuration`, { sent: 'no', scope: 'item' });
    const entry = { at, actor, act: `schedule run at once: ${key}`, subject: `schedule:${name}`, hash: null };
    if (await store.write.askSlot({ schedule: key, at, by: actor }, entry)) asked += 1;
  }
  if (isName(name)) services.wake(scheduleTable[name].stage);
  return { asked };
};
