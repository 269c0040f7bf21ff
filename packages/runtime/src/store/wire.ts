import { CaudalError, type ErrorKind, type ErrorScope } from '@caudal/core';
import type { Claim } from './claims.ts';

/** An error as it crosses from one thread to another, where classes do not survive. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly scope: ErrorScope;
  readonly sent: 'no' | 'maybe';
  readonly detail: string | undefined;
}

export const toWire = ({ kind, message, scope, sent, detail }: CaudalError): WireError => ({
  kind,
  message,
  scope,
  sent,
  detail,
});

export const fromWire = ({ kind, message, scope, sent, detail }: WireError): CaudalError =>
  new CaudalError(kind, message, { scope, sent, ...(detail === undefined ? {} : { detail }) });

/** One operation, named as in the contract. `args` are its arguments. */
export interface WireOperation {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly now: number;
  /** In whose name it is written; absent for what anybody may write. */
  readonly claim?: Claim;
}

export type WireResult =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: WireError };

export interface CommitterData {
  readonly path: string;
  readonly groupMs: number;
  readonly maxBytes: number;
  readonly checkpointRetentionMs: number;
  /** When the store is opened, for the name of a backup; null for no backup before tables change. */
  readonly backUpAt: number | null;
  /** With a server: what is written in the name of a claim renews it by this. */
  readonly leaseMs: number;
}

export type ToCommitter =
  | { readonly kind: 'group'; readonly operations: readonly WireOperation[] }
  | { readonly kind: 'close' };

export type FromCommitter =
  | { readonly kind: 'open'; readonly facts: Readonly<Record<string, string | number>> }
  | { readonly kind: 'refused'; readonly error: WireError }
  /** `commits` so far, and `alone`: how often a group was repeated one by one. */
  | { readonly kind: 'done'; readonly results: readonly WireResult[]; readonly commits: number; readonly alone: number }
  | { readonly kind: 'closed' };

export type ToReader = { readonly kind: 'read'; readonly operation: WireOperation } | { readonly kind: 'close' };

export type FromReader = { readonly kind: 'read'; readonly result: WireResult } | { readonly kind: 'closed' };
