import type { Services } from '../services.ts';
import { isOpen, type SubmissionState } from '../store/submission-states.ts';

/** Two ways to count one thing that do not agree. */
export interface Imbalance {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/**
 * Nothing appears and nothing vanishes: received = stored + repeated + refused; stored − taken by retention = processed + quarantined +
 * skipped + pending; owed − ended by age = final + open; each raw record has a body, by itself or in a pack. By counters, which cost nothing; with `rows` the rows themselves are counted too.
 */
export const conservationOf = async ({ store, flow }: Pick<Services, 'store' | 'flow'>, rows: boolean) => {
  const counted = await store.read.conservation({ rows });
  const { raw, submissions, found } = counted;
  const states = Object.entries(submissions);
  const open = total(Object.fromEntries(states.filter(([state]) => isOpen(state as SubmissionState))));
  const kept = total(counted.stored) - total(counted.forgotten);
  const checks: Imbalance[] = [
    ...flow.report().map(({ instance, received, stored, repeated, refused, underWay }) => ({
      what: `received by ${instance} since the start`,
      expected: received,
      found: stored + repeated + refused + underWay,
    })),
    { what: 'raw records by status', expected: kept, found: total(raw) },
    { what: 'submissions by state', expected: counted.owed - counted.ended, found: total(submissions) },
  ];
  if (found !== null) {
    for (const instance of new Set([...Object.keys(counted.stored), ...Object.keys(found.instances)]))
      checks.push({
        what: `raw records of ${instance} on disk`,
        expected: (counted.stored[instance] ?? 0) - (counted.forgotten[instance] ?? 0),
        found: found.instances[instance] ?? 0,
      });
    checks.push({ what: 'bodies of raw records on disk', expected: kept, found: found.bodies });
    for (const [of, ours, theirs] of [
      ['raw records on disk', raw, found.statuses],
      ['submissions on disk', submissions, found.submissions],
    ] as const)
      for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
        checks.push({ what: `${of}, ${key}`, expected: ours[key] ?? 0, found: theirs[key] ?? 0 });
  }
  return {
    received: flow.report(),
    raw: {
      stored: total(counted.stored),
      forgotten: total(counted.forgotten),
      processed: raw['COMPLETED'] ?? 0,
      quarantined: raw['FAILED'] ?? 0,
      skipped: raw['SKIPPED'] ?? 0,
      pending: (raw['PENDING'] ?? 0) + (raw['PROCESSING'] ?? 0),
    },
    submissions: { owed: counted.owed, ended: counted.ended, open, final: total(submissions) - open },
    imbalances: checks.filter(({ expected, found: there }) => expected !== there),
  };
};

const subject = 'system:conservation';
const rule = 'system.conservation';

/** Tells people when something does not add up: then something was lost or counted twice, and nothing here can say which. */
export const watchConservation = async (services: Services, rows: boolean): Promise<void> => {
  const { store, clock, metrics } = services;
  const { imbalances } = await conservationOf(services, rows);
  metrics.set('caudal_conservation_imbalance', {}, imbalances.length);
  const now = clock.now();
  if (imbalances.length === 0) {
    // Rows that are missing are missing still when only counters were looked at.
    if (rows) await store.write.changeAlerts({ open: [], close: [{ rule, subject, at: now }] });
    return;
  }
  const reason = imbalances
    .map(({ what, expected, found }) => `${what}: ${expected} expected, ${found} found`)
    .join('; ');
  services.log.stream('system').error({ imbalances }, 'what came in and what is there do not add up');
  await store.write.changeAlerts({
    open: [{ event: 'system', rule, subject, point: null, severity: 'critical', openedAt: now, facts: { reason } }],
    close: [],
  });
  services.wake('notify');
};
