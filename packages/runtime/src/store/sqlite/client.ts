import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Batch, numbers, type Sql, type SqlRow } from '../sql.ts';

/** Far more than there are operations; statements with lists of varying length are what comes and goes. */
const maxStatements = 500;

const rowSource = (batch: Batch): string =>
  `(SELECT ${Object.keys(batch.columns)
    .map((column) => `? AS "${column}"`)
    .join(', ')})`;

/** The operations' view of one node:sqlite connection, with its prepared statements kept. */
export const sqliteClient = (database: DatabaseSync): Sql => {
  const statements = new Map<string, StatementSync>();
  const batches = new WeakMap<Batch, StatementSync>();
  const known = new Map<string, number>();

  const prepared = (text: string): StatementSync => {
    const kept = statements.get(text);
    if (kept !== undefined) return kept;
    if (statements.size >= maxStatements) statements.clear();
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const preparedBatch = (batch: Batch): StatementSync => {
    const kept = batches.get(batch);
    if (kept !== undefined) return kept;
    const statement = database.prepare(batch.text(rowSource(batch)));
    batches.set(batch, statement);
    return statement;
  };

  return {
    known,
    reserve: (table) =>
      Number(prepared(`SELECT coalesce(max(${numbers[table]}), 0) + 1 AS next FROM ${table}`).get()?.['next']),
    all: <Row>(text: string, params: SqlRow = []) => prepared(text).all(...params) as Row[],
    run: (text, params = []) => Number(prepared(text).run(...params).changes),
    each: (batch, rows) => {
      if (rows.length === 0) return 0;
      const statement = preparedBatch(batch);
      let changes = 0;
      for (const row of rows) changes += Number(statement.run(...row).changes);
      return changes;
    },
    eachAll: <Row>(batch: Batch, rows: readonly SqlRow[]) => {
      if (rows.length === 0) return [];
      const statement = preparedBatch(batch);
      const found: Row[] = [];
      for (const row of rows) for (const answer of statement.all(...row)) found.push(answer as Row);
      return found;
    },
  };
};
