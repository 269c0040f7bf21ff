import { randomUUID } from 'node:crypto';
import type { AlertRow, NewAlert } from '../rows.ts';
import type { AlertPage } from '../store.ts';
import { type Batch, marks, type Sql, type SqlRow } from '../sql.ts';
import { among, before, past, since, whereOf } from './conditions.ts';
import { noteAlerts, type Turned } from './note-alerts.ts';
import { read, write, type WriteContext } from './operation.ts';

interface Ended {
  readonly rule: string;
  readonly subject: string;
  readonly at: number;
}

const open: Batch = {
  columns: {
    id: 'text',
    event: 'text',
    rule: 'text',
    subject: 'text',
    point: 'text',
    severity: 'text',
    opened_at: 'integer',
    facts: 'text',
  },
  text: (rows) => `INSERT INTO alert (id, event, rule, subject, point, severity, opened_at, facts)
    SELECT id, event, rule, subject, point, severity, opened_at, facts FROM ${rows} j WHERE true
    ON CONFLICT DO NOTHING RETURNING id`,
};
const close: Batch = {
  columns: { rule: 'text', subject: 'text', at: 'integer' },
  text: (rows) => `UPDATE alert SET closed_at = j.at FROM ${rows} j
    WHERE alert.rule = j.rule AND alert.subject = j.subject AND alert.closed_at IS NULL RETURNING id`,
};

/** The same alert once more, as when a run is repeated or a judgement is taken back and given again: nobody is told twice. */
const openAgain: Batch = {
  columns: { rule: 'text', subject: 'text', opened_at: 'integer' },
  text: (rows) => `UPDATE alert SET closed_at = NULL FROM ${rows} j
    WHERE alert.rule = j.rule AND alert.subject = j.subject AND alert.opened_at = j.opened_at AND alert.closed_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM alert o WHERE o.rule = j.rule AND o.subject = j.subject AND o.closed_at IS NULL)
    RETURNING id`,
};

type Step = { readonly at: number; readonly opens: NewAlert } | { readonly at: number; readonly ends: Ended };

/** Opens and closes in the order of time, an end before an opening of the same instant. Answers the ids newly opened. */
export const putAlerts = async (
  context: Pick<WriteContext, 'sql' | 'now'>,
  alerts: readonly NewAlert[],
  ended: readonly Ended[],
): Promise<readonly string[]> => {
  const { sql } = context;
  const steps: Step[] = [
    ...ended.map((ends) => ({ at: ends.at, ends })),
    ...alerts.map((opens) => ({ at: opens.openedAt, opens })),
  ].toSorted((a, b) => a.at - b.at);
  const opened: string[] = [];
  const turned: Turned[] = [];
  for (const step of steps) {
    if ('ends' in step) {
      for (const { id } of await sql.eachAll<{ id: string }>(close, [[step.ends.rule, step.ends.subject, step.at]]))
        turned.push({ id, closedAt: step.at });
      continue;
    }
    const { event, rule, subject, point, severity, openedAt, facts } = step.opens;
    for (const { id } of await sql.eachAll<{ id: string }>(openAgain, [[rule, subject, openedAt]]))
      turned.push({ id, closedAt: null });
    const rows = await sql.eachAll<{ id: string }>(open, [
      [randomUUID(), event, rule, subject, point, severity, openedAt, JSON.stringify(facts)],
    ]);
    for (const { id } of rows) {
      opened.push(id);
      turned.push({ id, closedAt: null });
    }
  }
  await noteAlerts(context, turned);
  return opened;
};

export const changeAlerts = write('changeAlerts', {
  class: 'live',
  rows: ({ open, close }) => open.length + close.length,
  run: (context, { open, close }) => putAlerts(context, open, close),
});

interface StoredAlert extends Pick<AlertRow, 'id' | 'event' | 'rule' | 'subject' | 'point' | 'severity'> {
  readonly opened_at: number;
  readonly closed_at: number | null;
  readonly facts: string;
  readonly acked_at: number | null;
  readonly acked_by: string | null;
  readonly ack_note: string | null;
}

const columns = 'id, event, rule, subject, point, severity, opened_at, closed_at, facts, acked_at, acked_by, ack_note';

const decode = ({
  opened_at,
  closed_at,
  facts,
  acked_at: at,
  acked_by: by,
  ack_note: note,
  ...rest
}: StoredAlert): AlertRow => ({
  ...rest,
  openedAt: opened_at,
  closedAt: closed_at,
  facts: JSON.parse(facts) as AlertRow['facts'],
  acked: at === null ? null : { at, by: by ?? '', note: note ?? '' },
});

/** Oldest first, after a place. */
const list = async (
  sql: Sql,
  where: string,
  params: SqlRow,
  { after, limit }: AlertPage,
): Promise<readonly AlertRow[]> =>
  (
    await sql.all<StoredAlert>(
      `SELECT ${columns} FROM alert WHERE ${where} ${after === undefined ? '' : 'AND (opened_at, id) > (?, ?)'}
       ORDER BY opened_at, id LIMIT ?`,
      [...params, ...(after === undefined ? [] : [after.openedAt, after.id]), limit],
    )
  ).map(decode);

export const openAlerts = read('openAlerts', (sql, { untold, ...page }) =>
  list(sql, `closed_at IS NULL ${untold === true ? 'AND told = 0 AND acked_at IS NULL' : ''}`, [], page),
);

const unacked = 'closed_at IS NULL AND told = 1 AND acked_at IS NULL';

export const unackedAlerts = read('unackedAlerts', (sql, { which, ...page }) =>
  'toldBy' in which
    ? list(sql, `${unacked} AND told_at <= ?`, [which.toldBy], page)
    : list(sql, `${unacked} AND escalated < ? AND first_told_at <= ?`, [which.afterMs, which.firstToldBy], page),
);

export const alertsOfRules = read('alertsOfRules', (sql, { rules, since: ended, limit }) =>
  list(sql, `rule IN (${marks(rules)}) AND (closed_at IS NULL OR closed_at >= ?)`, [...rules, ended], { limit }),
);

export const alerts = read('alerts', async (sql, ids) =>
  (
    await sql.all<StoredAlert>(`SELECT ${columns} FROM alert WHERE id IN (${marks(ids)}) ORDER BY opened_at, id`, ids)
  ).map(decode),
);

export const pageAlerts = read(
  'pageAlerts',
  async (sql, { points, open: isOpen, events, severities, from, to, after, limit }) => {
    const { where, params } = whereOf([
      ...among('point', points),
      ...(isOpen === undefined ? [] : [{ text: `closed_at IS ${isOpen ? '' : 'NOT '}NULL`, params: [] }]),
      ...among('event', events),
      ...among('severity', severities),
      ...since('opened_at', from),
      ...before('opened_at', to),
      ...(after === undefined ? [] : [past('opened_at', 'desc', after.openedAt, [['id', after.id]])]),
    ]);
    return (
      await sql.all<StoredAlert>(`SELECT ${columns} FROM alert WHERE ${where} ORDER BY opened_at DESC, id LIMIT ?`, [
        ...params,
        limit,
      ])
    ).map(decode);
  },
);
