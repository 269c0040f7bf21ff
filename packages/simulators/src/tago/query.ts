import type { Columns } from './columns.ts';
import { parseTagoDate } from './date.ts';
import type { TagoValue, TagoWireItem } from './item.ts';

/** What was asked, in words of the API. */
export interface DataQuery {
  readonly mode: string | undefined;
  readonly variables: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly values: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
  readonly qty: number;
  readonly skip: number;
  readonly ascending: boolean;
  readonly details: boolean;
}

/** What `last_item` gives for several variables is not documented, so it is a switch. */
export type LastItem = 'per-variable' | 'total';

export type DataResult = readonly TagoWireItem[] | number;

const defaultQuantity = 15;
const maximumQuantity = 10_000;

const list = (parameters: URLSearchParams, ...names: readonly string[]): readonly string[] | undefined => {
  const found = names.flatMap((name) =>
    [...parameters].filter(([key]) => key.replace(/\[\d*\]$/, '') === name).map(([, value]) => value),
  );
  return found.length === 0 ? undefined : [...new Set(found)];
};

const whole = (text: string | null, missing: number): number | undefined =>
  text === null ? missing : /^\d+$/.test(text) ? Number(text) : undefined;

/** Reads the parameters of `GET /data`, or says what is wrong with them. */
export const readQuery = (parameters: URLSearchParams, now: number): DataQuery | string => {
  const date = (name: string, missing: number) => {
    const text = parameters.get(name);
    return text === null ? missing : parseTagoDate(text, now);
  };
  const from = date('start_date', Number.NEGATIVE_INFINITY);
  const to = date('end_date', Number.POSITIVE_INFINITY);
  const qty = whole(parameters.get('qty'), defaultQuantity);
  const skip = whole(parameters.get('skip'), 0);
  const ordination = parameters.get('ordination') ?? 'descending';
  if (from === undefined) return 'Invalid start_date';
  if (to === undefined) return 'Invalid end_date';
  if (qty === undefined || qty > maximumQuantity) return `qty must be a number up to ${maximumQuantity}`;
  if (skip === undefined) return 'skip must be a number';
  if (ordination !== 'descending' && ordination !== 'ascending') return 'Invalid ordination';
  return {
    mode: parameters.get('query') ?? undefined,
    variables: list(parameters, 'variable', 'variables'),
    groups: list(parameters, 'group', 'groups'),
    values: list(parameters, 'value', 'values'),
    from,
    to,
    qty,
    skip,
    ascending: ordination === 'ascending',
    details: /^(true|1)$/.test(parameters.get('details') ?? parameters.get('detail') ?? ''),
  };
};

const numberOf = (value: TagoValue | undefined): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;

/** Which rows a `last_` or `first_` mode looks among. */
const among: Readonly<Record<string, (columns: Columns, row: number) => boolean>> = {
  item: () => true,
  insert: () => true,
  value: (columns, row) => columns.value(row) !== undefined,
  location: (columns, row) => columns.wire(row, false).location !== undefined,
};

const arithmetic: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

const extremes: Readonly<Record<string, (candidate: number, best: number) => boolean>> = {
  min: (candidate, best) => candidate < best,
  max: (candidate, best) => candidate > best,
};

const edge = (columns: Columns, rows: readonly number[], last: boolean, by: 'time' | 'created'): number | undefined => {
  let best: number | undefined;
  for (const row of rows) {
    const difference = best === undefined ? 0 : columns[by](row) - columns[by](best);
    const later = difference > 0 || (difference === 0 && best !== undefined && row > best);
    if (best === undefined || later === last) best = row;
  }
  return best;
};

const byVariable = (columns: Columns, rows: readonly number[]): number[][] => {
  const sets = new Map<string, number[]>();
  for (const row of rows) {
    const set = sets.get(columns.variable(row));
    if (set === undefined) sets.set(columns.variable(row), [row]);
    else set.push(row);
  }
  return [...sets.values()];
};

/**
 * Runs a query on what had arrived by `now`. Both ends of the interval belong to it.
 *
 * @returns items, a bare number for `count`, `sum` and `avg`, or what is wrong as text
 */
export const runQuery = (columns: Columns, query: DataQuery, lastItem: LastItem, now: number): DataResult | string => {
  const { mode, groups, values, details } = query;
  let rows = columns.rows(query.variables, query.from, query.to, now);
  if (groups !== undefined) rows = rows.filter((row) => groups.includes(columns.wire(row, false).group));
  if (values !== undefined) rows = rows.filter((row) => values.includes(String(columns.value(row))));
  const wire = (chosen: readonly (number | undefined)[]) =>
    chosen.filter((row) => row !== undefined).map((row) => columns.wire(row, details));
  if (mode === undefined) {
    const ordered = query.ascending ? rows : rows.toReversed();
    return wire(ordered.slice(query.skip, query.skip + query.qty));
  }
  if (mode === 'count') return rows.length;
  const edges = /^(last|first)_(item|value|location|insert)$/.exec(mode);
  if (edges !== null) {
    const [, side, what = 'item'] = edges;
    const candidates = rows.filter((row) => among[what]?.(columns, row) === true);
    const sets = lastItem === 'total' ? [candidates] : byVariable(columns, candidates);
    const by = what === 'insert' ? 'created' : 'time';
    return wire(sets.map((set) => edge(columns, set, side === 'last', by)));
  }
  const numeric = rows.filter((row) => Number.isFinite(numberOf(columns.value(row))));
  const calculate = arithmetic[mode];
  if (calculate !== undefined)
    return numeric.length === 0 ? [] : calculate(numeric.map((row) => numberOf(columns.value(row))));
  const better = extremes[mode];
  if (better === undefined) return `Invalid query ${mode}`;
  let best: number | undefined;
  for (const row of numeric)
    if (best === undefined || better(numberOf(columns.value(row)), numberOf(columns.value(best)))) best = row;
  return wire([best]);
};
