import type { Call, Json, SecretReference } from '@caudal/core';
import type { Auth } from './auth.ts';
import type { Params, Query } from './target.ts';

/** A request body and how it is written. */
export type HttpBody =
  | { readonly json: Json }
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly content: string | Uint8Array; readonly mediaType: string };

export interface HttpRequest extends Call {
  /** Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Appended to the base URL. `{name}` is replaced by the parameter of that name, or by the secret of a path credential,
   * each as one encoded segment.
   */
  readonly path: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Replaces the credential of the client for this request; `'none'` sends none. */
  readonly auth?: Auth | 'none';
  /** Replaces the client's time-out for this request. */
  readonly timeoutMs?: number;
}

export interface StreamRequest extends HttpRequest {
  /** Longest silence between two chunks, on the host's clock; `timeoutMs` runs until the answer begins. Default the time-out. */
  readonly idleMs?: number;
}

/** What is known of an answer before its body. Safe to store and to show. */
export interface HttpHead {
  readonly method: string;
  /** Path and query that were asked, with credentials replaced: fit for a raw record's envelope. */
  readonly path: string;
  readonly status: number;
  /** Only headers that carry no credential, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** The `Date` header, UTC milliseconds. */
  readonly serverTime?: number;
  /** The credential that was used, so that a refusal can name it. */
  readonly credential?: SecretReference;
}

/** An answer, whatever its status. Everything here is safe to store and to show except what the body may hold. */
export interface HttpResponse extends HttpHead {
  /** The body as sent, after transfer and content encoding were undone. */
  readonly body: Uint8Array;
}

/** An answer that is still coming. It holds a connection until it is read to its end, left, or its signal is aborted. */
export interface HttpStream extends HttpHead {
  /**
   * Bytes as they arrive, cut anywhere; can be read once. Ends when the other side ends the answer. Throws CaudalError kind
   * `transient` when the connection is lost or silent for `idleMs`, and when the call is cancelled.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
}
