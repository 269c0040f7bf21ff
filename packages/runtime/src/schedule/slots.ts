import { toCaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { ScheduleSlot } from '../store/rows.ts';
import { countBetween, newestAt, type Timing, timingText } from './occurrences.ts';
import type { ScheduleName } from './schedule-table.ts';
import { calendarsOf, noteSince, nameOf } from './calendars.ts';

const minute = 60_000;

/** Whoever took a slot has so long before somebody else may. */
const takenMs = 10 * minute;
const againMs = 2 * minute;
const openAtMost = 100;

/** A slot in hand: to be ended, however it goes. */
export interface Taken {
  /** The schedule, with the zone where it has several. */
  readonly key: string;
  readonly slot: number;
  readonly askedBy: string | null;
}

export type SlotResult = NonNullable<ScheduleSlot['result']>;

/** The slots of one schedule, as one stage takes them. */
export interface Slots {
  /**
   * The slot that is due, taken: nobody else gets it. Of several that passed while nothing ran, the newest is done late; the others are
   * counted as missed. Before them come those that somebody asked for, and those whose taker never ended them.
   */
  take(now: number): Promise<Taken | undefined>;
  end(taken: Taken, result: SlotResult): Promise<void>;
  /** To be taken again soon, twice at most. */
  failed(taken: Taken, thrown: unknown): Promise<void>;
}

export const createSlots = (services: Services, name: ScheduleName): Slots => {
  const { store, clock, metrics } = services;
  const log = services.log.stream('system', { schedule: name });
  /** Newest slots of the calendar that are known to be taken, by key. */
  const known = new Map<string, number>();
  const inForce = new Map<string, { readonly timing: string; readonly since: number }>();

  const sinceOf = async (key: string, timing: Timing | null, now: number): Promise<number> => {
    const text = timing === null ? 'off' : timingText(timing);
    const noted = inForce.get(key);
    if (noted?.timing === text) return noted.since;
    const since = await noteSince(services, key, timing, now);
    inForce.set(key, { timing: text, since });
    return since;
  };

  const takeOpen = async (now: number): Promise<Taken | undefined> => {
    for (const open of await store.read.openSlots(now, openAtMost)) {
      if (nameOf(open.schedule) !== name || !services.options.schedules[name].enabled) continue;
      const { schedule, slot, askedBy, missed } = open;
      if ((await store.write.takeSlot({ schedule, slot, at: now, until: now + takenMs, missed })) === null) continue;
      return { key: schedule, slot, askedBy };
    }
    return undefined;
  };

  const takeDue = async (now: number): Promise<Taken | undefined> => {
    for (const { key, timing, enabled } of calendarsOf(services, name)) {
      const since = await sinceOf(key, enabled ? timing : null, now);
      if (!enabled) continue;
      const slot = newestAt(timing, now);
      if (slot < since || slot <= (known.get(key) ?? -Infinity)) continue;
      const last = (await store.read.lastSlot(key)) ?? -Infinity;
      known.set(key, Math.max(slot, last));
      if (slot <= last) continue;
      // The instant since which it is in force may be an occurrence itself.
      const missed = countBetween(timing, Math.max(last, since - 1), slot);
      if ((await store.write.takeSlot({ schedule: key, slot, at: now, until: now + takenMs, missed })) === null)
        continue;
      if (missed > 0) {
        metrics.add('caudal_schedule_missed_total', { schedule: name }, missed);
        log.warn(
          { key, missed, slot: new Date(slot).toISOString() },
          `${missed} slots of ${name} passed while nothing took them`,
        );
      }
      return { key, slot, askedBy: null };
    }
    return undefined;
  };

  return {
    take: async (now) => (await takeOpen(now)) ?? takeDue(now),
    async end({ key, slot }, result) {
      await store.write.endSlot({ schedule: key, slot, at: clock.now(), result, error: null });
      metrics.add('caudal_schedule_slots_total', { schedule: name, outcome: 'done' });
    },
    async failed({ key, slot }, thrown) {
      const at = clock.now();
      const error = services.redact.text(toCaudalError(thrown, name).message);
      await store.write.endSlot({ schedule: key, slot, at, result: null, error, againAt: at + againMs });
      metrics.add('caudal_schedule_slots_total', { schedule: name, outcome: 'failed' });
      log.error({ key, error: thrown, slot: new Date(slot).toISOString() }, `${name} failed`);
    },
  };
};

/** Does the slots that are due. What fails is noted with the slot, and keeps nothing else of the stage from going on. */
export const runSlots = async (
  slots: Slots,
  now: number,
  work: (taken: Taken) => Promise<SlotResult>,
): Promise<void> => {
  for (let taken = await slots.take(now); taken !== undefined; taken = await slots.take(now)) {
    try {
      await slots.end(taken, await work(taken));
    } catch (thrown) {
      await slots.failed(taken, thrown);
    }
  }
};
