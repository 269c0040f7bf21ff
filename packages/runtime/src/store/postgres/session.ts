import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Session } from '../engine.ts';
import type { Address } from './address.ts';
import { postgresClient } from './client.ts';
import { connect } from './connection.ts';
import { isLost, refusalOf, Unreachable } from './errors.ts';

/** A restart or a failover takes seconds: whoever waits for a transaction is told only after this. */
const patienceMs = 10_000;
const pauseMs = 200;

/** The connection of a session: opened again when it was lost, for as long as the patience lasts. */
export const createConnection = (address: Address, reads: boolean) => {
  let client: Client | undefined;
  const drop = () => {
    client?.end().catch(() => undefined);
    client = undefined;
  };
  return {
    drop,
    /** Of the transaction at hand. */
    get current(): Client {
      if (client === undefined) throw new Error('no transaction was begun');
      return client;
    },
    /** Does something that may be done twice, on a connection that works. */
    async with<T>(act: (client: Client) => Promise<T>, patience = patienceMs): Promise<T> {
      for (const until = performance.now() + patience; ;) {
        try {
          client ??= await connect(address, reads);
          return await act(client);
        } catch (thrown) {
          if (!isLost(thrown)) throw thrown;
          drop();
          if (performance.now() >= until) throw new Unreachable(thrown);
          await sleep(pauseMs);
        }
      }
    },
    async close() {
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
};

export type Connection = ReturnType<typeof createConnection>;

/** What is the same for reading and writing. */
export const sessionOn = (connection: Connection): Pick<Session, 'sql' | 'rollback' | 'refusal' | 'close'> => {
  const sql = postgresClient(() => connection.current);
  return {
    sql,
    refusal: (thrown, committing) => {
      if (isLost(thrown)) connection.drop();
      return refusalOf(thrown, committing);
    },
    async rollback() {
      sql.known.clear();
      try {
        await connection.current.query('ROLLBACK');
      } catch {
        connection.drop();
      }
    },
    close: () => connection.close(),
  };
};
