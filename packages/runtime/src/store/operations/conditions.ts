import type { Among } from '../lists.ts';
import { instant, marks, type SqlRow } from '../sql.ts';

/** A part of a WHERE, with its parameters. */
export interface Condition {
  readonly text: string;
  readonly params: SqlRow;
}

/** Of a list; null or absent asks for nothing, an empty list finds nothing. */
export const among = (column: string, values: Among | readonly number[] | undefined): readonly Condition[] => {
  if (values === null || values === undefined) return [];
  return values.length === 0
    ? [{ text: '1 = 0', params: [] }]
    : [{ text: `${column} IN (${marks(values)})`, params: values }];
};

export const equal = (column: string, value: string | number | undefined): readonly Condition[] =>
  value === undefined ? [] : [{ text: `${column} = ?`, params: [value] }];

export const since = (column: string, at: number | undefined): readonly Condition[] =>
  at === undefined ? [] : [{ text: `${column} >= ?`, params: [instant(at)] }];

export const before = (column: string, at: number | undefined): readonly Condition[] =>
  at === undefined ? [] : [{ text: `${column} < ?`, params: [instant(at)] }];

export const whereOf = (conditions: readonly Condition[]): { readonly where: string; readonly params: SqlRow } => ({
  where: conditions.length === 0 ? '1 = 1' : conditions.map(({ text }) => `(${text})`).join(' AND '),
  params: conditions.flatMap(({ params }) => params),
});

/** After a place in an order by one falling or rising column and then rising ones: the row values of both engines compare in one direction. */
export const past = (
  column: string,
  order: 'asc' | 'desc',
  at: number,
  rest: readonly (readonly [column: string, value: string])[],
): Condition => ({
  text: `${column} ${order === 'asc' ? '>' : '<'} ? OR (${column} = ? AND (${rest.map(([name]) => name).join(', ')}) > (${marks(rest)}))`,
  params: [instant(at), instant(at), ...rest.map(([, value]) => value)],
});
