import type { CorrectionRow, FindingRow } from '../rows.ts';
import { type Batch, type ColumnType, fromInstant, instant, type Sql, type SqlRow, type SqlValue } from '../sql.ts';
import { fromText, toText } from './json.ts';

/** A table of what rules say of spans, keyed by (point, rule, key). */
interface Judgements {
  readonly put: Batch;
  readonly remove: Batch;
  readonly from: string;
}

const judgements = (table: string, columns: Record<string, ColumnType>): Judgements => {
  const names = Object.keys(columns);
  const rest = names.slice(3);
  return {
    put: {
      key: ['point', 'rule', 'key'],
      columns,
      text: (rows) => `INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM ${rows} j WHERE true
        ON CONFLICT (point, rule, key) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}
        WHERE ${rest.map((name) => `${table}.${name} IS DISTINCT FROM excluded.${name}`).join(' OR ')}`,
    },
    remove: {
      columns: { point: 'text', key: 'text' },
      text: (rows) => `DELETE FROM ${table} WHERE (point, rule, key) IN
        (SELECT t.point, t.rule, t.key FROM ${rows} j JOIN ${table} t ON t.point = j.point AND t.key = j.key)
        RETURNING series, rule, key`,
    },
    from: `SELECT point, key FROM ${table} WHERE point = ? AND start >= ?`,
  };
};

const key = { point: 'text', rule: 'text', key: 'text', series: 'text', rule_version: 'text' } as const;

export const findings = judgements('finding', {
  ...key,
  about: 'text',
  role: 'text',
  start: 'integer',
  stop: 'integer',
  code: 'text',
  flag: 'integer',
  status: 'text',
  detail: 'text',
});

export const corrections = judgements('correction', {
  ...key,
  role: 'text',
  start: 'integer',
  stop: 'integer',
  method: 'text',
  amount: 'real',
  origin: 'text',
  state: 'text',
  because: 'text',
});

export const findingSqlRow = (row: FindingRow): SqlRow => [
  row.point,
  row.rule,
  row.key,
  row.series,
  row.ruleVersion,
  row.about,
  row.role,
  instant(row.from),
  instant(row.to),
  row.code,
  row.flag,
  row.status,
  toText(row.detail),
];

export const correctionSqlRow = (row: CorrectionRow): SqlRow => [
  row.point,
  row.rule,
  row.key,
  row.series,
  row.ruleVersion,
  row.role,
  instant(row.from),
  instant(row.to),
  row.method,
  row.amount ?? null,
  row.origin,
  row.state,
  row.because,
];

interface StoredJudgement {
  readonly point: string;
  readonly rule: string;
  readonly key: string;
  readonly series: string;
  readonly rule_version: string;
  readonly role: string;
  readonly start: number;
  readonly stop: number;
}

const span = (row: StoredJudgement) => ({
  point: row.point,
  series: row.series,
  rule: row.rule,
  ruleVersion: row.rule_version,
  key: row.key,
  role: row.role,
  from: fromInstant(row.start),
  to: fromInstant(row.stop),
});

export interface StoredFinding extends StoredJudgement, Pick<FindingRow, 'about' | 'code' | 'flag' | 'status'> {
  readonly detail: string | null;
}

export const decodeFinding = (row: StoredFinding): FindingRow => {
  const detail = fromText<Record<string, string | number>>(row.detail);
  return {
    ...span(row),
    about: row.about,
    code: row.code,
    flag: row.flag,
    status: row.status,
    ...(detail === null ? {} : { detail }),
  };
};

export interface StoredCorrection
  extends StoredJudgement, Pick<CorrectionRow, 'method' | 'origin' | 'state' | 'because'> {
  readonly amount: number | null;
}

export const decodeCorrection = (row: StoredCorrection): CorrectionRow => ({
  ...span(row),
  method: row.method,
  ...(row.amount === null ? {} : { amount: row.amount }),
  origin: row.origin,
  state: row.state,
  because: row.because,
});

const keyOf = (point: SqlValue | undefined, key: SqlValue | undefined) => JSON.stringify([point, key]);

/** A judgement that no longer holds. */
export type Removed = Pick<FindingRow, 'series' | 'rule' | 'key'>;

/**
 * Takes away what was withdrawn and, for points judged again, what this run no longer says from the instant on; then puts what it
 * says. What is stored already causes no write. Answers what was taken away.
 */
export const putJudgements = async (
  sql: Sql,
  { put, remove, from }: Judgements,
  rows: readonly SqlRow[],
  withdrawn: readonly { readonly point: string; readonly key: string }[],
  rejudged: readonly { readonly point: string; readonly from: number }[],
): Promise<readonly Removed[]> => {
  const said = new Set(rows.map((row) => keyOf(row[0], row[2])));
  const gone = withdrawn.map((row) => [row.point, row.key]);
  for (const { point, from: start } of rejudged)
    for (const row of await sql.all<{ point: string; key: string }>(from, [point, instant(start)]))
      gone.push([row.point, row.key]);
  const removed = await sql.eachAll<Removed>(
    remove,
    gone.filter(([point, key]) => !said.has(keyOf(point, key))),
  );
  await sql.each(put, rows);
  return removed;
};
