import type { Calendar } from '@caudal/core';
import { contentHash, type Domain, type ObligationInfo } from '../config/domain.ts';
import { secretsIn } from '../config/secret-references.ts';
import type { TargetEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { NewSubmission, Owing } from '../store/store.ts';
import { maxLagOf, slotsBetween } from './calendar.ts';

const minute = 60_000;
const slotsAtOnce = 2_000;
/** Of all obligations together: a first start may owe weeks of each. */
const rowsAtOnce = 20_000;
const obligationsAtOnce = 5_000;

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

/** What is known of the slots that have a row, so that a look at which nothing is new asks for nothing, however many obligations there are. */
export interface KnownSlots {
  /** Newest slot with a row by obligation; null: none has one. A later one may have come to have one since. */
  readonly newest: Map<string, number | null>;
  /** What the look was at that found nothing new from `quietFrom`, when it was made, until `quietUntil`. */
  owed: ReadonlyMap<string, Owed> | undefined;
  quietFrom: number;
  quietUntil: number;
}

export const nothingKnown = (): KnownSlots => ({
  newest: new Map(),
  owed: undefined,
  quietFrom: Infinity,
  quietUntil: -Infinity,
});

/** From then on everything is looked up again. */
export const forgetSlots = (known: KnownSlots): void => {
  known.newest.clear();
  known.quietUntil = -Infinity;
};

type Looking = Pick<Services, 'domain' | 'store' | 'clock' | 'options'>;

const lookUpNewest = async (
  { store }: Looking,
  obligations: readonly string[],
  newest: Map<string, number | null>,
): Promise<void> => {
  for (let first = 0; first < obligations.length; first += obligationsAtOnce) {
    const some = obligations.slice(first, first + obligationsAtOnce);
    const found = await store.read.newestSlots(some);
    for (const [index, id] of some.entries()) newest.set(id, found[index] ?? null);
  }
};

/** From where an obligation may owe a slot that has no row. */
const openFrom = ({ obligation }: Owed, newest: number | null, now: number, lookBackHours: number): number =>
  newest === null ? Math.max(obligation.fromAt, now - lookBackHours * 60 * minute) : newest + 1;

/**
 * Obligations with slots up to now that have no submission yet.
 *
 * @param visit gets the slots, oldest first, another system's among them; answers whether to go on
 */
const eachUncreated = async (
  services: Looking,
  owed: ReadonlyMap<string, Owed>,
  known: KnownSlots,
  visit: (one: Owed, slots: readonly number[]) => boolean,
): Promise<void> => {
  const { domain, clock, options } = services;
  const now = clock.now();
  // A clock that was set back is at an instant that nothing was found out about.
  if (known.owed === owed && known.quietFrom <= now && now < known.quietUntil) return;
  const owing = [...owed.values()].filter(({ obligation }) => isOwing(domain, obligation));
  const between = ({ obligation, target, calendar }: Owed, from: number, to: number, limit: number) =>
    slotsBetween(calendar, from, Math.min(to, obligation.toAt - 1), target.profile.utcOffsetMinutes, limit);
  const since = (one: Owed) =>
    openFrom(one, known.newest.get(one.obligation.id) ?? null, now, options.comply.lookBackHours);
  // Of what was looked up before, a row may have come since only where a slot has.
  await lookUpNewest(
    services,
    owing.flatMap((one) =>
      !known.newest.has(one.obligation.id) || between(one, since(one), now, 1).length > 0 ? [one.obligation.id] : [],
    ),
    known.newest,
  );
  let quiet = true;
  for (const one of owing) {
    const slots = between(one, since(one), now, slotsAtOnce);
    if (slots.length === 0) continue;
    quiet = false;
    if (!visit(one, slots)) break;
  }
  known.owed = owed;
  known.quietFrom = now;
  known.quietUntil = quiet
    ? owing.reduce(
        (soonest, one) => Math.min(soonest, between(one, Math.max(now + 1, since(one)), Infinity, 1)[0] ?? Infinity),
        Infinity,
      )
    : -Infinity;
};

/**
 * What is owed by the calendar and has no row yet, as after a stop, or while nothing creates rows: deadlines do not wait for them. At most
 * two thousand of an obligation are counted.
 *
 * @param known kept by a caller that asks again and again
 */
export const uncreated = async (
  services: Looking,
  owed: ReadonlyMap<string, Owed>,
  known = nothingKnown(),
): Promise<readonly Owing[]> => {
  const found: Owing[] = [];
  const now = services.clock.now();
  await eachUncreated(services, owed, known, (one, all) => {
    const slots = all.filter((slot) => slot >= one.obligation.cutoverAt);
    const [first] = slots;
    if (first === undefined) return true;
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
    return true;
  });
  return found;
};

/**
 * Creates the submission of every slot up to now, whether or not data came, some at a time. Answers how many are new: at 0 all are there.
 *
 * @param known kept by a caller that asks again and again
 */
export const expectSlots = async (
  services: Services,
  owed: ReadonlyMap<string, Owed>,
  known = nothingKnown(),
): Promise<number> => {
  const rows: NewSubmission[] = [];
  await eachUncreated(services, owed, known, (one, slots) => {
    for (const slot of slots) rows.push(slotOf(one, slot));
    return rows.length < rowsAtOnce;
  });
  if (rows.length === 0) return 0;
  const created = await services.store.write.expectSubmissions(rows);
  for (const { obligation, slot } of rows) known.newest.set(obligation, slot);
  return created;
};
