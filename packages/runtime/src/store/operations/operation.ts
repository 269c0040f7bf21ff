import type { Sql } from '../sql.ts';
import type { StoreReads, StoreWrites, WriteClass } from '../store.ts';

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Answer<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;

export interface WriteContext {
  readonly sql: Sql;
  /** When the operation was handed in, UTC milliseconds. */
  readonly now: number;
  /** How long the judge's states are kept. */
  readonly checkpointRetentionMs: number;
}

/** Arguments as they go to the committer's thread, and the buffers that go with them instead of being copied. */
export interface Packed<Args extends readonly unknown[]> {
  readonly args: Args;
  readonly transfer: readonly ArrayBuffer[];
}

/**
 * One thing the pipeline does to disk. It runs inside a transaction that it neither begins nor ends, perhaps twice (when a
 * neighbour in its group failed), and must not change its arguments.
 */
export interface WriteOperation<
  Name extends keyof StoreWrites = keyof StoreWrites,
  Args extends readonly unknown[] = Arguments<StoreWrites[Name]>,
> {
  readonly class: WriteClass;
  /** Rows it writes, about: what a group commit is measured by. */
  rows(...args: Arguments<StoreWrites[Name]>): number;
  /** Bytes besides the rows; absent for none. */
  bytes?(...args: Arguments<StoreWrites[Name]>): number;
  /** The arguments as `run` takes them. Absent: as they are. */
  pack?(...args: Arguments<StoreWrites[Name]>): Packed<Args>;
  /** Buffers of an answer that nobody else holds. */
  release?(answer: Answer<StoreWrites[Name]>): readonly ArrayBuffer[];
  run(context: WriteContext, ...args: Args): Promise<Answer<StoreWrites[Name]>>;
}

export interface ReadOperation<Name extends keyof StoreReads = keyof StoreReads> {
  run(sql: Sql, ...args: Arguments<StoreReads[Name]>): Promise<Answer<StoreReads[Name]>>;
}

/** Ties an operation to its place in the contract. */
export const write = <Name extends keyof StoreWrites, Args extends readonly unknown[] = Arguments<StoreWrites[Name]>>(
  _name: Name,
  operation: WriteOperation<Name, Args>,
): WriteOperation<Name, Args> => operation;

export const read = <Name extends keyof StoreReads>(
  _name: Name,
  run: ReadOperation<Name>['run'],
): ReadOperation<Name> => ({ run });
