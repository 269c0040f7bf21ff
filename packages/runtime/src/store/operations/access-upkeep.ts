import type { KeptAnswer } from '../access.ts';
import type { SqlRow } from '../sql.ts';
import { fromText, toText } from './json.ts';
import { read, write } from './operation.ts';

const day = 86_400_000;

export const claimAnswer = write('claimAnswer', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, { principal, key, request, at }) => {
    const claimed = await sql.run(
      'INSERT INTO idempotency (principal, key, request, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      [principal, key, request, at],
    );
    if (claimed > 0) return null;
    const [row] = await sql.all<{
      request: string;
      status: number | null;
      headers: string | null;
      body: string | null;
    }>('SELECT request, status, headers, body FROM idempotency WHERE principal = ? AND key = ?', [principal, key]);
    return row === undefined
      ? null
      : {
          request: row.request,
          status: row.status,
          headers: fromText<KeptAnswer['headers']>(row.headers) ?? {},
          body: row.body ?? '',
        };
  },
});

export const keepAnswer = write('keepAnswer', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, { principal, key, answer }) => {
    if (answer === null)
      await sql.run('DELETE FROM idempotency WHERE principal = ? AND key = ? AND status IS NULL', [principal, key]);
    else
      await sql.run('UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE principal = ? AND key = ?', [
        answer.status,
        toText(answer.headers),
        answer.body,
        principal,
        key,
      ]);
  },
});

export const failLogin = write('failLogin', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, { name, count, until }) => {
    await sql.run(
      `INSERT INTO login_failure (name, count, until) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET count = excluded.count, until = excluded.until`,
      [name, count, until],
    );
  },
});

export const clearLogin = write('clearLogin', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, name) => {
    await sql.run('DELETE FROM login_failure WHERE name = ?', [name]);
  },
});

export const countAsked = write('countAsked', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, { name, at, withinMs }) => {
    const [row] = await sql.all<{ count: number; until: number }>(
      `INSERT INTO login_failure (name, count, until) VALUES (?, 1, ?)
       ON CONFLICT (name) DO UPDATE SET
         count = CASE WHEN login_failure.until <= ? THEN 1 ELSE login_failure.count + 1 END,
         until = CASE WHEN login_failure.until <= ? THEN excluded.until ELSE login_failure.until END
       RETURNING count, until`,
      [name, at + withinMs, at, at],
    );
    return row ?? { count: 1, until: at + withinMs };
  },
});

export const loginFailures = read('loginFailures', async (sql, name) => {
  const [row] = await sql.all<{ count: number; until: number }>(
    'SELECT count, until FROM login_failure WHERE name = ?',
    [name],
  );
  return row ?? null;
});

/** Each table by its own key, a few rows at a time. */
const over: readonly { readonly table: string; readonly key: string; readonly where: string }[] = [
  { table: 'idempotency', key: 'principal, key', where: 'at < ?' },
  { table: 'login_failure', key: 'name', where: 'until < ?' },
  { table: 'one_time', key: 'hash', where: 'expires_at < ?' },
  { table: 'user_session', key: 'id', where: 'expires_at < ?' },
];

export const forgetAccess = write('forgetAccess', {
  class: 'retention',
  rows: ({ limit }) => limit * over.length,
  run: async ({ sql }, { at, limit }) => {
    let gone = 0;
    for (const { table, key, where } of over) {
      const params: SqlRow = [at - day, limit];
      gone += await sql.run(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ?)`,
        params,
      );
    }
    return gone;
  },
});
