import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';
import type { Engine, Writer } from '../engine.ts';
import { type Address, parseAddress } from './address.ts';
import { isLost, postgresError } from './errors.ts';
import { lockWrites } from './lock.ts';
import { migrate } from './migrate.ts';
import { dispossessed, giveBack, renewEveryMs, renewText, takeDatabase } from './owner.ts';
import { keepPartitions } from './partitions.ts';
import { createConnection, sessionOn } from './session.ts';
import { assertServer } from './server.ts';

/** That it is still ours, and the transaction's id, which tells afterwards what became of it. */
const beginWriting = (address: Address, epoch: number): string => `BEGIN; ${lockWrites(address)}; ${renewText(epoch)}`;

/** Parts of tables are looked after this often. */
const partitionsEveryMs = 6 * 3_600_000;

/** How a transaction ended whose answer was lost with its connection. */
const ended = async (client: Client, id: string): Promise<'committed' | 'aborted' | 'in progress' | undefined> => {
  const { rows } = await client.query<{ status: 'committed' | 'aborted' | 'in progress' | null }>(
    'SELECT pg_xact_status($1::text::xid8) AS status',
    [id],
  );
  return rows[0]?.status ?? undefined;
};

/** The server rolled it back: it can be run again. */
const undone = (cause: unknown): Error =>
  Object.assign(new Error('the connection was lost before the transaction was committed', { cause }), {
    code: '40001',
  });

export const openWriter: Engine['openWriter'] = async ({ path, brief }, onWait): Promise<Writer> => {
  const address = parseAddress(path);
  const connection = createConnection(address, false);
  let facts: Writer['facts'];
  let epoch: number;
  try {
    facts = await connection.with(async (client) => {
      const server = await assertServer(client);
      return { engine: 'postgres', ...server, schema: await migrate(client, address) };
    });
    epoch = await takeDatabase((act) => connection.with(act), { brief, onWait });
  } catch (thrown) {
    await connection.close();
    throw postgresError(thrown);
  }
  let transaction = '';
  let keptAt = -Infinity;

  /** Before a transaction, never within one: what can not be done now is done the next time. */
  const keep = async (): Promise<void> => {
    if (performance.now() - keptAt < partitionsEveryMs) return;
    keptAt = performance.now();
    try {
      await connection.with((client) => keepPartitions(client, address, Date.now()), 0);
    } catch {
      connection.drop();
    }
  };

  const begin = async (client: Client): Promise<void> => {
    const results = (await client.query(beginWriting(address, epoch))) as unknown as { rows: { id: string }[] }[];
    const id = results.at(-1)?.rows[0]?.id;
    if (id === undefined) throw dispossessed();
    transaction = id;
  };

  /** The answer to a commit was lost: the server knows what became of it. */
  const find = async (cause: unknown): Promise<void> => {
    connection.drop();
    const id = transaction;
    const status = await connection.with(async (client) => {
      const found = await ended(client, id);
      // The session of it may still be ending.
      if (found === 'in progress') throw Object.assign(new Error('still ending', { cause }), { code: '57P03' });
      return found;
    });
    if (status === 'committed') return;
    if (status === 'aborted') throw undone(cause);
    throw new CaudalError('transient', 'the database does not know whether a transaction was committed', { cause });
  };

  return {
    ...sessionOn(connection),
    facts,
    renewal: {
      everyMs: renewEveryMs,
      async renew() {
        // What fails here is found by the next transaction, which asks the same.
        await connection.with((client) => client.query(renewText(epoch)), 0).catch(() => undefined);
      },
    },
    async close() {
      await connection.with((client) => giveBack(client, epoch), 0).catch(() => undefined);
      await connection.close();
    },
    async begin() {
      await keep();
      await connection.with(begin);
    },
    async commit() {
      try {
        const { command } = await connection.current.query('COMMIT');
        if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
      } catch (thrown) {
        if (!isLost(thrown)) throw thrown;
        await find(thrown);
      }
    },
  };
};
