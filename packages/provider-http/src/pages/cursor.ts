import { SpelledNumber } from '@caudal/core';
import type { PageStyle } from '../config/pull.ts';
import { compilePath } from '../path.ts';
import type { At } from '../refuse.ts';
import type { Pages } from './page.ts';

/** Longest cursor that is carried. */
const longest = 4096;

/**
 * `{cursor}` is what the answer before said comes next. The same cursor again is the end. Inside a window so is an answer
 * without rows; a feed keeps its place instead.
 */
export const cursorPages = (style: Extract<PageStyle, { style: 'cursor' }>, feed: boolean, at: At): Pages => {
  const find = compilePath(style.next, `${at}/next`);
  return {
    values: ({ cursor }) => (cursor === undefined ? {} : { cursor }),
    next: ({ state, root, rows }) => {
      const found = find({ item: root, root, headers: {}, device: undefined, variable: undefined });
      const cursor = found instanceof SpelledNumber ? found.text : found;
      if (
        (typeof cursor !== 'string' && typeof cursor !== 'number') ||
        cursor === '' ||
        String(cursor).length > longest
      )
        return undefined;
      if (cursor === state.cursor || (!feed && rows.length === 0)) return undefined;
      return { cursor };
    },
  };
};
