import type { ApiKeyRow } from '../access.ts';
import type { Batch, Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { fromText, toText } from './json.ts';
import { read, write } from './operation.ts';

interface StoredKey extends Pick<ApiKeyRow, 'id' | 'name' | 'role'> {
  readonly permissions: string | null;
  readonly points: string | null;
  readonly instances: string | null;
  readonly created_by: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}

const columns =
  'id, name, role, permissions, points, instances, created_by, created_at, expires_at, used_at, revoked_at';

const decode = (row: StoredKey): ApiKeyRow => ({
  id: row.id,
  name: row.name,
  role: row.role,
  permissions: fromText<readonly string[]>(row.permissions),
  points: fromText<readonly string[]>(row.points),
  instances: fromText<readonly string[]>(row.instances),
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  revokedAt: row.revoked_at,
});

export const addApiKey = write('addApiKey', {
  class: 'live',
  rows: () => 2,
  run: async (context, key, hash, audit) => {
    await context.sql.run(
      `INSERT INTO api_key (id, name, hash, role, permissions, points, instances, created_by, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        key.id,
        key.name,
        hash,
        key.role,
        toText(key.permissions),
        toText(key.points),
        toText(key.instances),
        key.createdBy,
        key.createdAt,
        key.expiresAt,
      ],
    );
    await appendAudit(context, audit);
  },
});

export const revokeApiKey = write('revokeApiKey', {
  class: 'live',
  rows: () => 2,
  run: async (context, { id, at, audit }) => {
    const revoked = await context.sql.run('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [
      at,
      id,
    ]);
    if (revoked > 0) await appendAudit(context, audit);
    return revoked > 0;
  },
});

const used: Batch = {
  columns: { id: 'text', at: 'integer' },
  text: (rows) => `UPDATE api_key SET used_at = j.at FROM ${rows} j
    WHERE api_key.id = j.id AND (api_key.used_at IS NULL OR api_key.used_at < j.at)`,
};

export const usedApiKeys = write('usedApiKeys', {
  class: 'live',
  rows: (uses) => uses.length,
  run: async ({ sql }, uses) => {
    await sql.each(
      used,
      uses.map(({ id, at }) => [id, at]),
    );
  },
});

const one = async (sql: Sql, where: string, value: string): Promise<ApiKeyRow | null> => {
  const [row] = await sql.all<StoredKey>(`SELECT ${columns} FROM api_key WHERE ${where}`, [value]);
  return row === undefined ? null : decode(row);
};

export const apiKey = read('apiKey', (sql, id) => one(sql, 'id = ?', id));

export const apiKeyByHash = read('apiKeyByHash', (sql, hash) => one(sql, 'hash = ?', hash));

export const apiKeys = read('apiKeys', async (sql, { after, limit }) =>
  (await sql.all<StoredKey>(`SELECT ${columns} FROM api_key WHERE id > ? ORDER BY id LIMIT ?`, [after, limit])).map(
    decode,
  ),
);
