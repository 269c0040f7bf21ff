import type { ScheduleSlot } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { read, write } from './operation.ts';

/** A slot that was taken so often and never ended is given up: what it does may be what ends the process. */
const mostAttempts = 3;

export const takeSlot = write('takeSlot', {
  class: 'live',
  rows: () => 1,
  async run({ sql }, { schedule, slot, at, until, missed }) {
    const [row] = await sql.all<{ attempts: number }>(
      `INSERT INTO schedule_slot (schedule, slot, at, until, attempts, missed) VALUES (?, ?, ?, ?, 1, ?)
       ON CONFLICT (schedule, slot) DO UPDATE SET at = excluded.at, until = excluded.until, attempts = schedule_slot.attempts + 1
         WHERE schedule_slot.ended_at IS NULL AND schedule_slot.until <= excluded.at AND schedule_slot.attempts < ${mostAttempts}
       RETURNING attempts`,
      [schedule, slot, at, until, missed],
    );
    return row?.attempts ?? null;
  },
});

export const endSlot = write('endSlot', {
  class: 'live',
  rows: () => 1,
  async run({ sql }, { schedule, slot, at, result, error, againAt }) {
    const where = 'WHERE schedule = ? AND slot = ? AND ended_at IS NULL';
    await sql.run(`UPDATE schedule_slot SET error = ?, result = ?, until = ? ${where}`, [
      error,
      result === null ? null : JSON.stringify(result),
      againAt ?? 0,
      schedule,
      slot,
    ]);
    const last = againAt === undefined ? '' : `AND attempts >= ${mostAttempts}`;
    await sql.run(`UPDATE schedule_slot SET ended_at = ? ${where} ${last}`, [at, schedule, slot]);
  },
});

export const askSlot = write('askSlot', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, { schedule, at, by }, audit) {
    const asked = await sql.run(
      `INSERT INTO schedule_slot (schedule, slot, at, until, attempts, missed, asked_by) VALUES (?, ?, ?, 0, 0, 0, ?)
       ON CONFLICT DO NOTHING`,
      [schedule, at, at, by],
    );
    if (asked === 1) await appendAudit({ sql }, [audit]);
    return asked === 1;
  },
});

const columns = `schedule, slot, at, until, attempts, missed, asked_by AS "askedBy", ended_at AS "endedAt", error, result`;

const slotsWhere = async (sql: Sql, where: string, values: readonly (string | number)[]): Promise<ScheduleSlot[]> =>
  (
    await sql.all<Omit<ScheduleSlot, 'result'> & { result: string | null }>(
      `SELECT ${columns} FROM schedule_slot WHERE ${where}`,
      values,
    )
  ).map(({ result, ...row }) => ({
    ...row,
    result: result === null ? null : (JSON.parse(result) as ScheduleSlot['result']),
  }));

export const openSlots = read('openSlots', async (sql, at, limit) =>
  slotsWhere(sql, `ended_at IS NULL AND until <= ? AND attempts < ${mostAttempts} ORDER BY until, slot LIMIT ?`, [
    at,
    limit,
  ]),
);

export const slotList = read('slotList', async (sql, { schedule, before = Number.MAX_SAFE_INTEGER, limit }) =>
  slotsWhere(sql, 'schedule = ? AND slot < ? ORDER BY slot DESC LIMIT ?', [schedule, before, limit]),
);

export const missedSlots = read('missedSlots', async (sql, since) =>
  sql.all<{ schedule: string; missed: number }>(
    'SELECT schedule, CAST(sum(missed) AS BIGINT) AS missed FROM schedule_slot WHERE slot >= ? GROUP BY schedule',
    [since],
  ),
);

export const lastSlot = read('lastSlot', async (sql, schedule) => {
  const [row] = await sql.all<{ slot: number | null }>(
    'SELECT max(slot) AS slot FROM schedule_slot WHERE schedule = ? AND asked_by IS NULL',
    [schedule],
  );
  return row?.slot ?? null;
});
