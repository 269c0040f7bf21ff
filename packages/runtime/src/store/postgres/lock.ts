import type { Address } from './address.ts';

const lock = (what: string, { schema }: Address): string =>
  `SELECT pg_advisory_xact_lock(hashtextextended('caudal ${what} ${schema}', 0))`;

/**
 * One transaction writes at a time, of all instances on the database: each operation finds what was there before it, as it does on SQLite, and
 * audit entries are in the order of their commits. Whoever holds it and stands still loses its session after seconds.
 */
export const lockWrites = (address: Address): string => lock('writes', address);

/** Instances look one after the other at who does what. */
export const lockClaims = (address: Address): string => lock('claims', address);

/** One instance makes or changes the tables at a time. */
export const lockSchema = (address: Address): string => lock('schema', address);
