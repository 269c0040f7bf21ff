import { useEffect, useState } from 'preact/hooks';
import { get, type Call, type Page } from './call.ts';
import type { LiveTopic } from './live.ts';
import { type Resource, useResource } from './use-resource.ts';

/** A list that grows by pages. */
export interface Pages<T> extends Resource<readonly T[]> {
  /** Loads the next page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

/** Reads a list from its beginning as far as was asked for, again whenever something happens. */
export const usePages = <T>(path: string, query: Call['query'] = {}, topics: readonly LiveTopic[] = []): Pages<T> => {
  const key = `${path} ${JSON.stringify(query)}`;
  const [count, setCount] = useState(1);
  useEffect(() => setCount(1), [key]);
  const found = useResource(
    `${key} ${count}`,
    async (signal) => {
      const items: T[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < count; page += 1) {
        const read: Page<T> = await get<Page<T>>(path, { ...query, cursor }, signal);
        items.push(...read.items);
        cursor = read.next;
        if (cursor === null) break;
      }
      return { items, next: cursor };
    },
    topics,
  );
  return {
    ...found,
    data: found.data?.items,
    more: found.data?.next == null ? undefined : () => setCount((now) => now + 1),
  };
};

/** The whole of a list that is known to be small, at most `most` pages of 500. */
export const readAll = async <T>(
  path: string,
  query: Call['query'],
  signal: AbortSignal,
  most = 20,
): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < most; page += 1) {
    const read: Page<T> = await get<Page<T>>(path, { limit: 500, ...query, cursor }, signal);
    items.push(...read.items);
    cursor = read.next;
    if (cursor === null) break;
  }
  return items;
};
