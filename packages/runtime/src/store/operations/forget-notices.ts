import type { Held } from '../store.ts';
import { marks, type Sql } from '../sql.ts';
import { write } from './operation.ts';

interface OldNotice {
  readonly id: string;
  readonly channel: string;
  readonly external_id: string | null;
  readonly alerts: string;
  readonly created_at: number;
}

const old = `SELECT id, channel, external_id, alerts, created_at FROM notice
  WHERE created_at < ? AND state IN ('sent', 'failed') AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`;

/** Alerts are told in notices of some hundred; so many are looked up at once. */
const alertsAtOnce = 500;

/** Those of the alerts that are about what is held. */
const heldAlerts = async (sql: Sql, ids: readonly string[], held: Held): Promise<ReadonlySet<string>> => {
  const about = new Set([
    ...held.series,
    ...held.devices.map((device) => `device:${device}`),
    ...held.obligations.map((obligation) => `obligation:${obligation}`),
  ]);
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += alertsAtOnce) {
    const some = ids.slice(from, from + alertsAtOnce);
    for (const { id, point, subject } of await sql.all<{ id: string; point: string | null; subject: string }>(
      `SELECT id, point, subject FROM alert WHERE id IN (${marks(some)})`,
      some,
    ))
      if ((point !== null && held.points.includes(point)) || about.has(subject)) found.add(id);
  }
  return found;
};

const heldNotices = async (
  sql: Sql,
  notices: readonly OldNotice[],
  held: readonly Held[],
): Promise<ReadonlySet<string>> => {
  const kept = new Set<string>();
  for (const hold of held) {
    const inPeriod = notices
      .filter(({ created_at: at }) => hold.from <= at && at < (hold.to ?? Infinity))
      .map(({ id, alerts }) => ({ id, alerts: JSON.parse(alerts) as readonly string[] }));
    const alerts = await heldAlerts(sql, [...new Set(inPeriod.flatMap((notice) => notice.alerts))], hold);
    for (const notice of inPeriod) if (notice.alerts.some((alert) => alerts.has(alert))) kept.add(notice.id);
  }
  return kept;
};

export const forgetNotices = write('forgetNotices', {
  class: 'retention',
  rows: ({ limit }) => limit,
  async run({ sql }, { before, limit, held = [], after = { at: Number.MIN_SAFE_INTEGER, id: '' } }) {
    const notices = await sql.all<OldNotice>(old, [before, after.at, after.id, limit]);
    const kept = await heldNotices(sql, notices, held);
    const gone = notices.filter(({ id }) => !kept.has(id));
    for (const { channel, external_id: externalId } of gone)
      if (externalId !== null)
        await sql.run('DELETE FROM notice_delivery WHERE channel = ? AND external_id = ?', [channel, externalId]);
    const ids = gone.map(({ id }) => id);
    if (ids.length > 0) await sql.run(`DELETE FROM notice WHERE id IN (${marks(ids)})`, ids);
    const last = notices.length < limit ? undefined : notices.at(-1);
    return { gone: gone.length, next: last === undefined ? null : { at: last.created_at, id: last.id } };
  },
});
