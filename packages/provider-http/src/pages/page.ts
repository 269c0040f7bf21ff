import { CaudalError, isJsonObject, type Json, type Window } from '@caudal/core';
import type { Row } from '../decode.ts';
import type { Values } from '../template/values.ts';

/** Where a pull goes on, inside its window. */
export interface PageState {
  /** Rows to skip, or the number of the page. */
  readonly step?: number;
  /** Rows that came before. */
  readonly seen?: number;
  readonly cursor?: string | number;
  /** What is left of the window. */
  readonly from?: number;
  readonly to?: number;
  /** Asked for more than the host wants, because a page of one instant can not be passed otherwise. */
  readonly limit?: number;
}

/** One answer, as a page style sees it. */
export interface Answered {
  readonly state: PageState;
  readonly rows: readonly Row[];
  readonly root: unknown;
  /** As asked in this request; absent for a feed. */
  readonly window: Window | undefined;
  readonly limit: number;
  readonly maxLimit: number;
  /** At least one of the series, or the answer, is as long as the limit. */
  readonly full: boolean;
}

export interface Pages {
  /** Placeholders of this style. */
  values(state: PageState): Partial<Values>;
  /** Undefined: the window has no more. */
  next(answered: Answered): PageState | undefined;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isInstant = (value: unknown) => Number.isSafeInteger(value);

const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  step: isCount,
  seen: isCount,
  cursor: (value) => typeof value === 'string' || Number.isFinite(value),
  from: isInstant,
  to: isInstant,
  limit: isCount,
};

/**
 * A page as it was handed out.
 * @throws CaudalError kind `bug` for anything else
 */
export const readPage = (page: Json | undefined): PageState => {
  if (page === undefined) return {};
  if (!isJsonObject(page) || !Object.entries(page).every(([key, value]) => members[key]?.(value) === true))
    throw new CaudalError('bug', 'the page was not handed out by this provider', { sent: 'no' });
  return page;
};
