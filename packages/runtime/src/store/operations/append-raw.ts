import { hash } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { type Columns, fromColumns, toColumns } from '../columns.ts';
import type { NewRaw } from '../rows.ts';
import type { RawCondition } from '../store.ts';
import type { Batch, Sql, SqlRow } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { advanceFeed } from './feed-positions.ts';
import { assertLease } from './leases.ts';
import { putNames } from './needs.ts';
import { type Packed, write } from './operation.ts';
import { type Bodied, bodiesOf } from './raw-bodies.ts';
import { laneCode } from './raw-rows.ts';
import { Tally } from './tally.ts';

const lastAnswer: Batch = {
  columns: { instance: 'text', request: 'text' },
  text: (rows) => `SELECT r.instance, r.request, r.hash, r.raw FROM ${rows} j
    JOIN request r ON r.instance = j.instance AND r.request = j.request`,
};
const putAnswer: Batch = {
  columns: { instance: 'text', request: 'text', hash: 'text', raw: 'text' },
  text: (rows) => `INSERT INTO request (instance, request, hash, raw) SELECT instance, request, hash, raw FROM ${rows} j
    WHERE true ON CONFLICT (instance, request) DO UPDATE SET hash = excluded.hash, raw = excluded.raw`,
};
const countRepeat: Batch = {
  columns: { id: 'text', times: 'integer', at: 'integer' },
  text: (rows) =>
    `UPDATE raw SET repeats = raw.repeats + j.times, repeated_at = j.at FROM ${rows} j WHERE raw.id = j.id`,
};
const exists: Batch = {
  columns: { id: 'text' },
  text: (rows) =>
    `SELECT raw.seq, raw.id, raw.size, b.body FROM ${rows} j JOIN raw ON raw.id = j.id LEFT JOIN raw_body b ON b.seq = raw.seq`,
};
const insert: Batch = {
  columns: {
    seq: 'integer',
    id: 'text',
    instance: 'text',
    devices: 'text',
    lane: 'integer',
    received_at: 'integer',
    envelope: 'text',
    size: 'integer',
  },
  text: (rows) => `INSERT INTO raw (seq, id, instance, devices, lane, status, received_at, envelope, size)
    SELECT seq, id, instance, devices, lane, 0, received_at, envelope, size FROM ${rows} j`,
};
const insertBody: Batch = {
  columns: { seq: 'integer', body: 'blob' },
  text: (rows) => `INSERT INTO raw_body (seq, body) SELECT seq, body FROM ${rows} j`,
};

const devices = ({ device, asked }: NewRaw['envelope']): string | null => {
  const named = new Set([...(device === undefined ? [] : [device]), ...(asked?.devices ?? [])]);
  return named.size === 0 ? null : JSON.stringify([...named]);
};

const rawNames = [
  'id',
  'instance',
  'lane',
  'receivedAt',
  'envelope',
  'body',
  'request',
] as const satisfies (keyof NewRaw)[];

const requestKey = (instance: string, request: string) => `${instance}\u0000${request}`;
const hashOf = (body: Uint8Array): string => hash('sha256', body, 'base64');

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Rows of this batch that are on disk already, by id. */
const bodiesOnDisk = async (sql: Sql, rows: readonly NewRaw[]): Promise<Map<string, Uint8Array>> => {
  const found = await sql.eachAll<Bodied>(
    exists,
    rows.map((row) => [row.id]),
  );
  const bodies = await bodiesOf(sql, found);
  return new Map(found.map(({ seq, id }) => [id, bodies.get(seq) as Uint8Array]));
};

export const appendRaw = write('appendRaw', {
  class: 'raw',
  rows: (rows) => rows.length,
  bytes: (rows) => rows.reduce((sum, row) => sum + row.body.length, 0),
  pack: (rows, given): Packed<[Columns, RawCondition | undefined]> => {
    const bytes = new Uint8Array(rows.reduce((sum, row) => sum + row.body.length, 0));
    let end = 0;
    const packed = rows.map((row) => {
      const start = end;
      end += row.body.length;
      bytes.set(row.body, start);
      return { ...row, body: bytes.subarray(start, end) };
    });
    return { args: [toColumns(packed, rawNames), given], transfer: [bytes.buffer] };
  },
  async run({ sql, now }, columns, given = {}) {
    if (given.feed !== undefined) await advanceFeed({ sql, now }, given.feed);
    const rows = fromColumns<NewRaw>(columns);
    if (given.lease !== undefined) await assertLease(sql, given.lease);
    const onDisk = await bodiesOnDisk(sql, rows);
    const asked = rows.filter((row) => row.request !== undefined);
    const answers = new Map(
      (
        await sql.eachAll<{ instance: string; request: string; hash: string; raw: string }>(
          lastAnswer,
          asked.map((row) => [row.instance, row.request as string]),
        )
      ).map((row) => [requestKey(row.instance, row.request), { hash: row.hash, raw: row.raw }]),
    );

    const stored: string[] = [];
    const repeated: string[] = [];
    const added: NewRaw[] = [];
    const repeats = new Map<string, SqlRow>();
    const newAnswers = new Map<string, SqlRow>();
    for (const row of rows) {
      const known = onDisk.get(row.id);
      if (known !== undefined) {
        if (!sameBytes(known, row.body))
          throw new CaudalError('invalid-data', `raw record ${row.id} is on disk with another body`, {
            scope: 'item',
            sent: 'no',
          });
        stored.push(row.id);
        continue;
      }
      // A record that others may need is one of its own each time: which one they need goes by arrival.
      if (row.request !== undefined && row.envelope.key === undefined) {
        const key = requestKey(row.instance, row.request);
        const answer = { hash: hashOf(row.body), raw: row.id };
        const last = answers.get(key);
        if (last?.hash === answer.hash) {
          const times = ((repeats.get(last.raw)?.[1] as number | undefined) ?? 0) + 1;
          repeats.set(last.raw, [last.raw, times, row.receivedAt]);
          repeated.push(row.id);
          continue;
        }
        answers.set(key, answer);
        newAnswers.set(key, [row.instance, row.request, answer.hash, answer.raw]);
      }
      onDisk.set(row.id, row.body);
      added.push(row);
      stored.push(row.id);
    }

    const first = await sql.reserve('raw', added.length);
    await sql.each(
      insert,
      added.map((row, index) => [
        first + index,
        row.id,
        row.instance,
        devices(row.envelope),
        laneCode(row.lane),
        row.receivedAt,
        JSON.stringify(row.envelope),
        row.body.length,
      ]),
    );
    await sql.each(
      insertBody,
      added.map((row, index) => [first + index, row.body]),
    );
    await putNames(sql, added, first);
    await sql.each(putAnswer, [...newAnswers.values()]);
    await sql.each(countRepeat, [...repeats.values()]);
    const tally = new Tally('raw');
    tally.add('PENDING', added.length);
    await tally.write(sql);
    const came = new Tally('stored');
    for (const { instance } of added) came.add(instance);
    await came.write(sql);
    const times = new Tally('repeats');
    times.add('all', repeated.length);
    await times.write(sql);
    await appendAudit({ sql }, given.audit ?? []);
    return { stored, repeated };
  },
});
