import { CaudalError } from '@caudal/core';
import type { Outgoing, OutgoingKind, OutgoingValue, OutletRow } from '../outgoing.ts';
import { type Batch, instant, type Sql } from '../sql.ts';
import { noteOutgoing } from './note-outgoing.ts';
import { replacedCounts } from './note-values.ts';
import { read, write } from './operation.ts';
import { decodeValue, type StoredValue, storedValue } from './value-columns.ts';

/** What goes in one transaction when an outlet that was behind is gone. */
const sweepLimit = 5000;
/** Series without anything to fill that are passed over in one transaction. */
const seriesAtOnce = 500;

/** Takes away what every outlet has acknowledged. Answers how many rows went. */
const sweep = async (sql: Sql): Promise<number> =>
  sql.run(
    `DELETE FROM outgoing WHERE serial IN (SELECT serial FROM outgoing
       WHERE serial < coalesce((SELECT min(next) FROM outlet), ${Number.MAX_SAFE_INTEGER}) ORDER BY serial LIMIT ?)`,
    [sweepLimit],
  );

export const openOutlet = write('openOutlet', {
  class: 'live',
  rows: () => 2,
  async run({ sql, now }, { name, wants, from }) {
    const kinds = JSON.stringify(wants);
    const seen = await sql.run('UPDATE outlet SET wants = ?, seen_at = ? WHERE name = ?', [kinds, now, name]);
    if (seen > 0) return;
    // A place in the row of changes, whatever was swept of it before.
    const [begun] = await sql.all<{ serial: number }>(
      `INSERT INTO outgoing (at, kind, outlet, content) VALUES (?, 'begun', ?, '{}') RETURNING serial`,
      [now, name],
    );
    await sql.run(
      'INSERT INTO outlet (name, wants, next, fill_from, fill_series, fill_at, seen_at) VALUES (?, ?, ?, ?, 0, ?, ?)',
      [name, kinds, Number(begun?.serial) + 1, from === null ? null : instant(from), Number.MAX_SAFE_INTEGER, now],
    );
  },
});

export const advanceOutlet = write('advanceOutlet', {
  class: 'backfill',
  rows: () => 500,
  async run({ sql, now }, { name, from, to }) {
    const moved = await sql.run('UPDATE outlet SET next = ?, acked_at = ? WHERE name = ? AND next = ?', [
      to,
      now,
      name,
      from,
    ]);
    if (moved === 0)
      throw new CaudalError('transient', `outlet ${name} stands elsewhere by now: it did not move`, {
        scope: 'item',
        sent: 'no',
      });
    await sweep(sql);
  },
});

interface Filling {
  readonly wants: string;
  readonly fill_from: number | null;
  readonly fill_series: number;
  readonly fill_at: number;
}

/** Values of one series from where filling stands, oldest first. */
const fillPage = `SELECT ${storedValue} FROM value v JOIN series n ON n.id = v.series JOIN source o ON o.id = v.source
  WHERE v.series = ? AND v.at > ? AND v.at >= ? ORDER BY v.at LIMIT ?`;

