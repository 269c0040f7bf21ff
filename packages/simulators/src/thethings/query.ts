import { parseDate, type TheThingsItem } from './item.ts';

/** What is not documented of a range, so it is a switch. */
export interface RangeBounds {
  /** Whether an item at startDate belongs to the range. Default true. */
  readonly startIncluded?: boolean;
  /** Whether an item at endDate belongs to it. Default true. */
  readonly endIncluded?: boolean;
  /** Whether dates are cut to whole seconds before they are compared. Default false. */
  readonly wholeSeconds?: boolean;
}

export interface ResourceQuery {
  readonly limit: number;
  readonly start: number;
  readonly end: number;
}

const parameters = new Set(['limit', 'startDate', 'endDate']);

/** A string says what is wrong with the query. */
export const readQuery = (query: URLSearchParams, maxLimit: number): ResourceQuery | string => {
  for (const [name] of query) {
    if (!parameters.has(name)) return `Unknown parameter ${name}`;
    if (query.getAll(name).length > 1) return `${name} is given twice`;
  }
  const limit = query.get('limit');
  if (limit !== null && !/^[1-9]\d{0,5}$/.test(limit)) return 'Invalid limit';
  const [start, end] = ['startDate', 'endDate'].map((name) => {
    const text = query.get(name);
    return text === null ? null : parseDate(text);
  });
  if (start === undefined || end === undefined) return 'Invalid date';
  return {
    limit: Math.min(limit === null ? maxLimit : Number(limit), maxLimit),
    start: start ?? Number.NEGATIVE_INFINITY,
    end: end ?? Number.POSITIVE_INFINITY,
  };
};

/** Items of the range, newest first; equal instants in reverse order of their arrival. */
export const select = (
  items: readonly TheThingsItem[],
  { limit, start, end }: ResourceQuery,
  { startIncluded = true, endIncluded = true, wholeSeconds = false }: RangeBounds,
): readonly TheThingsItem[] => {
  const cut = (instant: number) =>
    wholeSeconds && Number.isFinite(instant) ? Math.floor(instant / 1000) * 1000 : instant;
  const [from, to] = [cut(start), cut(end)];
  return items
    .filter(({ datetime }) => datetime > from || (startIncluded && datetime === from))
    .filter(({ datetime }) => datetime < to || (endIncluded && datetime === to))
    .toReversed()
    .toSorted((a, b) => b.datetime - a.datetime)
    .slice(0, limit);
};
