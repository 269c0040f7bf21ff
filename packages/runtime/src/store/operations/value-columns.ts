import type { Flag } from '@caudal/core';
import type { ValueRow } from '../rows.ts';
import type { ColumnType } from '../sql.ts';

export const valueColumns = {
  series: 'integer',
  at: 'integer',
  value: 'real',
  text: 'text',
  flag: 'integer',
  codes: 'text',
  final: 'integer',
  source: 'integer',
  raw: 'text',
  vendor_id: 'text',
  raw_text: 'text',
} as const satisfies Record<string, ColumnType>;

export type ValueColumn = keyof typeof valueColumns;
export const valueNames = Object.keys(valueColumns) as ValueColumn[];

/** Columns whose change leaves a revision behind. */
export const revised: readonly number[] = [valueNames.indexOf('value'), valueNames.indexOf('text')];

/** A row of `value` or `value_revision` with its dictionary rows joined. */
export interface StoredValue {
  readonly name: string;
  readonly at: number;
  readonly value: number | null;
  readonly text: string | null;
  readonly flag: Flag;
  readonly codes: string | null;
  readonly final: 0 | 1;
  readonly raw: string;
  readonly vendor_id: string | null;
  readonly raw_text: string | null;
  readonly device: string;
  readonly variable: string;
  readonly priority: number;
  readonly origin: ValueRow['origin'];
  readonly basis: string;
}

export const storedValue = `n.name, v.at, v.value, v.text, v.flag, v.codes, v.final, v.raw, v.vendor_id, v.raw_text,
  o.device, o.variable, o.priority, o.origin, o.basis`;

export const decodeValue = (row: StoredValue): ValueRow => ({
  series: row.name,
  at: row.at,
  value: row.value,
  text: row.text,
  flag: row.flag,
  codes: row.codes === null ? [] : (JSON.parse(row.codes) as string[]),
  status: row.final === 1 ? 'final' : 'provisional',
  origin: row.origin,
  raw: row.raw,
  device: row.device,
  variable: row.variable,
  vendorId: row.vendor_id,
  rawText: row.raw_text ?? String(row.value),
  priority: row.priority,
  basis: row.basis,
});
