import { hash as hashOf, createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { CaudalError, isCaudalError } from '@caudal/core';
import type { Client } from 'pg';
import { verifyStored } from '../../evidence/read-chain.ts';
import { readOperations } from '../operations/index.ts';
import type { ReadOperation } from '../operations/operation.ts';
import { assertKnown, migrations } from '../schema/migrations.ts';
import type { Batch, ColumnType, Sql, SqlRow, SqlValue } from '../sql.ts';
import { lockDatabase } from '../sqlite/lock.ts';
import type { StoreReads } from '../store.ts';
import { parseAddress } from './address.ts';
import { postgresClient } from './client.ts';
import { connect } from './connection.ts';
import { postgresError } from './errors.ts';
import { lockWrites } from './lock.ts';
import { migrate } from './migrate.ts';
import { keepPartitions } from './partitions.ts';
import { assertServer } from './server.ts';

/** Rows and bytes that travel at once. */
const pageRows = 2_000;
const pageBytes = 4 * 1024 * 1024;

interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Place in the primary key, from 1; 0 outside it. */
  readonly key: number;
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly order: string;
  readonly after: readonly string[];
}

/** What was moved of a table, as counted and hashed on both sides. */
export interface MovedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of its rows in the order of their key. */
  readonly sha256: string;
}

export interface Moved {
  readonly tables: readonly MovedTable[];
  /** Entries of the audit chain, followed from the first to the last in the new database. */
  readonly chain: number;
}

const quoted = (name: string) => `"${name}"`;

const tableOf = (source: DatabaseSync, name: string): Table => {
  const info = source.prepare(`PRAGMA table_info(${quoted(name)})`).all() as {
    name: string;
    type: string;
    pk: number;
  }[];
  const columns = info.map((column) => ({
    name: column.name,
    type: column.type.toLowerCase() as ColumnType,
    key: column.pk,
  }));
  const foreign = source.prepare(`PRAGMA foreign_key_list(${quoted(name)})`).all() as { table: string }[];
  return {
    name,
    columns,
    order: columns
      .filter(({ key }) => key > 0)
      .toSorted((a, b) => a.key - b.key)
      .map((column) => quoted(column.name))
      .join(', '),
    after: foreign.map(({ table }) => table),
  };
};

/** Every table, those that others refer to first. */
const tablesOf = (source: DatabaseSync): readonly Table[] => {
  const names = source
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .all()
    .map(({ name }) => name as string);
  const waiting = new Map(names.map((name) => [name, tableOf(source, name)]));
  const ordered: Table[] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ after }) => !after.some((name) => waiting.has(name)));
    if (free.length === 0) throw new Error('tables refer to one another in a circle');
    for (const table of free) {
      ordered.push(table);
      waiting.delete(table.name);
    }
  }
  return ordered;
};

/** That a file was closed well says nothing of a server's tables. */
const ownToFiles = (table: string) => (table === 'meta' ? ` WHERE key <> 'clean'` : '');

const selectOf = ({ name, columns, order }: Table) =>
  `SELECT ${columns.map((column) => quoted(column.name)).join(', ')} FROM ${quoted(name)}${ownToFiles(name)} ORDER BY ${order}`;

/** A hash over rows that is the same for the same rows of either engine. */
const createRowsHash = (columns: readonly Column[]) => {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    add(row: Readonly<Record<string, unknown>>) {
      const values = columns.map(({ name }) => {
        const value = row[name] ?? null;
        return value instanceof Uint8Array ? hashOf('sha256', value, 'hex') : value;
      });
      hash.update(`${JSON.stringify(values)}\n`);
      rows += 1;
    },
    end: () => ({ rows, sha256: hash.digest('hex') }),
  };
};

const insertInto = ({ name, columns }: Table): Batch => {
  const names = columns.map((column) => quoted(column.name)).join(', ');
  return {
    columns: Object.fromEntries(columns.map((column) => [column.name, column.type])),
    text: (rows) => `INSERT INTO ${quoted(name)} (${names}) SELECT ${names} FROM ${rows} j`,
  };
};

const sizeOf = (row: SqlRow): number =>
  row.reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array || typeof value === 'string' ? value.length : 8),
    0,
  );

const copy = async (source: DatabaseSync, sql: Sql, table: Table): Promise<MovedTable> => {
  const batch = insertInto(table);
  const hash = createRowsHash(table.columns);
  let page: SqlRow[] = [];
  let bytes = 0;
  const flush = async () => {
    await sql.each(batch, page);
    page = [];
    bytes = 0;
  };
  for (const row of source.prepare(selectOf(table)).iterate()) {
    hash.add(row);
    const values = table.columns.map(({ name }) => row[name] as SqlValue);
    page.push(values);
    bytes += sizeOf(values);
    if (page.length === pageRows || bytes >= pageBytes) await flush();
  }
  await flush();
  return { table: table.name, ...hash.end() };
};

