import type { Operations } from '@caudal/client';
import { useEffect, useState } from 'preact/hooks';
import { client } from './client.ts';
import type { LiveTopic } from './live.ts';
import { type Resource, useResource } from './use-resource.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Operations that answer with a page of a list. */
type ListName = {
  [N in keyof Operations]: Operations[N]['answer'] extends Page<unknown> ? N : never;
}[keyof Operations];
type Item<N extends ListName> = Operations[N]['answer']['items'][number];
type Input<N extends ListName> = Operations[N]['input'];

/** A list that grows by pages. */
export interface Pages<T> extends Resource<readonly T[]> {
  /** Loads the next page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

const readPages = async <N extends ListName>(name: N, input: Input<N>, signal: AbortSignal, most: number) => {
  const items: Item<N>[] = [];
  let next: string | null = null;
  for (let page = 0; page < most; page += 1) {
    const asked: Input<N> = next === null ? input : { ...input, cursor: next };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a union's answer is not known by its name alone
    const read = (await client.ask(name, asked, { signal })).answer as Page<Item<N>>;
    items.push(...read.items);
    ({ next } = read);
    if (next === null) break;
  }
  return { items, next };
};

/** Reads a list from its beginning as far as was asked for, again whenever something happens. */
export const usePages = <N extends ListName>(
  name: N,
  input: Input<N>,
  topics: readonly LiveTopic[] = [],
): Pages<Item<N>> => {
  const key = `${name} ${JSON.stringify(input)}`;
  const [count, setCount] = useState(1);
  useEffect(() => setCount(1), [key]);
  const found = useResource(`${key} ${count}`, (signal) => readPages(name, input, signal, count), topics);
  return {
    ...found,
    data: found.data?.items,
    more: found.data?.next == null ? undefined : () => setCount((now) => now + 1),
  };
};

/** The whole of a list that is known to be small, at most `most` pages of 500. */
export const readAll = async <N extends ListName>(
  name: N,
  input: Input<N>,
  signal: AbortSignal,
  most = 20,
): Promise<readonly Item<N>[]> => (await readPages(name, { limit: 500, ...input }, signal, most)).items;
