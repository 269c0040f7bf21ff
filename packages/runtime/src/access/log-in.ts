import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';
import type { UserRow } from '../store/access.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createLockout } from './lockout.ts';
import type { Passwords } from './passwords.ts';
import { hashOf, newId, newToken } from './secret-token.ts';

/** Where a log-in comes from, as the session list shows it. */
export interface Caller {
  readonly agent: string;
  readonly address: string;
}

export interface LoggedIn {
  readonly user: UserRow;
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

const refreshPrefix = 'cr';

/** One sentence for a wrong password, an unknown name, an account that is off: nobody learns which. */
const refused = () => new CaudalError('auth', 'the address or the password is wrong', { sent: 'no', scope: 'item' });
const ended = () => new CaudalError('auth', 'log in again', { sent: 'no', scope: 'item' });

/** `cr_<session>.<random>`: the session is found by its id, the token compared by its hash inside the database. */
const sessionOf = (token: string): string | undefined => /^cr_([\w-]{1,64})\.[\w-]+$/.exec(token)?.[1];

export const emailOf = (text: string): string => text.trim().toLowerCase();

export const createLogIn = (services: Services, passwords: Passwords, tokens: AccessTokens, forget: () => void) => {
  const { store, clock, options } = services;
  const lockout = createLockout(services);

  const refreshFor = (session: string) => {
    const { token } = newToken('');
    const whole = `${refreshPrefix}_${session}.${token.slice(1)}`;
    return { token: whole, hash: hashOf(whole) };
  };

  const open = async (user: UserRow, caller: Caller, act = 'logged in'): Promise<LoggedIn> => {
    const now = clock.now();
    const id = newId();
    const refresh = refreshFor(id);
    const expiresAt = now + options.access.sessionDays * 86_400_000;
    const session = {
      id,
      user: user.id,
      createdAt: now,
      usedAt: now,
      expiresAt,
      endedAt: null,
      agent: caller.agent.slice(0, 200),
      address: caller.address.slice(0, 64),
    };
    await store.write.openSession(session, refresh.hash, [
      { at: now, actor: `user:${user.id}`, act, subject: `user:${user.id}`, hash: null, detail: { session: id } },
    ]);
    const access = await tokens.sign({ user: user.id, session: id });
    return {
      user: { ...user, lastLoginAt: now },
      accessToken: access.token,
      accessExpiresAt: access.expiresAt,
      refreshToken: refresh.token,
      refreshExpiresAt: expiresAt,
    };
  };

  return {
    open,
    /** @throws CaudalError `auth` when refused, `rate-limit` with `retryAfterMs` after too many failures */
    async withPassword(email: string, password: string, caller: Caller): Promise<LoggedIn> {
      const name = emailOf(email);
      const waitMs = await lockout.waits(name);
      if (waitMs > 0)
        throw new CaudalError('rate-limit', 'too many failed log-ins: wait before the next', {
          sent: 'no',
          scope: 'item',
          retryAfterMs: waitMs,
        });
      const found = await store.read.userByEmail(name);
      const usable = found !== null && found.state === 'active' ? found.password : null;
      const same = await passwords.verify(password, usable);
      if (!same || found === null) {
        await lockout.failed(name);
        throw refused();
      }
      await lockout.worked(name);
      const { password: _password, ...user } = found;
      return open(user, caller);
    },
    /** The next refresh token and a new access token. A token that was spent ends the log-in: somebody has a copy. */
    async refresh(token: string): Promise<LoggedIn> {
      const id = sessionOf(token);
      const session = id === undefined ? null : await store.read.session(id);
      if (session === null) throw ended();
      const now = clock.now();
      const next = refreshFor(session.id);
      const outcome = await store.write.rotateRefresh({
        session: session.id,
        refresh: hashOf(token),
        next: next.hash,
        at: now,
        audit: [
          {
            at: now,
            actor: 'runtime',
            act: 'a spent refresh token came back: the log-in is ended',
            subject: `user:${session.user}`,
            hash: null,
            detail: { session: session.id },
          },
        ],
      });
      if (outcome !== 'rotated') forget();
      const user = await store.read.user(session.user);
      if (outcome !== 'rotated' || user === null || user.state !== 'active') throw ended();
      const access = await tokens.sign({ user: user.id, session: session.id });
      return {
        user,
        accessToken: access.token,
        accessExpiresAt: access.expiresAt,
        refreshToken: next.token,
        refreshExpiresAt: session.expiresAt,
      };
    },
    /** Whose refresh token it is, spent or not; null when nobody's. */
    async sessionOf(token: string) {
      const id = sessionOf(token);
      return id === undefined ? null : store.read.session(id);
    },
    async checkPassword(user: UserRow, password: string): Promise<boolean> {
      const found = await store.read.userByEmail(user.email);
      if ((await lockout.waits(user.email)) > 0) return false;
      const same = await passwords.verify(password, found?.password ?? null);
      await (same ? lockout.worked(user.email) : lockout.failed(user.email));
      return same;
    },
  };
};

export type LogIn = ReturnType<typeof createLogIn>;
