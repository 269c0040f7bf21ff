import { Client } from 'pg';
import type { PostgresServer } from './postgres-server.ts';

/**
 * One schema for test after test: its tables are emptied when a test begins on a path that was not seen before, which costs a hundredth of
 * making them again. A test that opens its path again finds what it wrote.
 */
export const createCleanSchema = (server: () => PostgresServer) => {
  let last: string | undefined;
  return async (path: string): Promise<string> => {
    const address = server().address('suite');
    if (last !== path && last !== undefined) await empty(server().address('suite'));
    last = path;
    return address;
  };
};

const tablesOf = `SELECT format('DELETE FROM suite.%I;', tablename) AS act FROM pg_tables
  WHERE schemaname = 'suite' AND tablename <> 'schema_version' AND tablename NOT LIKE 'value\\_%'
  UNION ALL SELECT 'DELETE FROM suite.value_revision;'
  UNION ALL SELECT format('ALTER SEQUENCE suite.%I RESTART;', sequencename) FROM pg_sequences WHERE schemaname = 'suite'`;

const empty = async (address: string): Promise<void> => {
  const url = new URL(address);
  url.searchParams.delete('schema');
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<{ act: string }>(tablesOf);
    await client.query(`SET session_replication_role = replica; ${rows.map(({ act }) => act).join('\n')}`);
  } finally {
    await client.end();
  }
};
