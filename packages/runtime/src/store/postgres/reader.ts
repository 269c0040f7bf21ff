import type { ReadingSession } from '../engine.ts';
import { parseAddress } from './address.ts';
import { knownVersion } from './migrate.ts';
import { createConnection, sessionOn } from './session.ts';

/** Reads of one state each. Who waits for a read is told soon that the server is away. */
export const openReader = (path: string): ReadingSession => {
  const address = parseAddress(path);
  const connection = createConnection(address, true);
  return {
    ...sessionOn(connection),
    begin: () => connection.with(async (client) => void (await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ'))),
    commit: async () => void (await connection.current.query('COMMIT')),
    schema: () => connection.with((client) => knownVersion(client, address)),
  };
};
