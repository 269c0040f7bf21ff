import type { Store } from '../store/store.ts';

type Reads = Pick<Store, 'read'>;

/** What is known by an id in the audit and by a name among people. Neither is ever deleted: what went keeps its name. */
const nameOf: Readonly<Record<string, (store: Reads, id: string) => Promise<string | undefined>>> = {
  user: async ({ read }, id) => (await read.user(id))?.name,
  key: async ({ read }, id) => (await read.apiKey(id))?.name,
};

/**
 * Names of users and keys for `user:id` and `key:id`; of anybody else, what the audit calls them. One read for each author, however
 * often they are named.
 */
export const authorNames = async <A extends string | null>(
  store: Reads,
  authors: Iterable<A>,
): Promise<(author: A) => A> => {
  const names = new Map<A, A>();
  for (const author of new Set(authors)) {
    const [kind = '', id] = author?.split(/:(.*)/s) ?? [];
    if (id === undefined || !Object.hasOwn(nameOf, kind)) continue;
    const name = await nameOf[kind]?.(store, id);
    if (name !== undefined) names.set(author, name as A);
  }
  return (author) => names.get(author) ?? author;
};

/** Something with its author by name; who it was exactly stands beside it. */
export type Named<T, A extends string | null = string> = T & { readonly by: A };

export const named = async <T, A extends string | null>(
  store: Reads,
  rows: readonly T[],
  authorOf: (row: T) => A,
): Promise<readonly Named<T, A>[]> => {
  const by = await authorNames(store, rows.map(authorOf));
  return rows.map((row) => ({ ...row, by: by(authorOf(row)) }));
};
