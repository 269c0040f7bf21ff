import type { Awaitable, CaudalError } from '@caudal/core';
import type { Claim } from './claims.ts';
import type { Sql } from './sql.ts';
import type { CommitterData } from './wire.ts';

/**
 * What a failed transaction means for the operations that were in it: they fail all alike (nobody can write now), they are run again
 * (it was no fault of theirs), or they are run one by one, so that only the bad one fails. `locked` is `alone` for what another program
 * has locked: each that waits in vain costs seconds, so after two the rest fail as well.
 */
export type Consequence = 'all' | 'again' | 'alone' | 'locked';

export interface Refusal {
  readonly error: CaudalError;
  readonly next: Consequence;
}

/** One connection. Only between `begin` and `commit` or `rollback` is `sql` used. */
export interface Session {
  readonly sql: Sql;
  begin(): Awaitable<void>;
  /** Resolves when what was written is synced. */
  commit(): Awaitable<void>;
  /** Never fails, also where there is no transaction any more. */
  rollback(): Awaitable<void>;
  /** @param committing whether it was the commit that failed */
  refusal(thrown: unknown, committing: boolean): Refusal;
  close(): Awaitable<void>;
}

/** A connection that reads. */
export interface ReadingSession extends Session {
  /**
   * The version of the schema.
   *
   * @throws CaudalError kind `config` for one that this program can not read
   */
  schema(): Awaitable<number>;
}

/** The connection that writes. */
export interface Writer extends Omit<Session, 'begin'> {
  /**
   * Begins a transaction in the name of claims, which stay this instance's until it ends.
   *
   * @param now when what is to be written was handed in
   * @returns those that are another instance's by now: nothing may be written in their name
   */
  begin(claims: readonly Claim[], now: number): Awaitable<readonly Claim[]>;
  /** For `store.facts()`. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Called when nothing waits, with the number of commits so far. */
  rest?(commits: number): void;
}

/** A database as the threads of the store see it. */
export interface Engine {
  /**
   * Looks at the database, brings it to this program's schema and opens it.
   *
   * @throws CaudalError
   */
  openWriter(data: CommitterData): Awaitable<Writer>;
  openReader(path: string): Awaitable<ReadingSession>;
  /** Reads that one thread runs at a time. */
  readonly readsAtOnce: number;
}

/** Whether a database is named by the address of a server, not by a file. */
export const isAddress = (database: string): boolean => /^postgres(?:ql)?:\/\//.test(database);
