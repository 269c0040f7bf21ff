import { describe, expect, it } from 'vitest';
import type { ApiKeyRow, OneTimeRow, SessionRow, UserRow } from '../../src/store/access.ts';
import { type Open, withStore } from './files.ts';
import { day, hour, t0 } from './rows.ts';

const user = (id: string, some: Partial<UserRow> = {}): UserRow => ({
  id,
  email: `${id}@example.org`,
  name: id,
  role: 'admin',
  points: null,
  language: 'es',
  state: 'active',
  createdAt: t0,
  lastLoginAt: null,
  version: 1,
  ...some,
});
const entry = (act: string) => ({ at: t0, actor: 'test', act, subject: 'user:a', hash: null });
const token = (hash: string, some: Partial<OneTimeRow> = {}): OneTimeRow => ({
  hash,
  kind: 'reset',
  user: 'a',
  expiresAt: t0 + hour,
  ...some,
});
const session = (id: string, some: Partial<SessionRow> = {}): SessionRow => ({
  id,
  user: 'a',
  createdAt: t0,
  usedAt: t0,
  expiresAt: t0 + 30 * day,
  endedAt: null,
  agent: 'test',
  address: '127.0.0.1',
  ...some,
});
const key = (id: string, some: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
  id,
  name: id,
  role: 'viewer',
  permissions: null,
  points: null,
  instances: null,
  createdBy: 'user:a',
  createdAt: t0,
  expiresAt: null,
  usedAt: null,
  revokedAt: null,
  ...some,
});
const add = (row: UserRow, password: string | null = 'phc') => ({ user: row, password, audit: [entry('added')] });

