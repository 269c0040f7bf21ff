import type { Clock } from '@caudal/core';
import type { Answer } from '../loopback.ts';
import { json } from '../loopback.ts';
import type { Refusals } from './refusal.ts';

export interface ThingsBoardUser {
  readonly username: string;
  readonly password: string;
  readonly passwordExpired?: boolean;
}

export interface TokenOptions {
  readonly users: readonly ThingsBoardUser[];
  readonly apiKeys: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Default 9000 s, as ThingsBoard's. */
  readonly lifetimeMs?: number;
  /** Tokens that are no JSON Web Tokens, so that their end can not be read from them. */
  readonly opaque?: boolean;
  /** Wrong passwords after which a user is locked. Default never. */
  readonly lockAfter?: number;
}

export interface Tokens {
  login(body: string): Answer;
  /** What is wrong with the credential of a request; undefined when nothing is. */
  refuse(headers: Readonly<Record<string, string>>): Answer | undefined;
  /** The same for the first message of a WebSocket, as the words it is closed with. */
  refuseSocket(credential: { readonly token?: unknown; readonly apiKey?: unknown }): string | undefined;
  /** Ends every token handed out so far, as a restart with another signing key does. */
  expireAll(): void;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export const createTokens = (clock: Clock, refusals: Refusals, options: TokenOptions): Tokens => {
  const { users, apiKeys, lifetimeMs = 9_000_000 } = options;
  const issued = new Map<string, number>();
  const failures = new Map<string, number>();

  const issue = (user: ThingsBoardUser): string => {
    const now = Math.floor(clock.now() / 1000);
    const claims = {
      sub: user.username,
      iss: 'thingsboard.io',
      iat: now,
      exp: now + lifetimeMs / 1000,
      n: issued.size,
    };
    const token = options.opaque
      ? `opaque-token-${issued.size}-of-${encode({ sub: user.username })}`
      : `${encode({ alg: 'HS512' })}.${encode(claims)}.signature`;
    issued.set(token, clock.now() + lifetimeMs);
    return token;
  };

  const login = (body: string): Answer => {
    let given: { username?: unknown; password?: unknown };
    try {
      given = JSON.parse(body) as typeof given;
    } catch {
      return refusals.bad('Invalid login request');
    }
    const user = users.find(({ username }) => username === given.username);
    if (user === undefined) return refusals.badCredentials();
    const failed = failures.get(user.username) ?? 0;
    if (options.lockAfter !== undefined && failed >= options.lockAfter) return refusals.locked();
    if (user.password !== given.password) {
      failures.set(user.username, failed + 1);
      return refusals.badCredentials();
    }
    failures.delete(user.username);
    if (user.passwordExpired) return refusals.passwordExpired();
    return json(200, { token: issue(user), refreshToken: 'refresh-token' });
  };

  const tokenState = (token: string): 'good' | 'expired' | 'unknown' => {
    const until = issued.get(token);
    return until === undefined ? 'unknown' : clock.now() < until ? 'good' : 'expired';
  };

  return {
    login,
    refuse(headers) {
      for (const [name, value] of Object.entries(options.headers))
        if (headers[name.toLowerCase()] === value) return undefined;
      const given = headers['x-authorization'] ?? headers['authorization'] ?? '';
      const [, kind = '', secret = ''] = /^(Bearer|ApiKey) (.+)$/.exec(given) ?? [];
      if (kind === 'ApiKey') return apiKeys.includes(secret) ? undefined : refusals.unauthenticated();
      const state = kind === 'Bearer' ? tokenState(secret) : 'unknown';
      return state === 'good' ? undefined : state === 'expired' ? refusals.expired() : refusals.unauthenticated();
    },
    refuseSocket({ token, apiKey }) {
      if (typeof apiKey === 'string') return apiKeys.includes(apiKey) ? undefined : 'Authentication failed';
      const state = typeof token === 'string' ? tokenState(token) : 'unknown';
      return state === 'good' ? undefined : state === 'expired' ? 'Token has expired' : 'Authentication failed';
    },
    expireAll() {
      for (const token of issued.keys()) issued.set(token, Number.NEGATIVE_INFINITY);
    },
  };
};
