import { appendAudit } from './audit.ts';
import { hashOfLines, type OldValue, removeValues } from './end-submissions.ts';
import { spanNotHeld, valueNotHeld } from './held.ts';
import { write } from './operation.ts';

/** Series by series, because values lie in that order: of each the oldest first. */
const oldOf = `SELECT v.series, v.at, v.flag, n.name FROM value v JOIN series n ON n.id = v.series
  WHERE v.series = ? AND v.at < ?
    AND NOT EXISTS (SELECT 1 FROM submission_source s WHERE s.series = v.series AND s.at = v.at)`;

export const forgetValues = write('forgetValues', {
  class: 'retention',
  rows: ({ limit }) => limit,
  async run({ sql, now }, { before, limit, held = [] }) {
    const free = valueNotHeld(held);
    const gone: OldValue[] = [];
    for (const { id } of await sql.all<{ id: number }>('SELECT id FROM series ORDER BY id')) {
      if (gone.length >= limit) break;
      gone.push(
        ...(await sql.all<OldValue>(`${oldOf} AND ${free.where} ORDER BY v.at LIMIT ?`, [
          id,
          before,
          ...free.params,
          limit - gone.length,
        ])),
      );
    }
    if (gone.length === 0) return 0;
    const revisions = await removeValues(sql, gone);
    await appendAudit({ sql }, [
      {
        at: now,
        actor: 'retention',
        act: 'values deleted',
        subject: 'value',
        hash: hashOfLines(gone.map(({ name, at }) => JSON.stringify([name, at]))),
        detail: { count: gone.length, revisions, before },
      },
    ]);
    return gone.length;
  },
});

export const forgetFindings = write('forgetFindings', {
  class: 'retention',
  rows: ({ limit }) => limit,
  async run({ sql }, { before, limit, held = [] }) {
    const free = spanNotHeld(held);
    let gone = 0;
    for (const table of ['finding', 'correction'])
      gone += await sql.run(
        `DELETE FROM ${table} WHERE (point, rule, key) IN (SELECT point, rule, key FROM ${table}
          WHERE start < ? AND stop < ? AND ${free.where} LIMIT ?)`,
        [before, before, ...free.params, limit],
      );
    return gone;
  },
});
