import type { Checkpoint, Watermark } from '../rows.ts';
import { instant, marks, type SqlRow } from '../sql.ts';
import type { Processed } from '../store.ts';
import type { Json } from '@caudal/core';
import { read } from './operation.ts';
import { decodeCorrection, decodeFinding, type StoredCorrection, type StoredFinding } from './put-judgements.ts';

/** Findings that touch [from, to), oldest first. */
export const findings = read('findings', async (sql, { point, series, from, to, limit }) => {
  const conditions: { readonly text: string; readonly params: SqlRow }[] = [];
  if (point !== undefined) conditions.push({ text: 'point = ?', params: [point] });
  if (series !== undefined) conditions.push({ text: 'series = ?', params: [series] });
  if (from !== undefined) conditions.push({ text: 'stop >= ?', params: [instant(from)] });
  if (to !== undefined) conditions.push({ text: 'start < ?', params: [instant(to)] });
  const where = conditions.length === 0 ? 'true' : conditions.map(({ text }) => text).join(' AND ');
  return (
    await sql.all<StoredFinding>(`SELECT * FROM finding WHERE ${where} ORDER BY start, point, rule, key LIMIT ?`, [
      ...conditions.flatMap(({ params }) => params),
      limit,
    ])
  ).map(decodeFinding);
});

/** Oldest first. */
export const corrections = read('corrections', async (sql, series) =>
  (
    await sql.all<StoredCorrection>('SELECT * FROM correction WHERE series = ? ORDER BY start, point, rule, key', [
      series,
    ])
  ).map(decodeCorrection),
);

interface StoredCheckpoint extends Omit<Checkpoint, 'state'> {
  readonly state: string;
}

const decode = (row: StoredCheckpoint): Checkpoint => ({
  point: row.point,
  frontier: row.frontier,
  state: JSON.parse(row.state) as Json,
  rules: row.rules,
});

export const checkpointBefore = read('checkpointBefore', async (sql, point, before, rules) => {
  const [row] = await sql.all<StoredCheckpoint>(
    `SELECT point, frontier, rules, state FROM checkpoint WHERE point = ? AND frontier < ? AND rules = ?
     ORDER BY frontier DESC LIMIT 1`,
    [point, instant(before), rules],
  );
  return row === undefined ? null : decode(row);
});

export const checkpointsFrom = read('checkpointsFrom', async (sql, point, from, rules) =>
  (
    await sql.all<StoredCheckpoint>(
      `SELECT point, frontier, rules, state FROM checkpoint WHERE point = ? AND frontier >= ? AND rules = ? ORDER BY frontier`,
      [point, instant(from), rules],
    )
  ).map(decode),
);

export const watermarks = read('watermarks', (sql, devices) =>
  Promise.resolve(
    sql.all<Watermark>(
      `SELECT device, variable, decoded_to AS "decodedTo" FROM watermark WHERE device IN (${marks(devices)})
       ORDER BY device, variable`,
      devices,
    ),
  ),
);

export const contacts = read('contacts', (sql) =>
  Promise.resolve(sql.all<{ device: string; at: number }>('SELECT device, at FROM contact ORDER BY device')),
);

export const unclaimed = read('unclaimed', (sql, limit) =>
  Promise.resolve(
    sql.all<Processed['unclaimed'][number]>(
      `SELECT instance, device, variable, count, last_at AS "lastAt", last_raw AS "lastRaw" FROM unclaimed
       ORDER BY last_at DESC, instance, device, variable LIMIT ?`,
      [limit],
    ),
  ),
);

export const basis = read('basis', async (sql, id) => {
  const [row] = await sql.all<{ content: string }>('SELECT content FROM basis WHERE id = ?', [id]);
  return row === undefined ? null : (JSON.parse(row.content) as Json);
});
