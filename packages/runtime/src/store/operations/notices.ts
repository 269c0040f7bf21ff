import type { NoticeRow } from '../rows.ts';
import type { Batch } from '../sql.ts';
import { fromText, toText } from './json.ts';
import { among, equal, past, whereOf } from './conditions.ts';
import { read, write } from './operation.ts';

interface StoredNotice extends Pick<
  NoticeRow,
  'id' | 'person' | 'channel' | 'event' | 'state' | 'attempts' | 'reason'
> {
  readonly alerts: string;
  readonly next_at: number;
  readonly external_id: string | null;
  readonly created_at: number;
  readonly sent_at: number | null;
  readonly message: string | null;
}

const columns = {
  id: 'text',
  person: 'text',
  channel: 'text',
  event: 'text',
  alerts: 'text',
  state: 'text',
  next_at: 'integer',
  attempts: 'integer',
  external_id: 'text',
  reason: 'text',
  created_at: 'integer',
  sent_at: 'integer',
  message: 'text',
} as const;
const names = Object.keys(columns).join(', ');

const insert: Batch = {
  columns,
  text: (rows) => `INSERT INTO notice (${names}) SELECT ${names} FROM ${rows} j WHERE true ON CONFLICT (id) DO NOTHING`,
};
const tell: Batch = {
  columns: { id: 'text' },
  text: (rows) => `UPDATE alert SET told = 1 FROM ${rows} j WHERE alert.id = j.id AND alert.told = 0`,
};
const noteTelling: Batch = {
  columns: { id: 'text', at: 'integer', after: 'integer' },
  text: (
    rows,
  ) => `UPDATE alert SET told_at = j.at, first_told_at = coalesce(first_told_at, j.at), escalated = CASE WHEN j.after > escalated THEN j.after ELSE escalated END
    FROM ${rows} j WHERE alert.id = j.id`,
};
const find: Batch = {
  columns: { id: 'text' },
  text: (rows) => `SELECT * FROM notice WHERE id IN (SELECT id FROM ${rows} j)`,
};
const update: Batch = {
  columns: {
    id: 'text',
    state: 'text',
    next_at: 'integer',
    attempts: 'integer',
    external_id: 'text',
    reason: 'text',
    sent_at: 'integer',
    message: 'text',
  },
  text: (
    rows,
  ) => `UPDATE notice SET state = j.state, next_at = j.next_at, attempts = j.attempts, external_id = j.external_id,
    reason = j.reason, sent_at = j.sent_at, message = j.message FROM ${rows} j WHERE notice.id = j.id`,
};

export const createNotices = write('createNotices', {
  class: 'live',
  rows: (rows, told) => rows.length + told.length,
  async run({ sql }, rows, toldAlerts, by) {
    await sql.each(
      insert,
      rows.map((row) => [
        row.id,
        row.person,
        row.channel,
        row.event,
        JSON.stringify(row.alerts),
        row.state,
        row.nextAt,
        row.attempts,
        row.externalId,
        row.reason,
        row.createdAt,
        row.sentAt,
        toText(row.message),
      ]),
    );
    await sql.each(
      tell,
      toldAlerts.map((id) => [id]),
    );
    if (by === undefined) return;
    await sql.each(
      noteTelling,
      toldAlerts.map((id) => [id, by.at, by.afterMs]),
    );
  },
});

export const changeNotices = write('changeNotices', {
  class: 'live',
  rows: (changes) => changes.length,
  async run({ sql }, changes) {
    for (const change of changes) {
      const [before] = await sql.eachAll<StoredNotice>(find, [[change.id]]);
      if (before === undefined) continue;
      await sql.each(update, [
        [
          change.id,
          change.state,
          change.nextAt,
          change.attempts ?? before.attempts,
          change.externalId === undefined ? before.external_id : change.externalId,
          change.reason === undefined ? before.reason : change.reason,
          change.sentAt === undefined ? before.sent_at : change.sentAt,
          change.message === undefined ? before.message : toText(change.message),
        ],
      ]);
    }
  },
});

const decode = (row: StoredNotice): NoticeRow => ({
  id: row.id,
  person: row.person,
  channel: row.channel,
  event: row.event,
  alerts: JSON.parse(row.alerts) as string[],
  state: row.state,
  nextAt: row.next_at,
  attempts: row.attempts,
  externalId: row.external_id,
  reason: row.reason,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  message: fromText(row.message),
});

export const dueNotices = read('dueNotices', async (sql, at, limit) =>
  (
    await sql.all<StoredNotice>(
      `SELECT * FROM notice WHERE state IN ('pending', 'sending') AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
      [at, limit],
    )
  ).map(decode),
);

/** Newest first. */
export const notices = read('notices', async (sql, limit) =>
  (await sql.all<StoredNotice>('SELECT * FROM notice ORDER BY created_at DESC, id LIMIT ?', [limit])).map(decode),
);

export const pageNotices = read('pageNotices', async (sql, { person, states, after, limit }) => {
  const { where, params } = whereOf([
    ...equal('person', person),
    ...among('state', states),
    ...(after === undefined ? [] : [past('created_at', 'desc', after.createdAt, [['id', after.id]])]),
  ]);
  return (
    await sql.all<StoredNotice>(`SELECT * FROM notice WHERE ${where} ORDER BY created_at DESC, id LIMIT ?`, [
      ...params,
      limit,
    ])
  ).map(decode);
});
