import type { OneTimeRow, UserRow } from '../access.ts';
import type { Sql, SqlValue } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { fromText, toText } from './json.ts';
import { read, write } from './operation.ts';

interface StoredUser extends Pick<UserRow, 'id' | 'email' | 'name' | 'role' | 'language' | 'state' | 'version'> {
  readonly points: string | null;
  readonly created_at: number;
  readonly last_login_at: number | null;
}

const columns = 'id, email, name, role, points, language, state, created_at, last_login_at, version';

const decode = ({ points, created_at, last_login_at, ...rest }: StoredUser): UserRow => ({
  ...rest,
  points: fromText<readonly string[]>(points),
  createdAt: created_at,
  lastLoginAt: last_login_at,
});

const putToken = (sql: Sql, token: OneTimeRow) =>
  sql.run('INSERT INTO one_time (hash, kind, account, expires_at) VALUES (?, ?, ?, ?)', [
    token.hash,
    token.kind,
    token.user,
    token.expiresAt,
  ]);

const endAll = (sql: Sql, user: string, at: number, keep: string | null = null) =>
  sql.run('UPDATE user_session SET ended_at = ? WHERE account = ? AND ended_at IS NULL AND id <> ?', [
    at,
    user,
    keep ?? '',
  ]);

const count = async (sql: Sql, where: string, params: readonly SqlValue[] = []): Promise<number> =>
  (await sql.all<{ n: number }>(`SELECT count(*) AS n FROM ${where}`, params))[0]?.n ?? 0;

export const addUser = write('addUser', {
  class: 'live',
  rows: () => 3,
  run: async (context, { user, password, token, onlyFirst, audit }) => {
    const { sql } = context;
    if (onlyFirst !== undefined) {
      if ((await count(sql, 'user_account')) > 0) return 'not-first';
      const spent = await sql.run(
        `DELETE FROM one_time WHERE hash = ? AND kind = 'setup' AND account IS NULL AND expires_at > ?`,
        [onlyFirst, user.createdAt],
      );
      if (spent === 0) return 'not-first';
    }
    const added = await sql.run(
      `INSERT INTO user_account (id, email, name, role, points, language, state, password, created_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      [
        user.id,
        user.email,
        user.name,
        user.role,
        toText(user.points),
        user.language,
        user.state,
        password,
        user.createdAt,
        user.version,
      ],
    );
    if (added === 0) return 'taken';
    if (token !== undefined) await putToken(sql, token);
    await appendAudit(context, audit);
    return 'added';
  },
});

export const changeUser = write('changeUser', {
  class: 'live',
  rows: () => 2,
  run: async (context, { id, version, change, at, audit }) => {
    const { sql } = context;
    const [stored] = await sql.all<StoredUser>(`SELECT ${columns} FROM user_account WHERE id = ? AND version = ?`, [
      id,
      version,
    ]);
    if (stored === undefined) return 'stale';
    const next = { ...decode(stored), ...change };
    if (stored.role === 'admin' && stored.state === 'active' && (next.role !== 'admin' || next.state !== 'active')) {
      const others = await count(sql, `user_account WHERE role = 'admin' AND state = 'active' AND id <> ?`, [id]);
      if (others === 0) return 'last-admin';
    }
    await sql.run(
      'UPDATE user_account SET name = ?, role = ?, points = ?, language = ?, state = ?, version = ? WHERE id = ?',
      [next.name, next.role, toText(next.points), next.language, next.state, version + 1, id],
    );
    if (next.state === 'disabled') {
      await endAll(sql, id, at);
      await sql.run('DELETE FROM one_time WHERE account = ?', [id]);
    }
    await appendAudit(context, audit);
    return 'changed';
  },
});

export const putOneTime = write('putOneTime', {
  class: 'live',
  rows: () => 2,
  run: async (context, token, audit) => {
    if (token.user === null) await context.sql.run('DELETE FROM one_time WHERE account IS NULL');
    else await context.sql.run('DELETE FROM one_time WHERE account = ?', [token.user]);
    await putToken(context.sql, token);
    await appendAudit(context, audit);
  },
});

export const redeemOneTime = write('redeemOneTime', {
  class: 'live',
  rows: () => 3,
  run: async (context, { hash, at, password, audit }) => {
    const { sql } = context;
    const [token] = await sql.all<{ account: string }>(
      'SELECT account FROM one_time WHERE hash = ? AND account IS NOT NULL AND expires_at > ?',
      [hash, at],
    );
    if (token === undefined) return false;
    const set = await sql.run(
      `UPDATE user_account SET password = ?, state = 'active', version = version + 1 WHERE id = ? AND state <> 'disabled'`,
      [password, token.account],
    );
    if (set === 0) return false;
    await sql.run('DELETE FROM one_time WHERE account = ?', [token.account]);
    await endAll(sql, token.account, at);
    await appendAudit(context, audit);
    return true;
  },
});

export const setPassword = write('setPassword', {
  class: 'live',
  rows: () => 3,
  run: async (context, { user, password, keep, at, audit }) => {
    await context.sql.run('UPDATE user_account SET password = ?, version = version + 1 WHERE id = ?', [password, user]);
    await context.sql.run('DELETE FROM one_time WHERE account = ?', [user]);
    await endAll(context.sql, user, at, keep);
    await appendAudit(context, audit);
  },
});

export const user = read('user', async (sql, id) => {
  const [row] = await sql.all<StoredUser>(`SELECT ${columns} FROM user_account WHERE id = ?`, [id]);
  return row === undefined ? null : decode(row);
});

export const userByEmail = read('userByEmail', async (sql, email) => {
  const [row] = await sql.all<StoredUser & { password: string | null }>(
    `SELECT ${columns}, password FROM user_account WHERE email = ?`,
    [email],
  );
  if (row === undefined) return null;
  const { password, ...rest } = row;
  return { ...decode(rest), password };
});

export const users = read('users', async (sql, { after, limit }) =>
  (
    await sql.all<StoredUser>(`SELECT ${columns} FROM user_account WHERE email > ? ORDER BY email LIMIT ?`, [
      after,
      limit,
    ])
  ).map(decode),
);

export const oneTime = read('oneTime', async (sql, hash) => {
  const [row] = await sql.all<Omit<OneTimeRow, 'user' | 'expiresAt'> & { account: string | null; expires_at: number }>(
    'SELECT hash, kind, account, expires_at FROM one_time WHERE hash = ?',
    [hash],
  );
  return row === undefined ? null : { hash: row.hash, kind: row.kind, user: row.account, expiresAt: row.expires_at };
});