export const accessSuite = (open: Open): void => {
  describe('users', () => {
    it('have an address that is nobody else’s, and are listed by it', () =>
      withStore(open, async ({ write, read }) => {
        expect(await write.addUser(add(user('b')))).toBe('added');
        expect(await write.addUser(add(user('a', { points: ['p'] })))).toBe('added');
        expect(await write.addUser(add(user('c', { email: 'a@example.org' })))).toBe('taken');
        expect(await read.user('a')).toEqual(user('a', { points: ['p'] }));
        expect(await read.user('c')).toBeNull();
        expect(await read.userByEmail('b@example.org')).toEqual({ ...user('b'), password: 'phc' });
        expect((await read.users({ after: '', limit: 9 })).map(({ id }) => id)).toEqual(['a', 'b']);
        expect((await read.users({ after: 'a@example.org', limit: 9 })).map(({ id }) => id)).toEqual(['b']);
        expect((await read.auditTrail({ limit: 9 })).length).toBe(2);
      }));

    it('the first is made with its token, once', () =>
      withStore(open, async ({ write, read }) => {
        await write.putOneTime(token('s1', { kind: 'setup', user: null }), []);
        await write.putOneTime(token('s2', { kind: 'setup', user: null }), []);
        expect(await write.addUser({ ...add(user('a')), onlyFirst: 's1' })).toBe('not-first');
        expect(await write.addUser({ ...add(user('a')), onlyFirst: 's2' })).toBe('added');
        expect(await write.addUser({ ...add(user('b')), onlyFirst: 's2' })).toBe('not-first');
        expect(await read.oneTime('s2')).toBeNull();
      }));

    it('change by version, and one administrator stays', () =>
      withStore(open, async ({ write, read }) => {
        await write.addUser(add(user('a')));
        const change = (version: number, some: object, id = 'a') =>
          write.changeUser({ id, version, change: some, at: t0, audit: [entry('changed')] });
        expect(await change(1, { role: 'viewer' })).toBe('last-admin');
        expect(await change(2, { name: 'x' })).toBe('stale');
        await write.addUser(add(user('b')));
        await write.openSession(session('s'), 'r', []);
        expect(await change(1, { role: 'owner', points: ['p'], state: 'disabled' })).toBe('changed');
        expect(await read.user('a')).toMatchObject({ role: 'owner', points: ['p'], state: 'disabled', version: 2 });
        expect((await read.session('s'))?.endedAt).toBe(t0);
        expect(await change(1, { state: 'disabled' }, 'b')).toBe('last-admin');
      }));

    it('set a password with a token that is good once and for a while, and every session ends', () =>
      withStore(open, async ({ write, read }) => {
        await write.addUser(add(user('a', { state: 'invited' }), null));
        await write.putOneTime(token('t1'), []);
        await write.putOneTime(token('t2'), []);
        await write.openSession(session('s'), 'r', []);
        const redeem = (hash: string, at = t0) =>
          write.redeemOneTime({ hash, at, password: 'new', audit: [entry('redeemed')] });
        expect(await redeem('t1')).toBe(false);
        expect(await redeem('t2', t0 + hour)).toBe(false);
        expect(await redeem('t2')).toBe(true);
        expect(await redeem('t2')).toBe(false);
        expect(await read.userByEmail('a@example.org')).toMatchObject({ password: 'new', state: 'active', version: 2 });
        expect(await read.sessions('a', t0, 9)).toEqual([]);
      }));
  });

  describe('sessions', () => {
    it('go on with the token that follows, and end with one that comes back', () =>
      withStore(open, async ({ write, read }) => {
        await write.addUser(add(user('a')));
        await write.openSession(session('s'), 'r1', []);
        const rotate = (refresh: string, next: string, at = t0 + hour) =>
          write.rotateRefresh({ session: 's', refresh, next, at, audit: [entry('reused')] });
        expect((await read.user('a'))?.lastLoginAt).toBe(t0);
        expect(await rotate('r1', 'r2')).toBe('rotated');
        expect((await read.session('s'))?.usedAt).toBe(t0 + hour);
        expect(await rotate('r1', 'r3')).toBe('reused');
        expect(await rotate('r2', 'r3')).toBe('gone');
        expect((await read.auditTrail({ limit: 1 }))[0]?.act).toBe('reused');
        await write.openSession(session('old', { expiresAt: t0 + 1 }), 'r', []);
        expect(await write.rotateRefresh({ session: 'old', refresh: 'r', next: 'n', at: t0 + 1, audit: [] })).toBe(
          'gone',
        );
      }));

    it('end one by one or all of a user, never another’s', () =>
      withStore(open, async ({ write, read }) => {
        await write.addUser(add(user('a')));
        await write.addUser(add(user('b')));
        for (const id of ['s1', 's2', 's3']) await write.openSession(session(id), id, []);
        await write.openSession(session('other', { user: 'b' }), 'o', []);
        const end = (some: object) => write.endSessions({ user: 'a', at: t0, audit: [], ...some });
        expect(await end({ session: 'other' })).toBe(0);
        expect(await end({ session: 's1' })).toBe(1);
        await write.setPassword({ user: 'a', password: 'p', keep: 's2', at: t0, audit: [] });
        expect((await read.sessions('a', t0, 9)).map(({ id }) => id)).toEqual(['s2']);
        expect(await end({})).toBe(1);
        expect((await read.sessions('b', t0, 9)).map(({ id }) => id)).toEqual(['other']);
      }));
  });

  describe('keys', () => {
    it('are found by their hash and keep when they were used last', () =>
      withStore(open, async ({ write, read }) => {
        const full = key('k1', { permissions: ['points:read'], points: ['p'], instances: ['i'], expiresAt: t0 + day });
        await write.addApiKey(full, 'h1', [entry('added')]);
        await write.addApiKey(key('k2'), 'h2', []);
        expect(await read.apiKeyByHash('h1')).toEqual(full);
        expect(await read.apiKeyByHash('h3')).toBeNull();
        await write.usedApiKeys([
          { id: 'k1', at: t0 + 5 },
          { id: 'k2', at: t0 + 9 },
        ]);
        await write.usedApiKeys([{ id: 'k1', at: t0 + 3 }]);
        expect((await read.apiKey('k1'))?.usedAt).toBe(t0 + 5);
        expect(await write.revokeApiKey({ id: 'k2', at: t0 + 9, audit: [] })).toBe(true);
        expect(await write.revokeApiKey({ id: 'k2', at: t0 + 10, audit: [] })).toBe(false);
        expect((await read.apiKeys({ after: '', limit: 9 })).map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
          ['k1', null],
          ['k2', t0 + 9],
        ]);
      }));
  });

  describe('answers kept for a repeated request', () => {
    it('are one caller’s to give, and are given again', () =>
      withStore(open, async ({ write }) => {
        const claim = (principal = 'user:a') => write.claimAnswer({ principal, key: 'k', request: 'q', at: t0 });
        expect(await claim()).toBeNull();
        expect(await claim()).toEqual({ request: 'q', status: null, headers: {}, body: '' });
        expect(await claim('user:b')).toBeNull();
        const answer = { status: 201, headers: { etag: '"v1"' }, body: '{}' };
        await write.keepAnswer({ principal: 'user:a', key: 'k', answer });
        expect(await claim()).toEqual({ request: 'q', ...answer });
        await write.keepAnswer({ principal: 'user:b', key: 'k', answer: null });
        expect(await claim('user:b')).toBeNull();
      }));
  });

  describe('what may be asked for so often', () => {
    it('is counted one by one within a time that the first begins', () =>
      withStore(open, async ({ write }) => {
        const ask = (at: number, name = 'n') => write.countAsked({ name, at, withinMs: hour });
        expect(await ask(t0)).toEqual({ count: 1, until: t0 + hour });
        const together = await Promise.all([ask(t0 + 1), ask(t0 + 2), ask(t0 + 3)]);
        expect(together.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
        expect(together.map(({ until }) => until)).toEqual([t0 + hour, t0 + hour, t0 + hour]);
        expect(await ask(t0, 'another')).toEqual({ count: 1, until: t0 + hour });
        expect(await ask(t0 + hour - 1)).toEqual({ count: 5, until: t0 + hour });
        expect(await ask(t0 + hour)).toEqual({ count: 1, until: t0 + 2 * hour });
      }));
  });

  describe('what is over', () => {
    it('goes after a day', () =>
      withStore(open, async ({ write, read }) => {
        await write.addUser(add(user('a')));
        await write.openSession(session('s', { expiresAt: t0 }), 'r', []);
        await write.putOneTime(token('t', { expiresAt: t0 }), []);
        await write.failLogin({ name: 'n', count: 3, until: t0 });
        await write.failLogin({ name: 'n', count: 4, until: t0 + 1 });
        expect(await read.loginFailures('n')).toEqual({ count: 4, until: t0 + 1 });
        await write.claimAnswer({ principal: 'p', key: 'k', request: 'q', at: t0 });
        expect(await write.forgetAccess({ at: t0 + day, limit: 9 })).toBe(0);
        expect(await write.forgetAccess({ at: t0 + day + 2, limit: 9 })).toBe(4);
        expect(await read.session('s')).toBeNull();
        expect(await read.loginFailures('n')).toBeNull();
        await write.failLogin({ name: 'm', count: 1, until: t0 });
        await write.clearLogin('m');
        expect(await read.loginFailures('m')).toBeNull();
      }));
  });
};
