import type { Services } from '../services.ts';
import type { NewAlert } from '../store/rows.ts';

interface Ended {
  readonly rule: string;
  readonly subject: string;
  readonly at: number;
}

const minute = 60_000;

/** What came while nothing ran may be read first. */
const graceMs = 15 * minute;

/** Series without a value for longer than people asked to be told about. What has no value at all counts from the start. */
export const judgeNoData = async (
  { domain, store }: Pick<Services, 'domain' | 'store'>,
  now: number,
  startedAt: number,
): Promise<{ open: NewAlert[]; close: Ended[] }> => {
  const open: NewAlert[] = [];
  const close: Ended[] = [];
  const watched = [...domain.series.values()].filter(({ alerts }) => alerts.noData !== undefined);
  if (watched.length === 0) return { open, close };
  const newest = await store.read.newestReadings(watched.map(({ id }) => id));
  for (const [index, { id, point, alerts }] of watched.entries()) {
    const state = domain.points.get(point)?.state;
    if (state === 'INACTIVE' || state === 'MAINTENANCE' || alerts.noData === undefined) continue;
    const last = newest[index] ?? null;
    const ms = alerts.noData.minutes * minute;
    const end = { rule: 'ALERT_NO_DATA', subject: id };
    if (now - (last ?? startedAt) <= ms) {
      if (last !== null) close.push({ ...end, at: now });
    } else if (now - startedAt >= Math.min(graceMs, ms)) {
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
