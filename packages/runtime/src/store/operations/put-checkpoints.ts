import type { Checkpoint } from '../rows.ts';
import { type Batch, instant, type Sql, type SqlRow } from '../sql.ts';
import type { WriteContext } from './operation.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** The newest states of a point are all kept; older ones one for each `every`, up to the age. Ages count from the newest. */
const newestKept = 16;
const thinning = [
  { age: 8 * day, every: 6 * hour },
  { age: Infinity, every: day },
] as const;

/**
 * Which of a point's checkpoints go. The oldest of each span stays, so that what was kept once is kept when others come.
 *
 * @param frontiers newest first
 */
const thinned = (frontiers: readonly number[], retentionMs: number): readonly number[] => {
  const newest = frontiers[0];
  if (newest === undefined) return [];
  const older = frontiers.slice(newestKept);
  const span = (frontier: number): string | undefined => {
    const age = newest - frontier;
    if (age > retentionMs) return undefined;
    const every = thinning.find((rule) => age <= rule.age)?.every ?? day;
    return `${every}:${Math.floor(frontier / every)}`;
  };
  const kept = new Map<string | undefined, number>();
  for (const frontier of older) kept.set(span(frontier), frontier);
  return older.filter((frontier) => {
    const own = span(frontier);
    return own === undefined || kept.get(own) !== frontier;
  });
};

/** The state as text, which is copied to another thread in a fraction of the time that its objects take. */
export interface PackedCheckpoint extends Omit<Checkpoint, 'state'> {
  readonly state: string;
}

export const packCheckpoint = (row: Checkpoint): PackedCheckpoint => ({ ...row, state: JSON.stringify(row.state) });

const put: Batch = {
  key: ['point', 'frontier'],
  columns: { point: 'text', frontier: 'integer', rules: 'text', state: 'text' },
  text: (
    rows,
  ) => `INSERT INTO checkpoint (point, frontier, rules, state) SELECT point, frontier, rules, state FROM ${rows} j
    WHERE true ON CONFLICT (point, frontier) DO UPDATE SET rules = excluded.rules, state = excluded.state
    WHERE checkpoint.rules <> excluded.rules OR checkpoint.state <> excluded.state`,
};
const remove: Batch = {
  columns: { point: 'text', frontier: 'integer' },
  text: (rows) => `DELETE FROM checkpoint WHERE (point, frontier) IN (SELECT point, frontier FROM ${rows} j)`,
};
/** All of a point are of one rule set: the newest tells whether they are of another. */
const ofOtherRules: Batch = {
  columns: { point: 'text', rules: 'text' },
  text: (rows) => `SELECT j.point, j.rules FROM ${rows} j JOIN checkpoint c ON c.point = j.point AND c.rules <> j.rules
    AND c.frontier = (SELECT max(m.frontier) FROM checkpoint m WHERE m.point = j.point)`,
};
const removeOtherRules: Batch = {
  columns: { point: 'text', rules: 'text' },
  text: (rows) => `DELETE FROM checkpoint WHERE (point, frontier) IN (SELECT c.point, c.frontier FROM ${rows} j
    JOIN checkpoint c ON c.point = j.point AND c.rules <> j.rules)`,
};

const frontiersOf = async (sql: Sql, point: string, limit: number): Promise<readonly number[]> =>
  (
    await sql.all<{ frontier: number }>(
      'SELECT frontier FROM checkpoint WHERE point = ? ORDER BY frontier DESC LIMIT ?',
      [point, limit],
    )
  ).map(({ frontier }) => frontier);

const shortest = thinning[0].every;
const spanOf = (frontier: number): number => Math.floor(frontier / shortest);

/**
 * Which of a point's checkpoints go after another was put. It pushes one out of the newest, which goes when the one before it is of the
 * same span. Ages are looked at when the newest begins a span.
 *
 * @param single whether it was but one
 */
const goneOf = async (sql: Sql, point: string, single: boolean, retentionMs: number): Promise<readonly number[]> => {
  const newest = await frontiersOf(sql, point, newestKept + 2);
  if (newest.length <= newestKept) return [];
  const [first, second] = newest as [number, number];
  if (!single || spanOf(first) !== spanOf(second))
    return thinned(await frontiersOf(sql, point, Number.MAX_SAFE_INTEGER), retentionMs);
  const [out, before] = newest.slice(newestKept) as [number, number?];
  return before !== undefined && spanOf(out) === spanOf(before) ? [out] : [];
};

const keyOf = (point: string, frontier: number) => `${frontier}:${point}`;

/**
 * A kept state must never be wrong: a frontier includes its own instant, so those at or after the instant from which a point was
 * judged again go, unless this run gives them; so do those of another rule set.
 */
export const putCheckpoints = async (
  { sql, checkpointRetentionMs }: WriteContext,
  checkpoints: readonly PackedCheckpoint[],
  rejudged: readonly { readonly point: string; readonly from: number }[],
): Promise<void> => {
  const given = new Set(checkpoints.map(({ point, frontier }) => keyOf(point, frontier)));
  const stale: SqlRow[] = [];
  for (const { point, from } of rejudged)
    for (const { frontier } of await sql.all<{ frontier: number }>(
      'SELECT frontier FROM checkpoint WHERE point = ? AND frontier >= ?',
      [point, instant(from)],
    ))
      if (!given.has(keyOf(point, frontier))) stale.push([point, frontier]);
  await sql.each(remove, stale);
  if (checkpoints.length === 0) return;

  const rules = new Map(checkpoints.map((row) => [row.point, row.rules]));
  const others = await sql.eachAll<{ point: string; rules: string }>(ofOtherRules, [...rules]);
  await sql.each(
    removeOtherRules,
    others.map((row) => [row.point, row.rules]),
  );
  await sql.each(
    put,
    checkpoints
      .filter((row) => rules.get(row.point) === row.rules)
      .map((row) => [row.point, row.frontier, row.rules, row.state]),
  );
  const thin: SqlRow[] = [];
  const single = given.size === rules.size;
  for (const point of rules.keys())
    for (const frontier of await goneOf(sql, point, single, checkpointRetentionMs)) thin.push([point, frontier]);
  await sql.each(remove, thin);
};
