import type { InstanceFlow } from '../observe/flow.ts';
import type { StageProgress } from '../observe/progress.ts';
import { nextSlotOf, type Owed, owedBy } from '../comply/expect.ts';
import type { Services } from '../services.ts';
import { isOpen, type SubmissionState } from '../store/submission-states.ts';
import { readinessOf } from './readiness.ts';

/** What is counted since the start or in all; the difference of two looks is what was done between them. */
export interface Counted {
  /** Raw records that were processed, however they ended. */
  readonly processed: number;
  readonly values: number;
  /** Submissions that reached an end, whichever. */
  readonly ended: number;
  readonly notices: number;
}

/** How the work stands at this moment, and what has been done so far: what `caudal top` shows. Much cheaper than the whole status. */
export interface Now {
  readonly at: number;
  /** False when no runtime runs, and what is shown is what it left. */
  readonly runs: boolean;
  readonly ready: boolean;
  readonly disk: string | null;
  readonly stages: readonly StageProgress[];
  readonly counted: Counted;
  readonly pending: number;
  /** How long the oldest raw record has waited to be processed; null when none waits. */
  readonly lagMs: number | null;
  /** Submissions by state that wait for something. */
  readonly open: Readonly<Record<string, number>>;
  /** The oldest slot of those that are due and have not reached the regulator. */
  readonly oldestDue: { readonly obligation: string; readonly slot: number } | null;
  /** By target: the nearest deadline of an open submission, and how many obligations have one that passed. */
  readonly deadlines: readonly { readonly target: string; readonly at: number; readonly late: number }[];
  /** By target: open slots without a value, and the first slot that will be owed next. */
  readonly owed: readonly {
    readonly target: string;
    readonly missing: number;
    readonly next: { readonly obligation: string; readonly slot: number } | null;
  }[];
  /** Submissions by state that ended without the regulator holding what was chosen. */
  readonly failed: Readonly<Record<string, number>>;
  readonly openAlerts: number;
  readonly providers: readonly (InstanceFlow & {
    readonly devices: number;
    /** Devices that are silent for longer than they may be. */
    readonly silent: number;
    /** The newest instant that any of its devices has measured. */
    readonly newest: number | null;
    readonly streams: number;
  })[];
}

const failures = ['failed-reported', 'rejected', 'conflict'] as const satisfies readonly SubmissionState[];

/** Of obligations of one target, the slot that comes next. */
const nextOf = ({ domain }: Services, owed: readonly Owed[], at: number): Now['owed'][number]['next'] =>
  owed.reduce<Now['owed'][number]['next']>((first, one) => {
    const slot = nextSlotOf(domain, one, at);
    return slot === null || (first !== null && first.slot <= slot) ? first : { obligation: one.obligation.id, slot };
  }, null);

const noFlow = { received: 0, stored: 0, repeated: 0, refused: 0, underWay: 0 };

export const now = async (services: Services): Promise<Now> => {
  const { store, clock, domain, progress, flow, streams, plugins } = services;
  const at = clock.now();
  const [counts, contacts, owing] = await Promise.all([
    store.read.counts(),
    store.read.contacts(),
    store.read.owing(at),
  ]);
  const heard = new Map(contacts.map((contact) => [contact.device, contact.at]));
  const flows = new Map(flow.report().map((one) => [one.instance, one]));
  const known = owedBy(services);
  const byTarget = Map.groupBy(owing, ({ obligation }) => known.get(obligation)?.target.name ?? '');
  const states = Object.entries(counts.submissions) as [SubmissionState, number][];
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  const [oldest] = owing
    .filter(({ state }) => state === 'due' || state === 'retry' || state === 'unknown')
    .toSorted((a, b) => a.oldestSlot - b.oldestSlot);
  const stages = progress.report();
  const { ready, disk } = readinessOf(services);
  return {
    at,
    runs: stages.length > 0,
    ready,
    disk: disk?.reason ?? null,
    stages,
    counted: {
      processed: counts.raw.COMPLETED + counts.raw.FAILED + counts.raw.SKIPPED,
      values: sum(Object.values(counts.values)),
      ended: sum(states.filter(([state]) => !isOpen(state)).map(([, count]) => count)),
      notices: counts.notices.sent,
    },
    pending: counts.raw.PENDING - counts.parkedRaw,
    lagMs: counts.oldestPendingRaw === null ? null : Math.max(0, at - counts.oldestPendingRaw),
    open: Object.fromEntries(states.filter(([state, count]) => count > 0 && isOpen(state))),
    oldestDue: oldest === undefined ? null : { obligation: oldest.obligation, slot: oldest.oldestSlot },
    deadlines: [...byTarget].map(([target, rows]) => ({
      target,
      at: Math.min(...rows.map(({ nearestDueAt }) => nearestDueAt)),
      late: new Set(rows.filter(({ nearestDueAt }) => nearestDueAt < at).map(({ obligation }) => obligation)).size,
    })),
    owed: [...Map.groupBy(known.values(), ({ target }) => target.name)].map(([target, own]) => ({
      target,
      missing: sum((byTarget.get(target) ?? []).filter(({ state }) => state === 'missing').map(({ count }) => count)),
      next: nextOf(services, own, at),
    })),
    failed: Object.fromEntries(
      failures.map((state) => [state, counts.submissions[state]] as const).filter(([, count]) => count > 0),
    ),
    openAlerts: counts.openAlerts,
    providers: [...plugins.providers.keys()].map((instance) => {
      const own = [...domain.devices.values()].filter(({ provider }) => provider === instance);
      const lasts = own.map(({ id, silentAfterMs }) => ({ last: heard.get(id), silentAfterMs }));
      return {
        ...(flows.get(instance) ?? { instance, ...noFlow }),
        devices: own.length,
        silent: lasts.filter(({ last, silentAfterMs }) => last === undefined || at - last > silentAfterMs).length,
        newest: lasts.reduce<number | null>(
          (max, { last }) => (last === undefined ? max : Math.max(max ?? last, last)),
          null,
        ),
        streams: streams.report().filter((one) => one.instance === instance && one.state === 'connected').length,
      };
    }),
  };
};
