import type { Checkpoint } from '../rows.ts';
import { type Batch, instant, type SqlRow } from '../sql.ts';
import type { WriteContext } from './operation.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** The newest states of a point are all kept; older ones one for each `every`, up to the age. Ages count from the newest. */
const newestKept = 16;
const thinning: readonly { readonly age: number; readonly every: number }[] = [
  { age: 8 * day, every: 6 * hour },
  { age: Infinity, every: day },
];

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
const removeOtherRules: Batch = {
  columns: { point: 'text', rules: 'text' },
  text: (rows) => `DELETE FROM checkpoint WHERE (point, frontier) IN (SELECT c.point, c.frontier FROM ${rows} j
    JOIN checkpoint c ON c.point = j.point AND c.rules <> j.rules)`,
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
  await sql.each(removeOtherRules, [...rules]);
  await sql.each(
    put,
    checkpoints
      .filter((row) => rules.get(row.point) === row.rules)
      .map((row) => [row.point, row.frontier, row.rules, row.state]),
  );
  const thin: SqlRow[] = [];
  for (const point of rules.keys()) {
    const rows = await sql.all<{ frontier: number }>(
      'SELECT frontier FROM checkpoint WHERE point = ? ORDER BY frontier DESC',
      [point],
    );
    if (rows.length > newestKept)
      for (const frontier of thinned(
        rows.map((row) => row.frontier),
        checkpointRetentionMs,
      ))
        thin.push([point, frontier]);
  }
  await sql.each(remove, thin);
};
