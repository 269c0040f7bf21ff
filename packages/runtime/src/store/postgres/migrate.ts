import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';
import { migrations } from '../schema/migrations.ts';
import { newerDatabase } from '../schema/newer.ts';
import { toPostgres } from '../schema/to-postgres.ts';
import type { Address } from './address.ts';
import { claimTables } from './claim-table.ts';
import { functions } from './dialect.ts';
import { isCrossed } from './errors.ts';
import { lockSchema, lockWrites } from './lock.ts';

/** `works_from`: the oldest schema whose programs can work on the database from that version on. */
export const ledger = `CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
  works_from bigint NOT NULL)`;

/** Programs older than the first release on PostgreSQL do not exist. */
export const firstOnPostgres = 10;

interface Standing {
  readonly version: number;
  readonly worksFrom: number;
}

const standingOf = async (client: Client): Promise<Standing> => {
  const { rows } = await client.query<Standing>(
    'SELECT coalesce(max(version), 0) AS version, coalesce(max(works_from), 0) AS "worksFrom" FROM schema_version',
  );
  return rows[0] ?? { version: 0, worksFrom: 0 };
};

const worksFrom = (index: number): number => {
  const migration = migrations[index];
  return (typeof migration === 'object' ? migration.contracts : undefined) ?? firstOnPostgres;
};

/** A database of a newer program can be worked on as long as nothing was taken away that this program needs. */
const assertKnown = ({ version, worksFrom: oldest }: Standing, { schema }: Address): void => {
  if (version > migrations.length && oldest > migrations.length)
    throw newerDatabase(`schema ${schema}`, version, migrations.length);
};

/**
 * The version of the schema.
 *
 * @throws CaudalError kind `config` when there is none, or one that this program can not read
 */
export const knownVersion = async (client: Client, address: Address): Promise<number> => {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('schema_version') IS NOT NULL AS there");
  if (rows[0]?.there !== true)
    throw new CaudalError('config', `there is no schema ${address.schema} of Caudal in this database`, { sent: 'no' });
  const standing = await standingOf(client);
  assertKnown(standing, address);
  return standing.version;
};

const migrateOnce = async (client: Client, address: Address): Promise<number> => {
  const { schema } = address;
  await client.query('BEGIN');
  try {
    // Longer than the other one may take, and than a statement otherwise may.
    await client.query(`SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; ${lockSchema(address)}`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"; ${ledger}; ${claimTables}`);
    const standing = await standingOf(client);
    assertKnown(standing, address);
    // Instances of the version before may be at work: what they write has ended, and waits until the tables are as they will be.
    if (standing.version < migrations.length) await client.query(`${lockWrites(address)}; ${functions}`);
    for (const [index, migration] of migrations.entries()) {
      if (index < standing.version) continue;
      await client.query(toPostgres(migration));
      await client.query('INSERT INTO schema_version (version, works_from) VALUES ($1, $2)', [
        index + 1,
        worksFrom(index),
      ]);
    }
    await client.query('COMMIT');
    return Math.max(standing.version, migrations.length);
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw thrown;
  }
};

/** Whoever reads two tables may have the one that is to be changed next, and wait for the one that was changed: the server ends one of them. */
const mostTries = 10;

/**
 * Brings the schema up to this program's, in one transaction: of several instances that start together one does it, the others wait.
 *
 * @throws CaudalError kind `config` for a database that a newer program wrote in a way that this one can not read
 */
export const migrate = async (client: Client, address: Address): Promise<number> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await migrateOnce(client, address);
    } catch (thrown) {
      if (tries === mostTries || !isCrossed(thrown)) throw thrown;
    }
  }
};
