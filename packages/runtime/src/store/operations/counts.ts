import { Flag } from '@caudal/core';
import { lanes, type NoticeRow, submissionStates } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { taskStates } from '../tasks.ts';
import { read } from './operation.ts';
import { laneCode, rawStatuses } from './raw-rows.ts';
import { tallies } from './tally.ts';

const noticeStates = ['pending', 'sending', 'sent', 'failed'] as const satisfies NoticeRow['state'][];

const groups = async (sql: Sql, table: 'finding' | 'notice', column: string): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (
      await sql.all<{ key: string; count: number }>(
        `SELECT ${column} AS key, count(*) AS count FROM ${table} GROUP BY ${column} ORDER BY ${column}`,
      )
    ).map(({ key, count }) => [key, count]),
  );

const size = async (sql: Sql, table: string): Promise<number> =>
  (await sql.all<{ count: number }>(`SELECT count(*) AS count FROM ${table}`))[0]?.count ?? 0;

const oldestPending = async (sql: Sql): Promise<number | null> => {
  const first: number[] = [];
  for (const lane of lanes)
    for (const { received_at } of await sql.all<{ received_at: number }>(
      'SELECT received_at FROM raw WHERE status < 2 AND reason IS NULL AND status = 0 AND lane = ? ORDER BY seq LIMIT 1',
      [laneCode(lane)],
    ))
      first.push(received_at);
  return first.length === 0 ? null : Math.min(...first);
};

export const counts = read('counts', async (sql) => {
  const notices = await groups(sql, 'notice', 'state');
  return {
    raw: await tallies(sql, 'raw', rawStatuses),
    repeats: (await tallies(sql, 'repeats', ['all'])).all,
    parkedRaw: await size(sql, 'raw_parked'),
    oldestPendingRaw: await oldestPending(sql),
    values: await tallies(sql, 'value', Object.values(Flag)),
    findings: Object.fromEntries(await groups(sql, 'finding', 'code')),
    submissions: await tallies(sql, 'submission', submissionStates),
    tasks: await tallies(sql, 'task', taskStates),
    notices: Object.fromEntries(noticeStates.map((state) => [state, notices.get(state) ?? 0])) as Record<
      NoticeRow['state'],
      number
    >,
    openAlerts: await size(sql, 'alert WHERE closed_at IS NULL'),
    reopens: await size(sql, 'reopen'),
  };
});
