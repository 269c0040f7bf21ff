import type { Store } from '../store/store.ts';

/** Names of users for `user:id`; of anybody else, what the audit calls them. One read for each author, however often they are named. */
export const authorNames = async (
  { read }: Pick<Store, 'read'>,
  authors: Iterable<string | null>,
): Promise<(author: string | null) => string | null> => {
  const names = new Map<string, string>();
  for (const author of new Set(authors)) {
    if (author === null || !author.startsWith('user:')) continue;
    const user = await read.user(author.slice('user:'.length));
    if (user !== null) names.set(author, user.name);
  }
  return (author) => (author === null ? null : (names.get(author) ?? author));
};
