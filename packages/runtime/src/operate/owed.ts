import { CaudalError } from '@caudal/core';
import { slotsBetween } from '../comply/calendar.ts';
import { nextSlotOf, type Owed, owedBy, uncreated } from '../comply/expect.ts';
import type { Services } from '../services.ts';
import { designStatusOf, type SubmissionState, unsent } from '../store/submission-states.ts';
import type { Owing } from '../store/store.ts';

const day = 86_400_000;

/** How long the backlog takes at the distance that the regulator wants, fresh slots going on meanwhile. Null where it never ends. */
const drainMs = ({ target, calendar }: Owed, late: number, worksInLane: number): number | null => {
  const { ms } = target.profile.backlogSpacing;
  const [first = 0, second = first] = slotsBetween(calendar, 0, 800 * day, target.profile.utcOffsetMinutes, 2);
  const step = second - first;
  // A fresh slot keeps the distance within its work alone.
  const own = target.profile.backlogSpacing.per === 'work' && step > 0 ? 1 - ms / step : 1;
  return own <= 0 ? null : Math.ceil((late * worksInLane * ms) / own);
};

const countsOf = (states: readonly Owing[]): Partial<Record<SubmissionState, number>> => {
  const counts: Partial<Record<SubmissionState, number>> = {};
  for (const { state, count } of states) counts[state] = (counts[state] ?? 0) + count;
  return counts;
};

/** States that wait for something that somebody can bring. */
const wanting = ['missing', 'held', 'quarantined'] as const;

/** By obligation: the oldest slot that lacks something, and what. */
const missingOf = async (
  { store }: Services,
  rows: ReadonlyMap<string, readonly Owing[]>,
): Promise<ReadonlyMap<string, { readonly slot: number; readonly reason: string | null }>> => {
  const found = new Map<string, { readonly slot: number; readonly reason: string | null }>();
  for (const [obligation, states] of rows) {
    const [oldest] = states
      .filter(({ state }) => (wanting as readonly SubmissionState[]).includes(state))
      .toSorted((a, b) => a.oldestSlot - b.oldestSlot);
    if (oldest === undefined) continue;
    const row = await store.read.submissionBy({ obligation, slot: oldest.oldestSlot });
    found.set(obligation, { slot: oldest.oldestSlot, reason: row?.reason ?? null });
  }
  return found;
};

/**
 * What every obligation, or one, still owes: how many slots by state, the nearest deadline and what is missing for the oldest. The
 * detail of one obligation lists its open slots, oldest first.
 */
export const owedNow = async (
  services: Services,
  { obligation, limit = 200 }: { readonly obligation?: string; readonly limit?: number },
) => {
  const now = services.clock.now();
  const owed = owedBy(services);
  if (obligation !== undefined && !owed.has(obligation))
    throw new CaudalError('config', `there is no obligation ${obligation}`, { sent: 'no', scope: 'item' });
  const ahead = new Map((await uncreated(services, owed)).map((row) => [row.obligation, row]));
  const rows = Map.groupBy([...(await services.store.read.owing(now)), ...ahead.values()], (row) => row.obligation);
  const lacking = await missingOf(services, rows);
  const works = new Map<string, number>();
  for (const { lane } of owed.values()) works.set(lane, (works.get(lane) ?? 0) + 1);
  const obligations = [...owed.values()]
    .filter((one) => obligation === undefined || one.obligation.id === obligation)
    .map((one) => {
      const states: readonly Owing[] = rows.get(one.obligation.id) ?? [];
      const { profile } = one.target;
      const open = states.reduce((sum, { count }) => sum + count, 0);
      const next = states.flatMap(({ nextDueAt }) => nextDueAt ?? []);
      return {
        obligation: one.obligation.id,
        target: one.target.name,
        work: one.obligation.work.code,
        standard: one.obligation.standard,
        open,
        states: countsOf(states),
        /** Owed by the calendar, and not created yet: the next start, or the next look of a running one, does. */
        uncreated: ahead.get(one.obligation.id)?.count ?? 0,
        /** What is missing for the oldest slot that lacks something, in words. */
        missing: lacking.get(one.obligation.id) ?? null,
        oldestSlot: states.length === 0 ? null : Math.min(...states.map(({ oldestSlot }) => oldestSlot)),
        /** The nearest deadline that has not passed. */
        nextDueAt: next.length === 0 ? null : Math.min(...next),
        /** Whether a deadline has passed without anything having reached the regulator. */
        late: states.some(({ nearestDueAt }) => nearestDueAt < now),
        nearestMaxLagAt: states.length === 0 ? null : Math.min(...states.map(({ nearestMaxLagAt }) => nearestMaxLagAt)),
        nextSlot: nextSlotOf(services.domain, one, now),
        drainMs: drainMs(one, open, profile.backlogSpacing.per === 'work' ? 1 : (works.get(one.lane) ?? 1)),
      };
    });
  const slots =
    obligation === undefined
      ? []
      : (await services.store.read.submissionList({ obligation, states: unsent, limit }))
          .map(({ id, slot, state, dueAt, maxLagAt, nextAt, reason, attempts, sentAt, confirmedAt }) => ({
            id,
            slot,
            state,
            status: designStatusOf({ state, confirmedAt }),
            dueAt,
            maxLagAt,
            nextAt,
            /** What is missing, in words; null when it only waits for its turn. */
            reason,
            attempts,
            sentAt,
            confirmedAt,
          }))
          .toReversed();
  return { at: now, obligations, slots };
};

export type OwedNow = Awaited<ReturnType<typeof owedNow>>;
