import { CaudalError } from '@caudal/core';
import type { Pull } from '../config/pull.ts';
import type { Row } from '../decode.ts';
import type { Answered, Pages, PageState } from './page.ts';

type Order = 'ascending' | 'descending';

/** The order of a series; undefined for one instant alone; `mixed` for none. */
const orderOf = (times: readonly number[]): Order | 'mixed' | undefined => {
  let order: Order | undefined;
  for (let index = 1; index < times.length; index += 1) {
    const step = (times[index] as number) - (times[index - 1] as number);
    if (step === 0) continue;
    const here = step > 0 ? 'ascending' : 'descending';
    if (order !== undefined && order !== here) return 'mixed';
    order = here;
  }
  return order;
};

/** The series that the limit cut short: those of as many rows as were asked for. */
const fullSeries = ({ rows, limit }: Answered, per: 'answer' | 'variable'): (readonly Row[])[] => {
  if (per === 'answer') return [rows];
  const series = new Map<string | undefined, Row[]>();
  for (const row of rows) {
    const list = series.get(row.series);
    if (list === undefined) series.set(row.series, [row]);
    else list.push(row);
  }
  return [...series.values()].filter((list) => list.length >= limit);
};

const timesOf = (rows: readonly Row[]) => rows.map(({ at }) => at).filter((at) => at !== undefined);

const stuck = (why: string): never => {
  throw new CaudalError('config', `a full answer can not be continued by its times: ${why}`, { scope: 'device' });
};

/**
 * Key-set paging. The next request begins (or ends) at the last instant again, because more rows may have it: they come twice
 * rather than never. Which way is taken from the answer itself, since vendors ignore order parameters they do not know; the
 * declared order decides only where a page has one instant. A page of one instant is asked for again with the largest limit, and
 * refused when that does not help: the rest would be lost in silence.
 */
export const timePages = (pull: Pull, per: 'answer' | 'variable'): Pages => ({
  values: () => ({}),
  next(answered): PageState | undefined {
    const { window, limit, maxLimit, full, state } = answered;
    if (window === undefined || !full) return undefined;
    const series = fullSeries(answered, per).map(timesOf);
    const orders = series.map(orderOf);
    if (orders.includes('mixed')) return stuck('its rows are in no order of time; page by offset or cursor instead');
    const declared = pull.order === 'ascending' || pull.order === 'descending' ? pull.order : undefined;
    const order = orders.find((one) => one !== undefined) ?? declared;
    const times = series.filter((list) => list.length > 0);
    if (times.length === 0) return stuck('none of its times can be read');
    const kept = state.limit === undefined ? {} : { limit: state.limit };
    if (order === 'ascending' && orders.every((one) => one !== 'descending')) {
      const from = Math.min(...times.map((list) => list.at(-1) as number));
      // What lies past the window was not asked for: everything inside it has come.
      if (from >= window.to) return undefined;
      if (from > window.from) return { from, to: window.to, ...kept };
    } else if (order === 'descending' && orders.every((one) => one !== 'ascending')) {
      const to = Math.max(...times.map((list) => list.at(-1) as number)) + 1;
      if (to <= window.from) return undefined;
      if (to < window.to) return { from: window.from, to, ...kept };
    } else if (order !== undefined) return stuck('its series are ordered in different ways');
    if (limit < maxLimit) return { from: window.from, to: window.to, limit: maxLimit };
    return stuck(
      order === undefined
        ? 'it has one instant only and the order is not declared'
        : 'it has one instant only, or the vendor ignores the window; raise maxLimit or page by offset',
    );
  },
});
