import { statSync } from 'node:fs';
import { CaudalError } from '@caudal/core';
import { isAddress } from './engine.ts';
import { openReadOnly } from './open-read-only.ts';
import { printableAddress } from './postgres/address.ts';
import type { Store, StoreWrites } from './store.ts';

const refuse = () =>
  Promise.reject(
    new CaudalError('bug', 'the database was opened to look, and something is to be written', { sent: 'no' }),
  );

/** Every write, refused. */
const noWrites = new Proxy({} as StoreWrites, { get: () => refuse });

/**
 * A database whose owner does not run, to answer a question: no lock is taken, so that nobody who wants to own it meanwhile is refused.
 *
 * @throws CaudalError kind `config` when there is no database, or one of another schema
 */
export const openToLook = async (path: string): Promise<Store> => {
  const { read, close } = await openReadOnly(path);
  const store: Store = {
    claims: null,
    under: () => store,
    write: Object.assign(Object.create(noWrites) as StoreWrites, { as: () => noWrites }),
    read,
    disk: null,
    probe: () => Promise.resolve(true),
    waiting: 0,
    unanswered: null,
    facts: () =>
      Promise.resolve(
        isAddress(path)
          ? { engine: 'postgres', path: printableAddress(path) }
          : { engine: 'sqlite', path, databaseBytes: statSync(path).size },
      ),
    close,
  };
  return store;
};
