import { CaudalError, type ErrorKind, type ErrorScope, isCaudalError, toCaudalError } from '@caudal/core';
import type { Consequence, Refusal } from '../engine.ts';
import { isTrouble, troubles } from '../trouble.ts';

interface Meaning {
  readonly kind: ErrorKind;
  readonly scope: ErrorScope;
  readonly message: string;
  readonly next: Consequence;
}

const away: Meaning = { kind: 'transient', scope: 'instance', message: troubles.away, next: 'again' };
const crossed: Meaning = {
  kind: 'transient',
  scope: 'instance',
  message: 'another writer was in the way',
  next: 'again',
};
const locked: Meaning = {
  kind: 'transient',
  scope: 'instance',
  message: 'a row or table of the database is locked by another program',
  next: 'locked',
};
const refused: Meaning = { kind: 'invalid-data', scope: 'item', message: 'the database refused a row', next: 'alone' };
const forbidden: Meaning = {
  kind: 'config',
  scope: 'instance',
  message: 'the database does not let this user do its work',
  next: 'all',
};

/**
 * By SQLSTATE, whole or by its first two characters (PostgreSQL's documentation, appendix A). What is not listed is a bug.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': away,
  // Shut down, crashed, starting; and a session that was ended because its transaction stood still.
  '57P01': away,
  '57P02': away,
  '57P03': away,
  '57P05': away,
  '25P03': away,
  '25P02': crossed,
  // A program of the next release added a column while this one works: what a connection has prepared of that table is of no use any more.
  '0A000': { ...crossed, message: 'a newer program changed a table' },
  '40': crossed,
  '53': {
    kind: 'transient',
    scope: 'instance',
    message: 'the server of the database has no resources left',
    next: 'all',
  },
  '53100': { kind: 'transient', scope: 'instance', message: `${troubles.disk} is full`, next: 'all' },
  '53300': { ...away, message: `${troubles.away}: it takes no more connections` },
  '58030': { kind: 'transient', scope: 'instance', message: `${troubles.disk} failed to read or write`, next: 'all' },
  // A standby, or a server that was told to write nothing: after a failover the next connection finds the other one.
  '25006': { kind: 'transient', scope: 'instance', message: troubles.readOnly, next: 'again' },
  '55P03': locked,
  '57014': { ...locked, message: 'a statement of the database took too long' },
  '22': refused,
  '23': refused,
  '28': forbidden,
  '42501': forbidden,
  '3D000': { kind: 'config', scope: 'instance', message: 'there is no such database', next: 'all' },
};

const codeOf = (thrown: unknown): string | undefined => {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** SQLSTATE of what the server said; undefined when it said nothing. */
const stateOf = (thrown: unknown): string | undefined => {
  const code = codeOf(thrown);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** Messages of the client library (pg 8) that carry no code. */
const lost =
  /^(?:Connection terminated|Client has encountered a connection error|Query read timeout|timeout expired|Client was closed)/;

const meaningOf = (thrown: unknown): Meaning | undefined => {
  const state = stateOf(thrown);
  if (state !== undefined) return meanings[state] ?? meanings[state.slice(0, 2)];
  // A socket's or resolver's code, as ECONNREFUSED; none of the library's own begins so.
  if (/^E[A-Z]+$/.test(codeOf(thrown) ?? '')) return away;
  return thrown instanceof Error && lost.test(thrown.message) ? away : undefined;
};

/** Whether the connection is gone, or of no use: the next transaction begins on another. */
export const isLost = (thrown: unknown): boolean => {
  const state = stateOf(thrown);
  return state === '25006' || state === '0A000' || meaningOf(thrown) === away;
};

/** Whether somebody else's transaction was in the way, and the same may be tried again at once. */
export const isCrossed = (thrown: unknown): boolean => meaningOf(thrown) === crossed;

/** The server was waited for long enough. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('unreachable', { cause });
  }
}

/** What the client library threw, as a CaudalError. `sent` is `no` when the transaction was certainly rolled back. */
export const postgresError = (thrown: unknown, sent: 'no' | 'maybe' = 'no'): CaudalError => {
  if (isCaudalError(thrown)) return thrown;
  if (thrown instanceof Unreachable) return postgresError(thrown.cause, sent);
  const meaning = meaningOf(thrown);
  if (meaning === undefined) return toCaudalError(thrown, 'the store failed');
  // One that failed on several addresses of a host says nothing itself.
  const said = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown;
  const detail = said instanceof Error ? said.message : String(said);
  return new CaudalError(meaning.kind, `${meaning.message}: ${detail}`, {
    detail,
    scope: meaning.scope,
    sent,
    cause: thrown,
  });
};

const nextOf = (thrown: unknown): Consequence => {
  if (thrown instanceof Unreachable || isTrouble(thrown)) return 'all';
  return isCaudalError(thrown) ? 'alone' : (meaningOf(thrown)?.next ?? 'alone');
};

/** @param committing whether the transaction may have been committed all the same */
export const refusalOf = (thrown: unknown, committing: boolean): Refusal => ({
  error: postgresError(thrown, committing ? 'maybe' : 'no'),
  next: nextOf(thrown),
});