export const fillOutlet = write('fillOutlet', {
  class: 'backfill',
  rows: ({ limit }) => limit,
  async run({ sql, now }, { name, limit }) {
    const [found] = await sql.all<Filling>('SELECT wants, fill_from, fill_series, fill_at FROM outlet WHERE name = ?', [
      name,
    ]);
    if (found === undefined || found.fill_from === null) return { noted: 0, more: false };
    const wants = new Set(JSON.parse(found.wants) as OutgoingKind[]);
    let place: { series: number; at: number } | undefined = { series: found.fill_series, at: found.fill_at };
    let room = limit;
    let noted = 0;
    for (let passed = 0; room > 0 && passed < seriesAtOnce; passed += 1) {
      const rows: readonly StoredValue[] = await sql.all<StoredValue>(fillPage, [
        place.series,
        place.at,
        found.fill_from,
        room,
      ]);
      const { series }: { series: number } = place;
      const count = await replacedCounts(
        sql,
        rows.map(({ at }) => [series, at]),
      );
      const changes = rows.map(decodeValue).flatMap((row) => {
        const kind: OutgoingKind = row.status === 'final' ? 'value' : 'provisional';
        const { at, value, text, flag, codes, origin, raw, device, variable } = row;
        const content: OutgoingValue = {
          series: row.series,
          at,
          value,
          text,
          flag,
          codes,
          origin,
          raw,
          device,
          variable,
          revision: 1 + count(series, at),
        };
        return wants.has(kind) ? [{ kind, content }] : [];
      });
      await noteOutgoing({ sql, now }, changes, name);
      noted += changes.length;
      if (rows.length === room) {
        place = { series, at: rows.at(-1)?.at as number };
        break;
      }
      room -= rows.length;
      const [next]: readonly { id: number | null }[] = await sql.all<{ id: number | null }>(
        'SELECT min(id) AS id FROM series WHERE id > ?',
        [series],
      );
      place = next?.id == null ? undefined : { series: next.id, at: Number.MIN_SAFE_INTEGER };
      if (place === undefined) break;
    }
    await sql.run('UPDATE outlet SET fill_from = ?, fill_series = ?, fill_at = ? WHERE name = ?', [
      place === undefined ? null : found.fill_from,
      place?.series ?? 0,
      place?.at ?? 0,
      name,
    ]);
    return { noted, more: place !== undefined };
  },
});

export const forgetOutlets = write('forgetOutlets', {
  class: 'retention',
  rows: () => sweepLimit,
  async run({ sql }, { before }) {
    const gone = await sql.run('DELETE FROM outlet WHERE seen_at < ?', [before]);
    return gone + (await sweep(sql));
  },
});

export const outlets = read('outlets', async (sql) =>
  (
    await sql.all<{
      name: string;
      wants: string;
      next: number;
      fill_from: number | null;
      acked_at: number | null;
      last: number | null;
      oldest_at: number | null;
    }>(
      `SELECT o.name, o.wants, o.next, o.fill_from, o.acked_at, (SELECT max(g.serial) FROM outgoing g) AS last,
         (SELECT g.at FROM outgoing g WHERE g.serial >= o.next ORDER BY g.serial LIMIT 1) AS oldest_at
       FROM outlet o ORDER BY o.name`,
    )
  ).map((row): OutletRow => ({
    name: row.name,
    wants: JSON.parse(row.wants) as OutgoingKind[],
    next: row.next,
    filling: row.fill_from !== null,
    ackedAt: row.acked_at,
    backlog: Math.max(0, (row.last ?? 0) - row.next + 1),
    oldestAt: row.oldest_at,
  })),
);

export const outgoing = read('outgoing', async (sql, { from, limit }) =>
  (
    await sql.all<Omit<Outgoing, 'content'> & { readonly content: string }>(
      'SELECT serial, at, kind, outlet, content FROM outgoing WHERE serial >= ? ORDER BY serial LIMIT ?',
      [from, limit],
    )
  ).map(({ content, ...row }) => ({ ...row, content: JSON.parse(content) })),
);

const newest: Batch = {
  columns: { series: 'text', provisional: 'integer' },
  text: (rows) => `SELECT n.name, (SELECT v.at FROM value v WHERE v.series = n.id AND (v.final = 1 OR j.provisional = 1)
    ORDER BY v.at DESC LIMIT 1) AS at FROM ${rows} j JOIN series n ON n.name = j.series`,
};

export const newestOutgoing = read(
  'newestOutgoing',
  async (sql, series, provisional) =>
    new Map(
      (
        await sql.eachAll<{ name: string; at: number | null }>(
          newest,
          series.map((name) => [name, provisional ? 1 : 0]),
        )
      ).flatMap(({ name, at }) => (at === null ? [] : [[name, at] as const])),
    ),
);
