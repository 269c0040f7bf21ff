import type { SilenceRow } from '../rows.ts';
import { appendAudit } from './audit.ts';
import { noteAlerts } from './note-alerts.ts';
import { read, write } from './operation.ts';

const month = 30 * 86_400_000;

export const ackAlert = write('ackAlert', {
  class: 'live',
  rows: () => 2,
  async run({ sql, now }, { alert, at, by, note, ends }, audit) {
    const acked = await sql.run(
      'UPDATE alert SET acked_at = ?, acked_by = ?, ack_note = ? WHERE id = ? AND acked_at IS NULL',
      [at, by, note, alert],
    );
    if (acked === 0) return false;
    const closed = ends
      ? await sql.run('UPDATE alert SET closed_at = ? WHERE id = ? AND closed_at IS NULL', [at, alert])
      : 0;
    if (closed > 0) await noteAlerts({ sql, now }, [{ id: alert, closedAt: at }]);
    await appendAudit({ sql }, [audit]);
    return true;
  },
});

export const addSilence = write('addSilence', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, { id, alert, rule, subject, point, until, actor, reason, at }, audit) {
    await sql.run('DELETE FROM silence WHERE until < ?', [at - month]);
    await sql.run(
      `INSERT INTO silence (id, alert, rule, subject, point, until, actor, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, alert, rule, subject, point, until, actor, reason, at],
    );
    await appendAudit({ sql }, [audit]);
  },
});

export const removeSilence = write('removeSilence', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, id, audit) {
    if ((await sql.run('DELETE FROM silence WHERE id = ?', [id])) === 0) return false;
    await appendAudit({ sql }, [audit]);
    return true;
  },
});

export const silences = read('silences', async (sql, { at, limit }) =>
  sql.all<SilenceRow>(
    `SELECT id, alert, rule, subject, point, until, actor, reason, at FROM silence WHERE until > ?
     ORDER BY until, id LIMIT ?`,
    [at, limit],
  ),
);
