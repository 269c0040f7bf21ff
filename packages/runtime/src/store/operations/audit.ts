import type { AuditEntry } from '../rows.ts';
import type { Batch, Sql } from '../sql.ts';
import { read, write } from './operation.ts';

const append: Batch = {
  columns: { at: 'integer', actor: 'text', act: 'text', subject: 'text', hash: 'text' },
  text: (rows) =>
    `INSERT INTO audit (at, actor, act, subject, hash) SELECT at, actor, act, subject, hash FROM ${rows} j`,
};

export const appendAudit = async ({ sql }: { readonly sql: Sql }, entries: readonly AuditEntry[]): Promise<void> => {
  await sql.each(
    append,
    entries.map((entry) => [entry.at, entry.actor, entry.act, entry.subject, entry.hash]),
  );
};

export const audit = write('audit', {
  class: 'live',
  rows: (entries) => entries.length,
  run: (context, entries) => appendAudit(context, entries),
});

/** Newest first. */
export const auditTrail = read('auditTrail', async (sql, { subject, limit }) =>
  subject === undefined
    ? await sql.all<AuditEntry>('SELECT at, actor, act, subject, hash FROM audit ORDER BY seq DESC LIMIT ?', [limit])
    : await sql.all<AuditEntry>(
        'SELECT at, actor, act, subject, hash FROM audit WHERE subject = ? ORDER BY seq DESC LIMIT ?',
        [subject, limit],
      ),
);
