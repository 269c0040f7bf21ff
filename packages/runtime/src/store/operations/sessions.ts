import type { SessionRow } from '../access.ts';
import { appendAudit } from './audit.ts';
import { read, write } from './operation.ts';

interface StoredSession extends Pick<SessionRow, 'id' | 'agent' | 'address'> {
  readonly account: string;
  readonly created_at: number;
  readonly used_at: number;
  readonly expires_at: number;
  readonly ended_at: number | null;
}

const columns = 'id, account, created_at, used_at, expires_at, ended_at, agent, address';

const decode = (row: StoredSession): SessionRow => ({
  id: row.id,
  user: row.account,
  createdAt: row.created_at,
  usedAt: row.used_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
  agent: row.agent,
  address: row.address,
});

export const openSession = write('openSession', {
  class: 'live',
  rows: () => 3,
  run: async (context, session, refresh, audit) => {
    const { sql } = context;
    await sql.run(
      `INSERT INTO user_session (id, account, refresh, created_at, used_at, expires_at, agent, address)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        session.id,
        session.user,
        refresh,
        session.createdAt,
        session.usedAt,
        session.expiresAt,
        session.agent,
        session.address,
      ],
    );
    await sql.run('UPDATE user_account SET last_login_at = ? WHERE id = ?', [session.createdAt, session.user]);
    await appendAudit(context, audit);
  },
});

export const rotateRefresh = write('rotateRefresh', {
  class: 'live',
  rows: () => 1,
  run: async (context, { session: id, refresh, next, at, audit }) => {
    const { sql } = context;
    const rotated = await sql.run(
      `UPDATE user_session SET refresh = ?, used_at = ? WHERE id = ? AND refresh = ? AND ended_at IS NULL AND expires_at > ?`,
      [next, at, id, refresh, at],
    );
    if (rotated > 0) return 'rotated';
    const ended = await sql.run(
      'UPDATE user_session SET ended_at = ? WHERE id = ? AND ended_at IS NULL AND expires_at > ?',
      [at, id, at],
    );
    if (ended === 0) return 'gone';
    await appendAudit(context, audit);
    return 'reused';
  },
});

export const endSessions = write('endSessions', {
  class: 'live',
  rows: () => 2,
  run: async (context, { user, session: id, at, audit }) => {
    const ended = await context.sql.run(
      `UPDATE user_session SET ended_at = ? WHERE account = ? AND ended_at IS NULL ${id === undefined ? '' : 'AND id = ?'}`,
      id === undefined ? [at, user] : [at, user, id],
    );
    if (ended > 0) await appendAudit(context, audit);
    return ended;
  },
});

export const session = read('session', async (sql, id) => {
  const [row] = await sql.all<StoredSession>(`SELECT ${columns} FROM user_session WHERE id = ?`, [id]);
  return row === undefined ? null : decode(row);
});

export const sessions = read('sessions', async (sql, user, at, limit) =>
  (
    await sql.all<StoredSession>(
      `SELECT ${columns} FROM user_session WHERE account = ? AND ended_at IS NULL AND expires_at > ?
       ORDER BY used_at DESC, id LIMIT ?`,
      [user, at, limit],
    )
  ).map(decode),
);
