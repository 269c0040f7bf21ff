import type { Calendar } from '@caudal/core';
import { contentHash, type Domain, type ObligationInfo } from '../config/domain.ts';
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
  /** Content hash of obligation and target: what a quarantined submission waits to see changed. */
  readonly configuration: string;
}

/** Every obligation whose target and standard are configured. */
export const owedBy = ({ domain, plugins }: Pick<Services, 'domain' | 'plugins'>): ReadonlyMap<string, Owed> => {
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

/** Creates the submission of every slot up to now, whether or not data came. Answers how many are new. */
export const expectSlots = async (services: Services, owed: ReadonlyMap<string, Owed>): Promise<number> => {
  const now = services.clock.now();
  const rows: NewSubmission[] = [];
  for (const { obligation, target, calendar } of owed.values()) {
    if (!isOwing(services.domain, obligation)) continue;
    const newest = await services.store.read.newestSlot(obligation.id);
    const from =
      newest === null
        ? Math.max(obligation.fromAt, now - services.options.comply.lookBackHours * 60 * minute)
        : newest + 1;
    const offset = target.profile.utcOffsetMinutes;
    for (const slot of slotsBetween(calendar, from, Math.min(now, obligation.toAt - 1), offset, slotsAtOnce)) {
      rows.push({
        id: contentHash({ obligation: obligation.id, slot }),
        obligation: obligation.id,
        target: target.name,
        work: obligation.work.code,
        slot,
        nextAt: slot + minutes(obligation.waitMinutes, 15),
        dueAt: slot + calendar.dueMs,
        maxLagAt: maxLagOf(calendar, slot, offset),
      });
    }
  }
  return rows.length === 0 ? 0 : services.store.write.expectSubmissions(rows);
};
