import type { Asked } from '../rows.ts';
import { type Batch, fromInstant, instant, marks } from '../sql.ts';
import { read, write } from './operation.ts';
import { insertReads, updateReads } from './planned-reads.ts';
import { laneCode } from './raw-rows.ts';

const put: Batch = {
  columns: { device: 'text', variable: 'text', asked_to: 'integer', ended_at: 'integer' },
  text: (rows) => `INSERT INTO asked (device, variable, asked_to, ended_at)
    SELECT device, variable, asked_to, ended_at FROM ${rows} j WHERE true
    ON CONFLICT (device, variable) DO UPDATE SET asked_to = excluded.asked_to, ended_at = excluded.ended_at
    WHERE excluded.asked_to > asked.asked_to`,
};
const putEnd: Batch = {
  columns: { device: 'text', variable: 'text', ended_at: 'integer' },
  text: (rows) => `UPDATE asked SET ended_at = j.ended_at FROM ${rows} j
    WHERE asked.device = j.device AND asked.variable = j.variable AND asked.ended_at < j.ended_at`,
};

export const noteReads = write('noteReads', {
  class: 'live',
  rows: ({ asked: rows, planned = [], changed = [] }) => rows.length + planned.length + changed.length,
  async run({ sql }, { asked: rows, planned = [], changed = [] }) {
    await insertReads(sql, planned);
    await updateReads(sql, changed);
    await sql.each(
      put,
      rows.flatMap(({ device, variable, to, endedAt }) => (to === null ? [] : [[device, variable, to, endedAt]])),
    );
    await sql.each(
      putEnd,
      rows.flatMap(({ device, variable, to, endedAt }) => (to === null ? [[device, variable, endedAt]] : [])),
    );
  },
});

export const asked = read('asked', (sql, devices) =>
  Promise.resolve(
    devices.length === 0
      ? []
      : sql.all<Asked>(
          `SELECT device, variable, asked_to AS "to", ended_at AS "endedAt" FROM asked WHERE device IN (${marks(devices)})
           ORDER BY device, variable`,
          devices,
        ),
  ),
);

const openReadsAtMost = 10_000;

export const openReads = read('openReads', async (sql, { devices, from, to }) =>
  devices.length === 0
    ? []
    : (
        await sql.all<{ device: string; variables: string; start: number; stop: number }>(
          `SELECT device, variables, start, stop FROM planned_read
           WHERE state = 'open' AND lane <> ? AND start <= ? AND stop > ? AND device IN (${marks(devices)})
           ORDER BY start, id LIMIT ?`,
          [laneCode('backfill'), instant(to), instant(from), ...devices, openReadsAtMost],
        )
      ).map(({ device, variables, start, stop }) => ({
        device,
        variables: JSON.parse(variables) as string[],
        from: fromInstant(start),
        to: fromInstant(stop),
      })),
);

export const undecoded = read('undecoded', async (sql) =>
  (
    await sql.all<{ instance: string; devices: string | null; oldest: number }>(
      `SELECT instance, devices, min(received_at) AS oldest FROM raw WHERE status < 2 AND reason IS NULL
       GROUP BY instance, devices ORDER BY instance, devices`,
    )
  ).map(({ instance, devices, oldest }) => ({
    instance,
    devices: devices === null ? null : (JSON.parse(devices) as string[]),
    oldest,
  })),
);
