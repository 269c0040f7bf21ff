import type { Client, CustomTypesConfig } from 'pg';
import type { Address } from './address.ts';

/** Waiting for a lock of another program, as long as on SQLite. */
export const lockTimeoutMs = 5_000;
const statementTimeoutMs = 60_000;
/** A transaction that stands still so long is of a process that is frozen or gone: it must not hold up the others. */
const idleTimeoutMs = 5_000;
const connectTimeoutMs = 5_000;

/** OIDs of pg_type: int8, numeric and bytea, which would otherwise come as text and as parts of a shared buffer. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: Number,
  1700: Number,
  17: (text) => {
    const bytes = new Uint8Array((text.length - 2) / 2);
    bytes.set(Buffer.from(text.slice(2), 'hex'));
    return bytes;
  },
};

const settings = ({ schema }: Address, reads: boolean): string => `
  SET search_path TO "${schema}";
  SET TIME ZONE 'UTC';
  SET bytea_output = 'hex';
  SET standard_conforming_strings = on;
  SET extra_float_digits = 1;
  SET statement_timeout = ${statementTimeoutMs};
  SET lock_timeout = ${lockTimeoutMs};
  SET idle_in_transaction_session_timeout = ${idleTimeoutMs};
  SET default_transaction_read_only = ${reads ? 'on' : 'off'};
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

/** Opens a connection with what we want to be sure of. Its loss shows in the next statement. */
export const connect = async (address: Address, reads: boolean): Promise<Client> => {
  const { default: pg } = await import('pg');
  const types: CustomTypesConfig = {
    getTypeParser: (oid, format?: 'text' | 'binary') =>
      (parsers[oid as number] ?? pg.types.getTypeParser(oid, format)) as (text: string) => never,
  };
  const client = new pg.Client({
    connectionString: address.connectionString,
    application_name: 'caudal',
    connectionTimeoutMillis: connectTimeoutMs,
    // A server that is cut off answers neither a statement nor its cancelling.
    query_timeout: statementTimeoutMs + 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(settings(address, reads));
    return client;
  } catch (thrown) {
    client.end().catch(() => undefined);
    throw thrown;
  }
};
