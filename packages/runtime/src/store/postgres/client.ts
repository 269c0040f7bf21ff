import type { Client } from 'pg';
import { type Batch, type ColumnType, numbers, type Sql, type SqlRow } from '../sql.ts';
import { translate } from './dialect.ts';

/** How a column of a batch stands in the JSON parameter, and what makes the value of it again. */
const columnTypes: Readonly<Record<ColumnType, { readonly type: string; readonly read: (column: string) => string }>> =
  {
    integer: { type: 'bigint', read: (column) => column },
    real: { type: 'double precision', read: (column) => column },
    text: { type: 'text', read: (column) => column },
    blob: { type: 'text', read: (column) => `decode(${column}, 'base64')` },
  };

const rowSource = ({ columns }: Batch): string => {
  const all = Object.entries(columns).map(([name, type]) => ({ name: `"${name}"`, ...columnTypes[type] }));
  return `(SELECT ${all.map(({ name, read }) => `${read(name)} AS ${name}`).join(', ')}
    FROM json_to_recordset($1::json) AS given(${all.map(({ name, type }) => `${name} ${type}`).join(', ')}))`;
};

/** Rows as the one parameter of a statement. */
const parameterOf = ({ columns }: Batch, rows: readonly SqlRow[]): string => {
  const names = Object.keys(columns);
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        names.map((name, index) => {
          const value = row[index] ?? null;
          return [name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value];
        }),
      ),
    ),
  );
};

/** Parts of a batch in which no key comes twice: a statement changes a row once. */
const wavesOf = ({ columns, key }: Batch, rows: readonly SqlRow[]): readonly (readonly SqlRow[])[] => {
  if (key === undefined || rows.length < 2) return [rows];
  const places = key.map((name) => Object.keys(columns).indexOf(name));
  const times = new Map<string, number>();
  const waves: SqlRow[][] = [];
  for (const row of rows) {
    const own = JSON.stringify(places.map((place) => row[place]));
    const wave = times.get(own) ?? 0;
    times.set(own, wave + 1);
    (waves[wave] ??= []).push(row);
  }
  return waves;
};

/** Far more than there are operations; statements with lists of varying length are what comes and goes. */
const maxStatements = 500;

interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Statements by their text. The server keeps the plan of one by its name, on each connection. */
const createStatements = () => {
  const named = new Map<string, Statement>();
  const batches = new WeakMap<Batch, Statement>();
  let count = 0;
  const statement = (text: string): Statement => ({ name: `caudal ${++count}`, text });
  return {
    /** One beyond the limit goes without a name, and is planned each time. */
    plain(text: string): Statement {
      const kept = named.get(text);
      if (kept !== undefined) return kept;
      const made = statement(translate(text));
      if (named.size >= maxStatements) return { ...made, name: '' };
      named.set(text, made);
      return made;
    },
    batch(batch: Batch): Statement {
      const kept = batches.get(batch) ?? statement(translate(batch.text(rowSource(batch))));
      batches.set(batch, kept);
      return kept;
    },
  };
};

/** The operations' view of one connection. `client` answers the connection of the transaction at hand. */
export const postgresClient = (client: () => Client): Sql => {
  const statements = createStatements();
  const known = new Map<string, number>();

  const query = (statement: Statement, values: readonly unknown[]) =>
    client().query<Record<string, unknown>>({ ...statement, values: [...values] });

  return {
    known,
    reserve: async (table) => {
      const { rows } = await query(
        statements.plain(`SELECT coalesce(max(${numbers[table]}), 0) + 1 AS next FROM ${table}`),
        [],
      );
      return Number(rows[0]?.['next']);
    },
    all: async <Row>(text: string, params: SqlRow = []) => (await query(statements.plain(text), params)).rows as Row[],
    run: async (text, params = []) => (await query(statements.plain(text), params)).rowCount ?? 0,
    each: async (batch, rows) => {
      if (rows.length === 0) return 0;
      let changes = 0;
      for (const wave of wavesOf(batch, rows))
        changes += (await query(statements.batch(batch), [parameterOf(batch, wave)])).rowCount ?? 0;
      return changes;
    },
    eachAll: async <Row>(batch: Batch, rows: readonly SqlRow[]) => {
      if (rows.length === 0) return [];
      const found: Row[] = [];
      for (const wave of wavesOf(batch, rows))
        for (const answer of (await query(statements.batch(batch), [parameterOf(batch, wave)])).rows)
          found.push(answer as Row);
      return found;
    },
  };
};
