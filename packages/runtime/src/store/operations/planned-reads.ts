import type { Json } from '@caudal/core';
import type { PlannedRead, PlannedReadChange } from '../store.ts';
import { type Batch, fromInstant, instant, type Sql } from '../sql.ts';
import { fromText, toText } from './json.ts';
import { among, equal, whereOf } from './conditions.ts';
import { read, write } from './operation.ts';
import { laneCode, laneOf } from './raw-rows.ts';

interface StoredRead extends Pick<PlannedRead, 'id' | 'instance' | 'device' | 'state' | 'reason'> {
  readonly variables: string;
  readonly start: number;
  readonly stop: number;
  readonly lane: number;
  readonly page: string | null;
  readonly next_at: number;
}

const columns = {
  id: 'text',
  instance: 'text',
  device: 'text',
  variables: 'text',
  start: 'integer',
  stop: 'integer',
  lane: 'integer',
  state: 'text',
  page: 'text',
  next_at: 'integer',
  reason: 'text',
} as const;
const names = Object.keys(columns).join(', ');

const insert: Batch = {
  columns,
  text: (rows) =>
    `INSERT INTO planned_read (${names}) SELECT ${names} FROM ${rows} j WHERE true ON CONFLICT (id) DO NOTHING`,
};
const find: Batch = {
  columns: { id: 'text' },
  text: (rows) => `SELECT * FROM planned_read WHERE id IN (SELECT id FROM ${rows} j)`,
};
const update: Batch = {
  columns: { id: 'text', state: 'text', page: 'text', next_at: 'integer', reason: 'text' },
  text: (rows) => `UPDATE planned_read SET state = j.state, page = j.page, next_at = j.next_at, reason = j.reason
    FROM ${rows} j WHERE planned_read.id = j.id`,
};

/** An id that exists is left alone. */
export const insertReads = async (sql: Sql, rows: readonly PlannedRead[]): Promise<void> => {
  await sql.each(
    insert,
    rows.map((row) => [
      row.id,
      row.instance,
      row.device,
      JSON.stringify(row.variables),
      instant(row.from),
      instant(row.to),
      laneCode(row.lane),
      row.state,
      toText(row.page),
      row.nextAt,
      row.reason,
    ]),
  );
};

export const planReads = write('planReads', {
  class: 'live',
  rows: (rows) => rows.length,
  run: ({ sql }, rows) => insertReads(sql, rows),
});

export const updateReads = async (sql: Sql, changes: readonly PlannedReadChange[]): Promise<void> => {
  for (const change of changes) {
    const [before] = await sql.eachAll<StoredRead>(find, [[change.id]]);
    if (before === undefined) continue;
    await sql.each(update, [
      [
        change.id,
        change.state,
        change.page === undefined ? before.page : toText(change.page),
        change.nextAt ?? before.next_at,
        change.reason === undefined ? before.reason : change.reason,
      ],
    ]);
  }
};

export const changeReads = write('changeReads', {
  class: 'live',
  rows: (changes) => changes.length,
  run: ({ sql }, changes) => updateReads(sql, changes),
});

export const forgetReads = write('forgetReads', {
  class: 'retention',
  rows: ({ limit }) => limit,
  run: async ({ sql }, { before, limit }) =>
    sql.run(
      `DELETE FROM planned_read WHERE id IN
         (SELECT id FROM planned_read WHERE state IN ('done', 'failed') AND next_at < ? LIMIT ?)`,
      [before, limit],
    ),
});

const decode = (row: StoredRead) => ({
  id: row.id,
  instance: row.instance,
  device: row.device,
  variables: JSON.parse(row.variables) as string[],
  from: fromInstant(row.start),
  to: fromInstant(row.stop),
  lane: laneOf(row.lane),
  state: row.state,
  page: fromText<Json>(row.page),
  nextAt: row.next_at,
  reason: row.reason,
});

/** Next one first. */
export const reads = read('reads', async (sql, { state, device, limit }) =>
  (
    await sql.all<StoredRead>(
      `SELECT * FROM planned_read WHERE state = ? ${device === undefined ? '' : 'AND device = ?'} ORDER BY next_at, id LIMIT ?`,
      [state, ...(device === undefined ? [] : [device]), limit],
    )
  ).map(decode),
);

/** One for each device, so that no device's many stand before another's. Live gaps before backfills. */
export const dueReads = read('dueReads', async (sql, at, limit) =>
  (
    await sql.all<StoredRead>(
      `SELECT ${names} FROM (SELECT *, row_number() OVER (PARTITION BY device ORDER BY lane, next_at, id) AS turn
         FROM planned_read WHERE state = 'open' AND next_at <= ?) AS due
       WHERE turn = 1 ORDER BY lane, next_at, id LIMIT ?`,
      [at, limit],
    )
  ).map(decode),
);

export const pageReads = read('pageReads', async (sql, { states, device, after, limit }) => {
  const { where, params } = whereOf([
    ...among('state', states),
    ...equal('device', device),
    { text: 'id > ?', params: [after] },
  ]);
  return (
    await sql.all<StoredRead>(`SELECT ${names} FROM planned_read WHERE ${where} ORDER BY id LIMIT ?`, [
      ...params,
      limit,
    ])
  ).map(decode);
});
