import { type Clock, CaudalError } from '@caudal/core';
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

/** Tokens of one client. Bounded: the token used longest ago is forgotten first. */
export interface Logins {
  /** The token at hand, or that of one login which all callers share. */
  token(auth: LoginAuth, signal: AbortSignal): Promise<string>;
  /** Forgets a token that was refused, unless another caller has replaced it already. */
  forget(auth: LoginAuth, value: string): void;
  clear(): void;
}

const maxTokens = 1000;
const keyOf = (auth: LoginAuth) => JSON.stringify([auth.path, auth.fields, auth.header]);

/** Renewed a minute early, or a tenth of the lifetime for short ones, so that a token does not run out on its way. */
const usableUntil = (now: number, lifetimeMs: number | undefined) =>
  lifetimeMs === undefined ? Infinity : now + lifetimeMs - Math.min(60_000, lifetimeMs / 10);

/**
 * @param perform sends the login once and reads token and lifetime; its signal is aborted when no caller waits any more
 */
export const createLogins = (
  clock: Clock,
  perform: (auth: LoginAuth, signal: AbortSignal) => Promise<{ value: string; lifetimeMs: number | undefined }>,
): Logins => {
  const tokens = new Map<string, Token>();
  const flights = new Map<string, Flight>();

  const depart = (key: string, auth: LoginAuth): Flight => {
    const abort = new AbortController();
    const login = async () => {
      const { value, lifetimeMs } = await perform(auth, abort.signal);
      const token = { value, until: usableUntil(clock.now(), lifetimeMs) };
      if (!abort.signal.aborted) tokens.set(key, token);
      for (const oldest of tokens.keys()) {
        if (tokens.size <= maxTokens) break;
        tokens.delete(oldest);
      }
      return token;
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
    clear() {
      tokens.clear();
      for (const flight of flights.values()) flight.abort.abort();
      flights.clear();
    },
  };
};
