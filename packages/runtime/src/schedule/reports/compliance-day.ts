import { civilAtOffset, civilDate, instantAtOffset } from '@caudal/core';
import { expectSlots, type Owed, owedBy } from '../../comply/expect.ts';
import type { Services } from '../../services.ts';
import type { SubmissionState } from '../../store/submission-states.ts';

const day = 86_400_000;

/** What a state means to who reads a report; null: nothing is owed from here. */
const meaning = {
  confirmed: 'confirmed',
  'accepted-unverified': 'confirmed',
  accepted: 'unknown',
  received: 'unknown',
  sending: 'unknown',
  unknown: 'unknown',
  missing: 'missing',
  'failed-reported': 'missing',
  rejected: 'refused',
  conflict: 'refused',
  quarantined: 'refused',
  expected: 'waiting',
  held: 'waiting',
  due: 'waiting',
  retry: 'waiting',
  manual: 'waiting',
  shadowed: null,
  elsewhere: null,
} as const satisfies Readonly<Record<SubmissionState, string | null>>;

/** `unknown`: went, and no receipt is read back yet. `waiting`: did not go yet. */
export const counted = ['confirmed', 'unknown', 'missing', 'refused', 'waiting'] as const;
export type Counted = (typeof counted)[number];

/** One obligation on one day of its regulator's clock. */
export interface WorkDay {
  readonly owed: Owed;
  readonly points: readonly string[];
  readonly date: string;
  /** Slots of the day that are owed from here. */
  readonly total: number;
  readonly counts: Readonly<Record<Counted, number>>;
  /** Why one of those that lack something does. */
  readonly reason: string | null;
}

/** The day before an instant, by the clock of a regulator: it has 24 hours on every day of the year. */
const dayBefore = (instant: number, offsetMinutes: number) => {
  const today = { ...civilAtOffset(instant, offsetMinutes), hour: 0, minute: 0, second: 0 };
  const to = instantAtOffset(today, offsetMinutes);
  return { from: to - day, to, date: civilDate(civilAtOffset(to - day, offsetMinutes)) };
};

const pointsOf = ({ obligation }: Owed): readonly string[] => [
  ...new Set(Object.values(obligation.members).map(({ series }) => series.slice(0, series.indexOf('/')))),
];

const none: Readonly<Record<Counted, number>> = { confirmed: 0, unknown: 0, missing: 0, refused: 0, waiting: 0 };

/** What was owed the day before, by obligation: what the calendar owes is there although nothing came. */
export const complianceDay = async (services: Services, instant: number): Promise<readonly WorkDay[]> => {
  const owed = owedBy(services);
  while ((await expectSlots(services, owed)) > 0);
  const days: WorkDay[] = [];
  const offsets = Map.groupBy(owed.values(), ({ target }) => target.profile.utcOffsetMinutes);
  for (const [offset, own] of offsets) {
    const { from, to, date } = dayBefore(instant, offset);
    const rows = Map.groupBy(await services.store.read.slotStates(from, to), ({ obligation }) => obligation);
    for (const one of own) {
      const counts: Record<Counted, number> = { ...none };
      let reason: string | null = null;
      for (const { state, count, reason: why } of rows.get(one.obligation.id) ?? []) {
        const means = meaning[state];
        if (means === null) continue;
        counts[means] += count;
        if (means !== 'confirmed' && means !== 'unknown') reason ??= why;
      }
      const total = counted.reduce((sum, name) => sum + counts[name], 0);
      if (total > 0) days.push({ owed: one, points: pointsOf(one), date, total, counts, reason });
    }
  }
  return days;
};

/** Whether every slot has its receipt. */
export const isWhole = ({ total, counts }: Pick<WorkDay, 'total' | 'counts'>): boolean => counts.confirmed === total;
