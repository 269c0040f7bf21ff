import type { Calendar } from '@caudal/core';
import { contentHash, type Domain, type ObligationInfo } from '../config/domain.ts';
import { secretsIn } from '../config/secret-references.ts';
import type { TargetEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import type { NewSubmission } from '../store/store.ts';
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
  const now = services.clock.now();
  const rows: NewSubmission[] = [];
  for (const one of owed.values()) {
    const { obligation, target, calendar } = one;
    if (!isOwing(services.domain, obligation)) continue;
    const newest = newestSlots.get(obligation.id) ?? (await services.store.read.newestSlot(obligation.id));
    const from =
      newest === null
        ? Math.max(obligation.fromAt, now - services.options.comply.lookBackHours * 60 * minute)
        : newest + 1;
    const offset = target.profile.utcOffsetMinutes;
    for (const slot of slotsBetween(calendar, from, Math.min(now, obligation.toAt - 1), offset, slotsAtOnce)) {
      rows.push(slotOf(one, slot));
    }
  }
  if (rows.length === 0) return 0;
  const created = await services.store.write.expectSubmissions(rows);
  for (const { obligation, slot } of rows) newestSlots.set(obligation, slot);
  return created;
};
