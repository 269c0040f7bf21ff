import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { firstOnPostgres } from '../../src/store/postgres/migrate.ts';
import { migrations } from '../../src/store/schema/migrations.ts';
import { handClock } from './files.ts';
import { writeOldPostgres } from './old-databases.ts';
import { expectNothingLost, expectStory, type Rows } from './old-story.ts';
import { noServer, type PostgresServer, startPostgres } from './postgres-server.ts';
import { day, t0 } from './rows.ts';

/** What instances keep for their own time, and what says which version it is. */
const ofTheServer = new Set(['claim', 'instance', 'schema_version']);

let server: PostgresServer;

const withClient = async <T>(act: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ host: '127.0.0.1', port: server.port, user: 'caudal', database: 'postgres' });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
};

/** A table in parts is read as one. */
const everyRow = async (client: Client, schema: string): Promise<Rows> => {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
    [schema],
  );
  const found = new Map<string, readonly Record<string, unknown>[]>();
  for (const { name } of tables)
    if (!ofTheServer.has(name))
      found.set(name, (await client.query<Record<string, unknown>>(`SELECT * FROM "${schema}"."${name}"`)).rows);
  return found;
};

describe.skipIf(noServer !== undefined)(
  `an upgrade on PostgreSQL loses nothing${noServer === undefined ? '' : `: ${noServer}`}`,
  () => {
    beforeAll(async () => {
      server = await startPostgres({ sync: false });
    });
    afterAll(() => server.remove());

    it.each(migrations.map((_, index) => index + 1).filter((version) => version >= firstOnPostgres))(
      'of a database of schema %d',
      async (version) => {
        const schema = `old_${version}`;
        const before = await withClient(async (client) => {
          await writeOldPostgres(client, schema, version);
          return everyRow(client, schema);
        });
        for (const [table, rows] of before)
          expect(rows, `nothing of schema ${version} is in ${table}`).not.toHaveLength(0);
        const clock = handClock();
        clock.at = t0 + day / 2;
        const address = server.address(schema);
        const store = await openStore({ path: address, clock });
        expect(await store.facts()).toMatchObject({ schema: migrations.length });
        const after = await withClient((client) => everyRow(client, schema));
        expectNothingLost(before, after);
        await expectStory(store, version);
        const { found, stored } = await store.read.conservation({ rows: true });
        expect(found?.instances).toEqual(stored);
        await store.close();
      },
    );
  },
);
