import type { Calendar } from '@caudal/core';
import { contentHash, type Domain, type ObligationInfo } from '../config/domain.ts';
import { secretsIn } from '../config/secret-references.ts';
import type { TargetEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { NewSubmission, Owing } from '../store/store.ts';
import { maxLagOf, slotsBetween } from './calendar.ts';

const minute = 60_000;
const slotsAtOnce = 2_000;

/** An obligation with everything its submissions need. */
export interface Owed {
  readonly obligation: ObligationInfo;
  readonly target: TargetEntry;
  readonly calendar: Calendar;
  readonly delivery: 'online' | 'manual';
  /** Whether everything is done but the sending. */
  readonly shadow: boolean;
  /** What its late sends keep their distance in: its work, its informant, or the whole target. */
  readonly lane: string;
  /** Content hash of obligation and target: what a quarantined submission waits to see changed. */
  readonly configuration: string;
}

/** An informant is known by the secrets of its works, the same that a refused password pauses. */
const laneOf = (target: TargetEntry, { work }: ObligationInfo): string => {
  const { per } = target.profile.backlogSpacing;
  const lanes = {
    work: () => [work.code],
    informant: () => secretsIn(target.definition.work, work.settings).map(({ text }) => text),
    instance: () => [],
  };
  return [target.name, per, ...lanes[per]().toSorted()].join(' ');
};

/** Every obligation whose target and standard are configured. */
export const owedBy = ({
  domain,
  plugins,
  options,
}: Pick<Services, 'domain' | 'plugins' | 'options'>): ReadonlyMap<string, Owed> => {
  const owed = new Map<string, Owed>();
  for (const obligation of domain.obligations.values()) {
    const target = plugins.targets.get(obligation.target);
    const calendar = target?.profile.standards[obligation.standard];
    if (target === undefined || calendar === undefined) continue;
    const { id, version } = target.definition;
    owed.set(obligation.id, {
      obligation,
      target,
      calendar,
      delivery: obligation.delivery ?? calendar.delivery,
      shadow: obligation.shadow === true || options.comply.shadow.includes(target.name),
      lane: laneOf(target, obligation),
      configuration: contentHash({ obligation: obligation.version, target: { id, version, config: target.config } }),
    });
  }
  return owed;
};

/** An obligation owes nothing new while every point behind it is INACTIVE. */
const isOwing = (domain: Domain, obligation: ObligationInfo) =>
  Object.values(obligation.members).some(
    ({ series }) => domain.points.get(domain.series.get(series)?.point ?? '')?.state !== 'INACTIVE',
  );

/** The next slot that an obligation will owe; null when it will owe none as things stand. */
export const nextSlotOf = (domain: Domain, { obligation, target, calendar }: Owed, now: number): number | null =>
  isOwing(domain, obligation)
    ? (slotsBetween(
        calendar,
        Math.max(now, obligation.fromAt),
        obligation.toAt - 1,
        target.profile.utcOffsetMinutes,
        1,
      )[0] ?? null)
    : null;

export const minutes = (value: number | undefined, otherwise: number) => (value ?? otherwise) * minute;

/** The submission of one slot, as it is created. */
export const slotOf = ({ obligation, target, calendar }: Owed, slot: number): NewSubmission => ({
  id: contentHash({ obligation: obligation.id, slot }),
  obligation: obligation.id,
  target: target.name,
  work: obligation.work.code,
  slot,
  nextAt: slot + minutes(obligation.waitMinutes, 15),
  dueAt: slot + calendar.dueMs,
  maxLagAt: maxLagOf(calendar, slot, target.profile.utcOffsetMinutes),
  ...(slot < obligation.cutoverAt ? { elsewhere: 'before the cutover: another system owed it' } : {}),
});

/** Slots up to now that have no submission yet, oldest first; another system's are among them. */
const slotsToCreate = async (
  { domain, store, clock, options }: Pick<Services, 'domain' | 'store' | 'clock' | 'options'>,
  one: Owed,
  known: number | undefined,
): Promise<readonly number[]> => {
  const { obligation, target, calendar } = one;
  if (!isOwing(domain, obligation)) return [];
  const now = clock.now();
  const newest = known ?? (await store.read.newestSlot(obligation.id));
  const from =
    newest === null ? Math.max(obligation.fromAt, now - options.comply.lookBackHours * 60 * minute) : newest + 1;
  const to = Math.min(now, obligation.toAt - 1);
  return slotsBetween(calendar, from, to, target.profile.utcOffsetMinutes, slotsAtOnce);
};

/**
 * What is owed by the calendar and has no row yet, as after a stop, or while nothing creates rows: deadlines do not wait for them. At most
 * two thousand of an obligation are counted.
 */
export const uncreated = async (
  services: Pick<Services, 'domain' | 'store' | 'clock' | 'options'>,
  owed: ReadonlyMap<string, Owed>,
): Promise<readonly Owing[]> => {
  const found: Owing[] = [];
  const now = services.clock.now();
  for (const one of owed.values()) {
    const slots = (await slotsToCreate(services, one, undefined)).filter((slot) => slot >= one.obligation.cutoverAt);
    const [first] = slots;
    if (first === undefined) continue;
    const due = slots.map((slot) => slot + one.calendar.dueMs);
    found.push({
      obligation: one.obligation.id,
      state: 'expected',
      count: slots.length,
      oldestSlot: first,
      nearestDueAt: due[0] as number,
      nextDueAt: due.find((at) => at >= now) ?? null,
      nearestMaxLagAt: slotOf(one, first).maxLagAt,
    });
  }
  return found;
};

/**
 * Creates the submission of every slot up to now, whether or not data came. Answers how many are new.
 *
 * @param newestSlots by obligation, kept by a caller that asks again and again: what it created need not be looked up
 */
export const expectSlots = async (
  services: Services,
  owed: ReadonlyMap<string, Owed>,
  newestSlots = new Map<string, number>(),
): Promise<number> => {
  const rows: NewSubmission[] = [];
  for (const one of owed.values())
    for (const slot of await slotsToCreate(services, one, newestSlots.get(one.obligation.id)))
      rows.push(slotOf(one, slot));
  if (rows.length === 0) return 0;
  const created = await services.store.write.expectSubmissions(rows);
  for (const { obligation, slot } of rows) newestSlots.set(obligation, slot);
  return created;
};
