import type { Clock } from '@caudal/core';
import { mulberry32 } from '../random.ts';

export interface SessionOptions {
  readonly clock: Clock;
  /** By user. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly tokenMs: number;
  /** Wrong passwords in a row after which a user is locked; 0: never. */
  readonly lockAfter: number;
  readonly refusalPauseMs: number;
  readonly seed: number;
}

export type LoginResult =
  | { readonly token: string; readonly fault: 'needless-login' | undefined }
  | { readonly status: 401 | 403; readonly fault: 'login-after-refusal' | undefined };

/** Who is logged in. */
export interface Sessions {
  login(usuario: string, password: string): LoginResult;
  /** The user of a token that is valid; undefined, and remembered as refused, when it is not. */
  userOf(token: string | undefined): string | undefined;
  /** Every token that was given is void from now on. */
  expireAll(): void;
  /** The user's last token is void from now on. */
  expire(usuario: string): void;
  /** Forgets that a user was locked. */
  unlock(usuario: string): void;
}

interface Session {
  readonly usuario: string;
  until: number;
}

export const createSessions = (options: SessionOptions): Sessions => {
  const { clock, passwords, tokenMs, lockAfter } = options;
  const sessions = new Map<string, Session>();
  /** Users whose token was refused since it was given: they have a reason to log in. */
  const mayLogIn = new Set<string>();
  const wrong = new Map<string, { count: number; at: number; password: string }>();
  const random = mulberry32(options.seed);
  let given = 0;

  const newToken = (usuario: string): string => {
    given += 1;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(clock.now() / 1000);
    const signature = Buffer.from(`${given} ${random()}`).toString('base64url');
    return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: usuario, iat, exp: iat + tokenMs / 1000, n: given })}.${signature}`;
  };

  const valid = (usuario: string) =>
    [...sessions.values()].some((session) => session.usuario === usuario && clock.now() < session.until);

  return {
    login(usuario, password) {
      const before = wrong.get(usuario);
      const again =
        before !== undefined && before.password === password && clock.now() - before.at < options.refusalPauseMs;
      const locked = lockAfter > 0 && (before?.count ?? 0) >= lockAfter;
      if (locked || passwords.get(usuario) !== password) {
        wrong.set(usuario, { count: (before?.count ?? 0) + 1, at: clock.now(), password });
        return { status: locked ? 403 : 401, fault: again ? 'login-after-refusal' : undefined };
      }
      const fault = valid(usuario) && !mayLogIn.has(usuario) ? 'needless-login' : undefined;
      wrong.delete(usuario);
      mayLogIn.delete(usuario);
      for (const [token, session] of sessions) if (clock.now() >= session.until) sessions.delete(token);
      const token = newToken(usuario);
      sessions.set(token, { usuario, until: clock.now() + tokenMs });
      return { token, fault };
    },
    userOf(token) {
      const session = token === undefined ? undefined : sessions.get(token);
      if (session === undefined) return undefined;
      if (clock.now() < session.until) return session.usuario;
      mayLogIn.add(session.usuario);
      return undefined;
    },
    expireAll() {
      for (const session of sessions.values()) {
        session.until = clock.now();
        mayLogIn.add(session.usuario);
      }
    },
    expire(usuario) {
      for (const session of sessions.values()) if (session.usuario === usuario) session.until = clock.now();
      mayLogIn.add(usuario);
    },
    unlock: (usuario) => {
      wrong.delete(usuario);
    },
  };
};
