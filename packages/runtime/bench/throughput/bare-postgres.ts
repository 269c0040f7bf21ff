import { performance } from 'node:perf_hooks';
import type { Client } from 'pg';

/** Rows of one transaction: as many as the store groups. */
const batch = 500;
/** What a raw record and its values are on disk; the rest is bookkeeping. */
const tables = ['raw', 'raw_body', 'value'] as const;

const chunks = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / batch) }, (_, index) => rows.slice(index * batch, (index + 1) * batch));

/**
 * Seconds that the bare server takes to write raw records, bodies and values of a finished database into tables with the same columns and indexes:
 * one connection, one multi-row INSERT and one transaction for each 500 rows, nothing read or judged. Reading the rows is not counted.
 */
export const secondsOfBarePostgres = async (client: Client, schema: string): Promise<number> => {
  await client.query('DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare');
  let taken = 0;
  for (const table of tables) {
    await client.query(`CREATE TABLE bare.${table} (LIKE "${schema}".${table} INCLUDING ALL)`);
    // By their place, values as they came: the order of the key would be an easier one.
    const { rows } = await client.query<{ row: string }>(
      `SELECT row_to_json(t)::text AS row FROM "${schema}".${table} t`,
    );
    const parameters = chunks(rows).map((some) => `[${some.map(({ row }) => row).join(',')}]`);
    const began = performance.now();
    for (const parameter of parameters) {
      await client.query('BEGIN');
      await client.query({
        name: `bare ${table} ${schema}`,
        text: `INSERT INTO bare.${table} SELECT * FROM json_populate_recordset(null::bare.${table}, $1::json)`,
        values: [parameter],
      });
      await client.query('COMMIT');
    }
    taken += performance.now() - began;
  }
  // What is known of tables that are made anew is worth nothing.
  await client.query('DEALLOCATE ALL');
  return taken / 1000;
};
