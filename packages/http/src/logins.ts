import { createHash } from 'node:crypto';
import { type Clock, CaudalError, isCaudalError } from '@caudal/core';
import type { LoginAuth } from './auth.ts';

interface Token {
  readonly value: string;
  /** When it should no longer be used, UTC milliseconds. */
  readonly until: number;
}

interface Flight {
  readonly promise: Promise<Token>;
  readonly abort: AbortController;
  waiting: number;
}

/** The fields of a login with their secrets filled in. */
export type Fields = Readonly<Record<string, string>>;

/** Tokens of one client. Bounded: the token used longest ago is forgotten first. */
export interface Logins {
  /** The token at hand, or that of one login which all callers share. Every failure says `sent: 'no'`: the request was not tried. */
  token(auth: LoginAuth, signal: AbortSignal): Promise<string>;
  /** Forgets a token that was refused, unless another caller has replaced it already. */
  forget(auth: LoginAuth, value: string): void;
  /** A request with this login was let in. */
  worked(auth: LoginAuth): void;
  /**
   * A token that had just been given was refused. When no request was let in since the last time, the credential counts as refused
   * for a while; otherwise it may be that one address alone that is closed to it.
   */
  refused(auth: LoginAuth, error: CaudalError): Promise<void>;
  /** The next call logs in, whatever token or refusal is known. */
  renew(auth: LoginAuth): void;
  clear(): void;
}

interface Refusal {
  readonly error: CaudalError;
  readonly until: number;
  /** Of the fields, so that another password is another try. Never leaves this module. */
  readonly fingerprint: string;
}

const maxTokens = 1000;
const refusedForMs = 60_000;
const keyOf = (auth: LoginAuth) => JSON.stringify([auth.path, auth.fields, auth.header]);

/** Renewed a minute early, or a tenth of the lifetime for short ones, so that a token does not run out on its way. */
const usableUntil = (now: number, lifetimeMs: number | undefined) =>
  lifetimeMs === undefined ? Infinity : now + lifetimeMs - Math.min(60_000, lifetimeMs / 10);

const fingerprintOf = (fields: Fields) => createHash('sha256').update(JSON.stringify(fields)).digest('hex');

const trim = (map: Map<string, unknown>) => {
  for (const oldest of map.keys()) {
    if (map.size <= maxTokens) break;
    map.delete(oldest);
  }
};

/** The same failure, said of the request that waits for the login. */
const unsent = (thrown: unknown): unknown =>
  isCaudalError(thrown) && thrown.sent !== 'no'
    ? new CaudalError(thrown.kind, thrown.message, {
        sent: 'no',
        scope: thrown.scope,
        cause: thrown,
        ...(thrown.detail === undefined ? {} : { detail: thrown.detail }),
        ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
        ...(thrown.credential === undefined ? {} : { credential: thrown.credential }),
        ...(thrown.status === undefined ? {} : { status: thrown.status }),
      })
    : thrown;

/**
 * @param fill resolves the secrets of a login
 * @param perform sends the login once and reads token and lifetime; its signal is aborted when no caller waits any more
 */
export const createLogins = (
  clock: Clock,
  fill: (auth: LoginAuth) => Promise<Fields>,
  perform: (
    auth: LoginAuth,
    fields: Fields,
    signal: AbortSignal,
  ) => Promise<{ value: string; lifetimeMs: number | undefined }>,
): Logins => {
  const tokens = new Map<string, Token>();
  const refusals = new Map<string, Refusal>();
  const working = new Set<string>();
  const flights = new Map<string, Flight>();

  const refuse = (key: string, auth: LoginAuth, fields: Fields, error: CaudalError) => {
    const until = clock.now() + (error.retryAfterMs ?? auth.refusedForMs ?? refusedForMs);
    refusals.set(key, { error, until, fingerprint: fingerprintOf(fields) });
    trim(refusals);
  };

  const depart = (key: string, auth: LoginAuth): Flight => {
    const abort = new AbortController();
    const login = async () => {
      const fields = await fill(auth);
      const refusal = refusals.get(key);
      if (refusal !== undefined && clock.now() < refusal.until && refusal.fingerprint === fingerprintOf(fields))
        throw refusal.error;
      refusals.delete(key);
      try {
        const { value, lifetimeMs } = await perform(auth, fields, abort.signal);
        const token = { value, until: usableUntil(clock.now(), lifetimeMs) };
        if (!abort.signal.aborted) tokens.set(key, token);
        trim(tokens);
        return token;
      } catch (thrown) {
        const error = unsent(thrown);
        if (isCaudalError(error) && (error.kind === 'auth' || error.kind === 'rejected'))
          refuse(key, auth, fields, error);
        throw error;
      }
    };
    const flight: Flight = {
      abort,
      waiting: 0,
      promise: login().finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flight.promise.catch(() => {});
    flights.set(key, flight);
    return flight;
  };

  /** A caller that is cancelled leaves at once; the login goes on for the others. */
  const board = async (key: string, flight: Flight, signal: AbortSignal): Promise<string> => {
    flight.waiting += 1;
    const left = new AbortController();
    const gone = new Promise<never>((_resolve, reject) => {
      const leave = () => reject(new CaudalError('transient', 'the call was cancelled during login', { sent: 'no' }));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true, signal: left.signal });
    });
    try {
      return (await Promise.race([flight.promise, gone])).value;
    } finally {
      left.abort();
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        if (flights.get(key) === flight) flights.delete(key);
        flight.abort.abort();
      }
    }
  };

  return {
    token(auth, signal) {
      const key = keyOf(auth);
      const known = tokens.get(key);
      if (known !== undefined && clock.now() < known.until) {
        tokens.delete(key);
        tokens.set(key, known);
        return Promise.resolve(known.value);
      }
      return board(key, flights.get(key) ?? depart(key, auth), signal);
    },
    forget(auth, value) {
      const key = keyOf(auth);
      if (tokens.get(key)?.value === value) tokens.delete(key);
    },
    worked(auth) {
      working.add(keyOf(auth));
    },
    async refused(auth, error) {
      if (!working.delete(keyOf(auth))) refuse(keyOf(auth), auth, await fill(auth), error);
    },
    renew(auth) {
      tokens.delete(keyOf(auth));
      refusals.delete(keyOf(auth));
    },
    clear() {
      tokens.clear();
      refusals.clear();
      working.clear();
      for (const flight of flights.values()) flight.abort.abort();
      flights.clear();
    },
  };
};
