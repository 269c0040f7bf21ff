import { lanes, type RawMark, type RawStatus } from '../rows.ts';
import type { RawFilter } from '../store.ts';
import type { Batch, Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { toText } from './json.ts';
import { park } from './needs.ts';
import { write, type WriteContext } from './operation.ts';
import { wholeRaw } from './raw-bodies.ts';
import { laneCode, rawConditions, rawStatuses, rawWithEnvelope, statusCode, type StoredRaw } from './raw-rows.ts';
import { Tally } from './tally.ts';

const waiting = `SELECT seq, size FROM raw WHERE status < 2 AND reason IS NULL AND status = 0 AND lane = ?
  ORDER BY seq LIMIT ?`;
const take: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `UPDATE raw SET status = 1 FROM ${rows} j WHERE raw.seq = j.seq`,
};
const taken: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `SELECT ${rawWithEnvelope}, b.body FROM ${rows} j JOIN raw r ON r.seq = j.seq
    LEFT JOIN raw_body b ON b.seq = r.seq`,
};

export const claimRaw = write('claimRaw', {
  class: 'live',
  rows: ({ limit }) => limit,
  release: (rows) => rows.map((row) => row.body.buffer as ArrayBuffer),
  async run({ sql }, { limit, maxBytes }) {
    const chosen: [number][] = [];
    let bytes = 0;
    for (const lane of lanes) {
      for (const { seq, size } of await sql.all<{ seq: number; size: number }>(waiting, [
        laneCode(lane),
        limit - chosen.length,
      ])) {
        if (chosen.length > 0 && bytes + size > maxBytes) {
          bytes = maxBytes;
          break;
        }
        chosen.push([seq]);
        bytes += size;
      }
      if (chosen.length >= limit || bytes >= maxBytes) break;
    }
    if (chosen.length === 0) return [];
    await sql.each(take, chosen);
    const tally = new Tally('raw');
    tally.add('PENDING', -chosen.length);
    tally.add('PROCESSING', chosen.length);
    await tally.write(sql);
    const found = new Map(
      (await sql.eachAll<StoredRaw & { body: Uint8Array | null }>(taken, chosen)).map((row) => [row.seq, row]),
    );
    return wholeRaw(
      sql,
      chosen.flatMap(([seq]) => found.get(seq) ?? []),
    );
  },
});

export const recoverRaw = write('recoverRaw', {
  class: 'live',
  rows: () => 1,
  async run({ sql }) {
    const recovered = await sql.run('UPDATE raw SET status = 0 WHERE status < 2 AND reason IS NULL AND status = 1');
    const tally = new Tally('raw');
    tally.add('PROCESSING', -recovered);
    tally.add('PENDING', recovered);
    await tally.write(sql);
    return recovered;
  },
});

/** What was never decoded is waiting already, and what is being decoded is about to end. */
const requeueable = ['COMPLETED', 'FAILED', 'SKIPPED'] as const satisfies RawStatus[];

/** PENDING again, counted. Answers how many. */
export const requeue = async (sql: Sql, filter: RawFilter): Promise<number> => {
  const status = (filter.status ?? requeueable).filter((one) => requeueable.some((other) => other === one));
  if (status.length === 0) return 0;
  const { where, params } = rawConditions({ ...filter, status });
  const before = await sql.all<{ status: number; count: number }>(
    `SELECT status, count(*) AS count FROM raw WHERE ${where} GROUP BY status`,
    params,
  );
  const requeued = await sql.run(`UPDATE raw SET status = 0, reason = NULL WHERE ${where}`, params);
  const tally = new Tally('raw');
  for (const row of before) tally.add(rawStatuses[row.status] as RawStatus, -row.count);
  tally.add('PENDING', requeued);
  await tally.write(sql);
  return requeued;
};

export const requeueRaw = write('requeueRaw', {
  class: 'live',
  rows: ({ ids }) => ids?.length ?? 500,
  async run({ sql }, filter, audit) {
    if (filter.status !== undefined && !filter.status.some((one) => requeueable.some((other) => other === one)))
      return 0;
    const requeued = await requeue(sql, filter);
    await appendAudit({ sql }, [audit]);
    return requeued;
  },
});

const statusOf: Batch = {
  columns: { id: 'text' },
  text: (rows) => `SELECT raw.id, raw.status FROM ${rows} j JOIN raw ON raw.id = j.id`,
};
const mark: Batch = {
  columns: {
    id: 'text',
    status: 'integer',
    reason: 'text',
    readings: 'integer',
    problems: 'text',
    processed_at: 'integer',
  },
  text: (rows) => `UPDATE raw SET status = j.status, reason = j.reason, readings = j.readings, problems = j.problems,
      processed_at = j.processed_at FROM ${rows} j
    WHERE raw.id = j.id AND (raw.status <> j.status OR raw.reason IS DISTINCT FROM j.reason
      OR raw.readings IS DISTINCT FROM j.readings OR raw.problems IS DISTINCT FROM j.problems)`,
};

const maxProblems = 20;

/** Ends the processing of raw records; the same mark again changes nothing. */
export const markRaw = async ({ sql, now }: WriteContext, rows: readonly RawMark[]): Promise<void> => {
  if (rows.length === 0) return;
  const ending = new Map(rows.map((row) => [row.id, row]));
  const tally = new Tally('raw');
  for (const { id, status } of await sql.eachAll<{ id: string; status: number }>(
    statusOf,
    [...ending.keys()].map((id) => [id]),
  ))
    tally.move(rawStatuses[status] as RawStatus, (ending.get(id) as RawMark).status);
  await sql.each(
    mark,
    [...ending.values()].map((row) => [
      row.id,
      statusCode(row.status),
      row.reason ?? null,
      row.readings,
      toText(row.problems?.slice(0, maxProblems)),
      row.status === 'PENDING' ? null : now,
    ]),
  );
  await park(sql, [...ending.values()]);
  await tally.write(sql);
};
