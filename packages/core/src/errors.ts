import type { SecretReference } from './schema.ts';

/**
 * Why a call failed. Closed: what happens next follows from kind, `sent` and the operation, so a plugin never says "retry me".
 *
 * | kind | who acts | what the host does |
 * |---|---|---|
 * | `config` | user | stops the scope and reports; never repeats |
 * | `auth` | user | refreshes once where the plugin can, then pauses the scope and reports |
 * | `rate-limit` | nobody | waits `retryAfterMs`, then goes on |
 * | `quota` | user | pauses the scope until the period ends; reports |
 * | `transient` | nobody | backs off and repeats (reads); asks the calendar (submissions) |
 * | `timeout` | nobody | as transient for reads; for submissions the outcome is unknown |
 * | `invalid-data` | data owner | keeps the item with its reason, goes on with the rest |
 * | `rejected` | user | a final no from the other side; recorded and reported |
 * | `unsupported` | user | refused at start where the capabilities allow it |
 * | `bug` | author | default for anything unknown; reads are repeated a little, writes never |
 */
export const errorKinds = [
  'config',
  'auth',
  'rate-limit',
  'quota',
  'transient',
  'timeout',
  'invalid-data',
  'rejected',
  'unsupported',
  'bug',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** What the failure concerns. The host pauses that scope only: one dead token never stops its neighbours. */
export type ErrorScope = 'item' | 'device' | 'credential' | 'instance';

export interface ErrorOptions {
  /** For engineers: what was asked and what came back. Redacted like everything else. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Milliseconds the other side asked us to wait. */
  readonly retryAfterMs?: number;
  /**
   * Whether the other side may have seen the request. `no` only when connecting or TLS never completed.
   * Default `maybe`, because a time-out does not prove that nothing arrived.
   */
  readonly sent?: 'no' | 'maybe';
  /** Default `instance`. */
  readonly scope?: ErrorScope;
  /** Which credential failed, when the scope is `credential`. */
  readonly credential?: SecretReference;
  /** HTTP status, where there was one. */
  readonly status?: number;
}

const brand = Symbol.for('caudal.error');

/** The one error type of every plugin. Recognise it with {@link isCaudalError}, never with `instanceof`: two copies of core may be loaded. */
export class CaudalError extends Error {
  readonly kind: ErrorKind;
  readonly sent: 'no' | 'maybe';
  readonly scope: ErrorScope;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly credential: SecretReference | undefined;
  readonly status: number | undefined;
  readonly [brand] = true;

  /** @param message one sentence an operator can act on, without secrets */
  constructor(kind: ErrorKind, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CaudalError';
    this.kind = kind;
    this.sent = options.sent ?? 'maybe';
    this.scope = options.scope ?? 'instance';
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.credential = options.credential;
    this.status = options.status;
  }
}

export const isCaudalError = (value: unknown): value is CaudalError =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;

/** Anything thrown, as a CaudalError. What nobody classified is a `bug`, with the original kept as cause. */
export const toCaudalError = (thrown: unknown, message = 'unexpected failure'): CaudalError => {
  if (isCaudalError(thrown)) return thrown;
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new CaudalError('bug', `${message}: ${detail}`, { detail, cause: thrown });
};
