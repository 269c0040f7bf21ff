import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@caudal/core';
import { openStore } from '../../../src/store/index.ts';
import { parseAddress } from '../../../src/store/postgres/address.ts';
import { connect } from '../../../src/store/postgres/connection.ts';

/** What stands on the server, as a database file with the same tables: judges of files read it as it is. */
export const copyDown = async (address: string, file: string): Promise<void> => {
  await (await openStore({ path: file, clock: systemClock })).close();
  const database = new DatabaseSync(file);
  const client = await connect(parseAddress(address), true);
  try {
    database.exec('PRAGMA foreign_keys = OFF; BEGIN');
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`);
    for (const { name: table } of tables.all()) {
      const names = database
        .prepare(`PRAGMA table_info(${String(table)})`)
        .all()
        .map(({ name }) => String(name));
      const { rows } = await client.query<Record<string, never>>(
        `SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM "${String(table)}"`,
      );
      database.exec(`DELETE FROM ${String(table)}`);
      const insert = database.prepare(
        `INSERT INTO ${String(table)} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      );
      for (const row of rows) insert.run(...names.map((name) => row[name] ?? null));
    }
    database.exec('COMMIT');
  } finally {
    database.close();
    await client.end();
  }
};
