import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';
import { type Claim, claimKey } from '../claims.ts';
import type { Engine, Writer } from '../engine.ts';
import { type Address, parseAddress } from './address.ts';
import { renewWithin } from './claim-table.ts';
import { isLost, postgresError } from './errors.ts';
import { lockWrites } from './lock.ts';
import { lockTimeoutMs } from './connection.ts';
import { migrate } from './migrate.ts';
import { keepPartitions } from './partitions.ts';
import { createConnection, sessionOn } from './session.ts';
import { assertServer } from './server.ts';

/** Another instance's transaction is waited for longer than one that stands still may last; a lock of anybody else as long as ever. */
const turnTimeoutMs = 30_000;

/** Our turn, the transaction's id, which tells afterwards what became of it, and which claims are still ours. */
const beginWriting = (address: Address, claims: readonly Claim[], leaseMs: number): string =>
  [
    `BEGIN; SET LOCAL lock_timeout = ${turnTimeoutMs}; ${lockWrites(address)}; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    'SELECT pg_current_xact_id()::text AS id',
    ...(claims.length === 0 ? [] : [renewWithin(claims, leaseMs)]),
  ].join('; ');

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

export const openWriter: Engine['openWriter'] = async ({ path, leaseMs }): Promise<Writer> => {
  const address = parseAddress(path);
  const connection = createConnection(address, false);
  let facts: Writer['facts'];
  try {
    facts = await connection.with(async (client) => {
      const server = await assertServer(client);
      return { engine: 'postgres', ...server, schema: await migrate(client, address) };
    });
  } catch (thrown) {
    await connection.close();
    throw postgresError(thrown);
  }
  let transaction = '';
  let keptAt = -Infinity;

  /** Before a transaction, never within one: what can not be done now is done the next time. */
  const keep = async (now: number): Promise<void> => {
    if (Math.abs(now - keptAt) < partitionsEveryMs) return;
    keptAt = now;
    try {
      await connection.with((client) => keepPartitions(client, address, now), 0);
    } catch {
      connection.drop();
    }
  };

  const begin = async (client: Client, claims: readonly Claim[]): Promise<readonly Claim[]> => {
    const results = (await client.query(beginWriting(address, claims, leaseMs))) as unknown as readonly {
      readonly rows: readonly (Claim & { readonly id?: string })[];
    }[];
    const rows = results.flatMap((result) => result.rows);
    transaction = rows.find(({ id }) => id !== undefined)?.id ?? '';
    const ours = new Set(rows.filter(({ role }) => role !== undefined).map(claimKey));
    return claims.filter((claim) => !ours.has(claimKey(claim)));
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
    async begin(claims, now) {
      await keep(now);
      return connection.with((client) => begin(client, claims));
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
