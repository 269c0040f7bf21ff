import { marks } from '../sql.ts';
import { write } from './operation.ts';

const oldNotices = `SELECT id, channel, external_id FROM notice WHERE created_at < ? AND state IN ('sent', 'failed')
  ORDER BY created_at LIMIT ?`;
/** The newest of each schedule stays: it says what was claimed last. */
const oldSlots = `DELETE FROM schedule_slot WHERE (schedule, slot) IN (SELECT s.schedule, s.slot FROM schedule_slot s
  WHERE s.at < ? AND s.slot < (SELECT max(m.slot) FROM schedule_slot m WHERE m.schedule = s.schedule) LIMIT ?)`;

export const forgetNotices = write('forgetNotices', {
  class: 'retention',
  rows: ({ limit }) => limit,
  async run({ sql }, { before, limit }) {
    const gone = await sql.all<{ id: string; channel: string; external_id: string | null }>(oldNotices, [
      before,
      limit,
    ]);
    for (const { channel, external_id: externalId } of gone)
      if (externalId !== null)
        await sql.run('DELETE FROM notice_delivery WHERE channel = ? AND external_id = ?', [channel, externalId]);
    const ids = gone.map(({ id }) => id);
    if (ids.length > 0) await sql.run(`DELETE FROM notice WHERE id IN (${marks(ids)})`, ids);
    return gone.length;
  },
});

export const forgetSlots = write('forgetSlots', {
  class: 'retention',
  rows: ({ limit }) => limit,
  run: async ({ sql }, { before, limit }) => sql.run(oldSlots, [before, limit]),
});
