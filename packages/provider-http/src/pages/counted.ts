import { SpelledNumber } from '@caudal/core';
import type { PageStyle } from '../config/pull.ts';
import { compilePath } from '../path.ts';
import type { At } from '../refuse.ts';
import type { Answered, Pages } from './page.ts';

type Counted = Extract<PageStyle, { style: 'offset' | 'number' }>;

/** Whether the vendor has more: as it says itself, else when the answer is full. */
const compileMore = (style: Counted, at: At): ((answered: Answered, seen: number) => boolean) => {
  const find = (path: string | undefined, key: string) =>
    path === undefined ? undefined : compilePath(path, `${at}/${key}`);
  const moreOf = find(style.more, 'more');
  const totalOf = find(style.total, 'total');
  return ({ root, full }, seen) => {
    const place = { item: root, root, headers: {}, device: undefined, variable: undefined };
    const more = moreOf?.(place);
    if (typeof more === 'boolean') return more;
    const total = totalOf?.(place);
    const number = total instanceof SpelledNumber ? total.value : total;
    if (typeof number === 'number') return seen < number;
    return full;
  };
};

/** Rows of the longest series of an answer, or of the answer: what an offset counts. */
const rowsIn = ({ rows }: Answered): number => {
  const counts = new Map<string | undefined, number>();
  for (const { series } of rows) counts.set(series, (counts.get(series) ?? 0) + 1);
  return Math.max(0, ...counts.values());
};

/** `{offset}`: as many rows are skipped as came; `{page}`: one more each time. An empty answer ends both. */
export const countedPages = (style: Counted, limitPer: 'answer' | 'variable', at: At): Pages => {
  const hasMore = compileMore(style, at);
  const first = style.style === 'number' ? (style.first ?? 1) : 0;
  return {
    values: ({ step = first }) => (style.style === 'number' ? { page: step } : { offset: step }),
    next: (answered) => {
      const { state, rows } = answered;
      if (rows.length === 0) return undefined;
      const came = limitPer === 'variable' ? rowsIn(answered) : rows.length;
      const seen = (state.seen ?? 0) + came;
      if (!hasMore(answered, seen)) return undefined;
      const { step = first } = state;
      return { step: style.style === 'number' ? step + 1 : step + came, seen };
    },
  };
};
