import { closedObject, type TSchema, Type } from '@caudal/core';
import { Refusal } from './refusal.ts';

const cursorPattern = '^[A-Za-z0-9_-]{1,600}$';

/** Asked for of every list. */
export const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'At most so many.' }),
  cursor: Type.Optional(
    Type.String({ pattern: cursorPattern, description: '`next` of the page before, with the same filters and order.' }),
  ),
};

export const pageOf = <S extends TSchema>(item: S, title: string) =>
  closedObject(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String({ pattern: cursorPattern }), Type.Null()], {
        description: 'Cursor of the next page; null on the last.',
      }),
    },
    { title },
  );

type Key = readonly (string | number)[];

/** Where a list goes on, with a mark of the list it belongs to: another list's, or one made up, is refused. */
const writeCursor = (list: string, key: Key): string =>
  Buffer.from(JSON.stringify([list, ...key]), 'utf8').toString('base64url');

const unreadable = () =>
  new Refusal('invalid', 'this cursor is not one of this list and order', {
    issues: [{ path: '/query/cursor', message: 'is not one of this list and order' }],
  });

/** @param types of the parts of the key, so that nothing else reaches a query */
export const readCursor = <const T extends readonly ('string' | 'number')[]>(
  list: string,
  cursor: string | undefined,
  types: T,
): { [K in keyof T]: T[K] extends 'number' ? number : string } | undefined => {
  if (cursor === undefined) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw unreadable();
  }
  if (!Array.isArray(parts) || parts.length !== types.length + 1 || parts[0] !== list) throw unreadable();
  const key: unknown[] = parts.slice(1);
  for (const [index, type] of types.entries()) {
    const part = key[index];
    if (typeof part !== type || (typeof part === 'number' && !Number.isSafeInteger(part))) throw unreadable();
  }
  return key as { [K in keyof T]: T[K] extends 'number' ? number : string };
};

/** A page of rows that were read with one more than the limit. */
export const page = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  list: string,
  key: (row: Row) => Key,
): { items: Item[]; next: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? writeCursor(list, key(last)) : null,
  };
};

/** A page of a list that is in memory, ordered by id. */
export const pageById = <Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  item: (row: Row) => Item,
  list: string,
): { items: Item[]; next: string | null } => {
  const [after] = readCursor(list, cursor, ['string']) ?? [''];
  const rest = rows.filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return page(rest.slice(0, limit + 1), limit, item, list, ({ id }) => [id]);
};
