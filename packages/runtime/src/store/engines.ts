import { type Engine, isAddress } from './engine.ts';

/** The engine of a database. PostgreSQL's client is loaded by whoever uses it, by nobody else. */
export const engineOf = async (database: string): Promise<Engine> =>
  isAddress(database) ? (await import('./postgres/engine.ts')).postgres : (await import('./sqlite/engine.ts')).sqlite;
