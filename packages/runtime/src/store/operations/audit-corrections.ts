import type { Json } from '@caudal/core';
import { canonicalJson } from '../../evidence/canonical.ts';
import { type AuditEntry, sha256 } from '../../evidence/chain.ts';
import type { CorrectionRow } from '../rows.ts';
import { type Batch, instant, type Sql } from '../sql.ts';
import type { Removed } from './put-judgements.ts';

type Kept = Pick<CorrectionRow, 'point' | 'rule' | 'key' | 'method' | 'state'> & {
  readonly start: number;
  readonly amount: number | null;
};

const find: Batch = {
  columns: { point: 'text', rule: 'text', key: 'text' },
  text: (rows) => `SELECT c.point, c.rule, c.key, c.method, c.state, c.start, c.amount FROM ${rows} j
    JOIN correction c ON c.point = j.point AND c.rule = j.rule AND c.key = j.key`,
};

const keyOf = ({ point, rule, key }: Pick<Kept, 'point' | 'rule' | 'key'>) => JSON.stringify([point, rule, key]);

/**
 * Entries for corrections that are new or say something else than the stored ones. Only a later end is no new act: a correction that
 * goes on grows with every value. To be asked before they are put.
 */
export const correctionEntries = async (
  sql: Sql,
  rows: readonly CorrectionRow[],
  now: number,
): Promise<readonly AuditEntry[]> => {
  if (rows.length === 0) return [];
  const kept = new Map(
    (
      await sql.eachAll<Kept>(
        find,
        rows.map(({ point, rule, key }) => [point, rule, key]),
      )
    ).map((row) => [keyOf(row), row]),
  );
  return rows.flatMap((row): AuditEntry[] => {
    const before = kept.get(keyOf(row));
    const same =
      before?.method === row.method &&
      before.state === row.state &&
      before.amount === (row.amount ?? null) &&
      before.start === instant(row.from);
    if (same) return [];
    const { rule, ruleVersion, key, method, state, amount, series } = row;
    const from = instant(row.from);
    const what = { rule, ruleVersion, key, method, state, from, ...(amount === undefined ? {} : { amount }) };
    const detail: Json = what;
    const hash = sha256(canonicalJson({ ...row, from, to: instant(row.to) }));
    return [{ at: now, actor: 'process', act: `correction ${state}`, subject: `series:${series}`, hash, detail }];
  });
};

export const withdrawnEntries = (removed: readonly Removed[], now: number): readonly AuditEntry[] =>
  removed.map(({ series, rule, key }) => ({
    at: now,
    actor: 'process',
    act: 'correction withdrawn',
    subject: `series:${series}`,
    hash: null,
    detail: { rule, key },
  }));