const readBack = async (client: Client, table: Table): Promise<MovedTable> => {
  const hash = createRowsHash(table.columns);
  const cursor = `read_${table.name}`;
  await client.query(`DECLARE ${cursor} CURSOR FOR ${selectOf(table)}`);
  for (let more = true; more;) {
    const { rows } = await client.query<Record<string, unknown>>(`FETCH ${pageRows} FROM ${cursor}`);
    for (const row of rows) hash.add(row);
    more = rows.length > 0;
  }
  await client.query(`CLOSE ${cursor}`);
  return { table: table.name, ...hash.end() };
};

const assertEmpty = async (client: Client, tables: readonly Table[], schema: string): Promise<void> => {
  for (const { name } of tables) {
    const { rows } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (rows.length > 0)
      throw new CaudalError(
        'config',
        `schema ${schema} of the target holds data already (${name}): nothing was moved; name an empty one with ?schema=`,
        { sent: 'no' },
      );
  }
};

/** Numbers given by the engine go on after the last that was given. */
const followNumbers = async (source: DatabaseSync, client: Client, tables: readonly Table[]): Promise<void> => {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = current_schema() AND is_identity = 'YES'`,
  );
  const given = new Map(
    source
      .prepare('SELECT name, seq FROM sqlite_sequence')
      .all()
      .map(({ name, seq }) => [name as string, seq as number]),
  );
  for (const { table, column } of rows.filter(({ table: name }) => tables.some((one) => one.name === name)))
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), greatest(1, $3::bigint, (SELECT max(${quoted(column)}) FROM ${quoted(table)})))`,
      [table, column, given.get(table) ?? 1],
    );
};

const readsOf = (sql: Sql): StoreReads =>
  Object.fromEntries(
    Object.entries(
      readOperations as unknown as Record<string, ReadOperation & { run(...args: unknown[]): unknown }>,
    ).map(([name, operation]) => [name, async (...args: unknown[]) => operation.run(sql, ...args)]),
  ) as unknown as StoreReads;

const moveAll = async (source: DatabaseSync, client: Client, schema: string): Promise<Moved> => {
  const tables = tablesOf(source);
  const sql = postgresClient(() => client);
  await assertEmpty(client, tables, schema);
  const moved: MovedTable[] = [];
  for (const table of tables) {
    const sent = await copy(source, sql, table);
    const found = await readBack(client, table);
    if (found.rows !== sent.rows || found.sha256 !== sent.sha256)
      throw new CaudalError('bug', `table ${table.name} is another one in the target: nothing was moved`, {
        detail: `${sent.rows} rows ${sent.sha256}, found ${found.rows} rows ${found.sha256}`,
        sent: 'no',
      });
    moved.push(sent);
  }
  await followNumbers(source, client, tables);
  const { fault, entries } = await verifyStored(readsOf(sql), {});
  if (fault !== undefined)
    throw new CaudalError(
      'invalid-data',
      `the audit chain breaks at entry ${fault.seq}: ${fault.message}; nothing was moved`,
      {
        sent: 'no',
      },
    );
  return { tables: moved, chain: entries };
};

/**
 * Moves a database file into a schema of a PostgreSQL database, all of it in one transaction or nothing: each table is read back and compared by
 * count and hash, and the audit chain is followed, before that transaction is committed. The file stays as it is.
 *
 * @throws CaudalError kind `config` when a process holds the file, when it is of another version, or when the schema holds data
 */
export const moveToPostgres = async (file: string, to: string, now: number): Promise<Moved> => {
  const address = parseAddress(to);
  const unlock = lockDatabase(file, now);
  let source: DatabaseSync | undefined;
  let client: Client | undefined;
  try {
    source = new DatabaseSync(file, { readOnly: true });
    if (assertKnown(source, file) < migrations.length)
      throw new CaudalError('config', `${file} is of an older version: run "caudal migrate" first`, { sent: 'no' });
    client = await connect(address, false);
    await assertServer(client);
    await migrate(client, address);
    await client.query(
      `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN; ${lockWrites(address)}`,
    );
    const moved = await moveAll(source, client, address.schema);
    await client.query('COMMIT');
    // The months that came are cut from the part that takes everything; where that fails, the next start does it.
    await keepPartitions(client, address, now).catch(() => undefined);
    return moved;
  } catch (thrown) {
    await client?.query('ROLLBACK').catch(() => undefined);
    throw isCaudalError(thrown) ? thrown : postgresError(thrown);
  } finally {
    await client?.end().catch(() => undefined);
    source?.close();
    unlock();
  }
};
