import { type AuditEntry, type ChainRow, chainRows } from '../../evidence/chain.ts';
import type { Batch, Sql } from '../sql.ts';
import { whereOf } from './conditions.ts';
import { read, write } from './operation.ts';

const append: Batch = {
  columns: { seq: 'integer', entry: 'text', link: 'text' },
  text: (rows) => `INSERT INTO audit (seq, entry, link) SELECT seq, entry, link FROM ${rows} j`,
};

const newest = 'SELECT seq, entry, link FROM audit ORDER BY seq DESC LIMIT 1';

/** The end of the chain is read each time, never remembered: a transaction that failed has put nothing there. */
export const appendAudit = async ({ sql }: { readonly sql: Sql }, entries: readonly AuditEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  const [last] = await sql.all<ChainRow>(newest);
  await sql.each(
    append,
    chainRows(last, entries).map(({ seq, entry, link }) => [seq, entry, link]),
  );
};

export const audit = write('audit', {
  class: 'live',
  rows: (entries) => entries.length,
  run: (context, entries) => appendAudit(context, entries),
});

const decodeEntry = ({ entry }: Pick<ChainRow, 'entry'>): AuditEntry => {
  const { seq: _seq, ...rest } = JSON.parse(entry) as AuditEntry & { readonly seq: number };
  return rest;
};

/** Newest first. */
export const auditTrail = read('auditTrail', async (sql, { subject, limit }) =>
  (subject === undefined
    ? await sql.all<ChainRow>('SELECT entry FROM audit ORDER BY seq DESC LIMIT ?', [limit])
    : await sql.all<ChainRow>(
        `SELECT entry FROM audit WHERE json_extract(entry, '$.subject') = ? ORDER BY seq DESC LIMIT ?`,
        [subject, limit],
      )
  ).map(decodeEntry),
);

export const chainEnd = read('chainEnd', async (sql) => (await sql.all<ChainRow>(newest))[0] ?? null);

export const chainPage = read('chainPage', (sql, { after, limit }) =>
  Promise.resolve(
    sql.all<ChainRow>('SELECT seq, entry, link FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', [after, limit]),
  ),
);

export const chainOf = read('chainOf', (sql, subject) =>
  Promise.resolve(
    sql.all<ChainRow>(`SELECT seq, entry, link FROM audit WHERE json_extract(entry, '$.subject') = ? ORDER BY seq`, [
      subject,
    ]),
  ),
);

export const pageAudit = read('pageAudit', (sql, { subject, before, limit }) => {
  const conditions = [
    ...(subject === undefined ? [] : [{ text: `json_extract(entry, '$.subject') = ?`, params: [subject] }]),
    ...(before === undefined ? [] : [{ text: 'seq < ?', params: [before] }]),
  ];
  const { where, params } = whereOf(conditions);
  return Promise.resolve(
    sql.all<ChainRow>(`SELECT seq, entry, link FROM audit WHERE ${where} ORDER BY seq DESC LIMIT ?`, [
      ...params,
      limit,
    ]),
  );
});
