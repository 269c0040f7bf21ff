import type { Services } from '../services.ts';
import type { NewAlert } from '../store/rows.ts';
import { mayBeOnItsWay, type Watch } from './watch.ts';

interface Ended {
  readonly rule: string;
  readonly subject: string;
  readonly at: number;
}

type FirstSeen = Readonly<Record<string, number>>;

const minute = 60_000;
const key = 'no-data.never';

/** Since when each series that never had a value is watched; over restarts, however long nothing ran. */
const watchedSince = async (
  { store }: Pick<Services, 'store'>,
  never: readonly string[],
  since: number,
): Promise<FirstSeen> => {
  const before = ((await store.read.recall(key)) ?? {}) as FirstSeen;
  const after: FirstSeen = Object.fromEntries(never.map((series) => [series, before[series] ?? since]));
  const isSame = never.length === Object.keys(before).length && never.every((series) => Object.hasOwn(before, series));
  if (!isSame) await store.write.remember([{ key, value: after }]);
  return after;
};

/** Series without a value for longer than people asked to be told about. */
export const judgeNoData = async (
  services: Pick<Services, 'domain' | 'store'>,
  now: number,
  watch: Watch,
): Promise<{ open: NewAlert[]; close: Ended[] }> => {
  const { domain, store } = services;
  const open: NewAlert[] = [];
  const close: Ended[] = [];
  const watched = [...domain.series.values()].filter(({ alerts }) => alerts.noData !== undefined);
  if (watched.length === 0) return { open, close };
  const newest = await store.read.newestReadings(watched.map(({ id }) => id));
  const never = watched.flatMap(({ id }, index) => ((newest[index] ?? null) === null ? [id] : []));
  const firstSeen = await watchedSince(services, never, watch.since);
  for (const [index, { id, point, alerts }] of watched.entries()) {
    const state = domain.points.get(point)?.state;
    if (state === 'INACTIVE' || state === 'MAINTENANCE' || alerts.noData === undefined) continue;
    const last = newest[index] ?? null;
    const ms = alerts.noData.minutes * minute;
    const end = { rule: 'ALERT_NO_DATA', subject: id };
    if (now - (last ?? firstSeen[id] ?? watch.since) <= ms) {
      if (last !== null) close.push({ ...end, at: now });
    } else if (!mayBeOnItsWay(watch, ms, now)) {
      open.push({
        ...end,
        event: 'water.alert',
        point,
        severity: 'warning',
        openedAt: now,
        facts: { code: 'ALERT_NO_DATA', since: last === null ? '' : new Date(last).toISOString() },
      });
    }
  }
  return { open, close };
};
