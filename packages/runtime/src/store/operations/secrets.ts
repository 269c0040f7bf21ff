import type { SealedSecret } from '../rows.ts';
import type { Batch } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { read, write } from './operation.ts';

const seal: Batch = {
  columns: { name: 'text', key_id: 'text', sealed: 'text', at: 'integer', author: 'text' },
  text: (rows) => `INSERT INTO secret (name, version, key_id, sealed, at, author)
    SELECT name, 1, key_id, sealed, at, author FROM ${rows} j WHERE true
    ON CONFLICT (name) DO UPDATE SET version = secret.version + 1, key_id = excluded.key_id, sealed = excluded.sealed,
      at = excluded.at, author = excluded.author`,
};
const reseal: Batch = {
  columns: { name: 'text', version: 'integer', key_id: 'text', sealed: 'text' },
  text: (rows) => `UPDATE secret SET key_id = j.key_id, sealed = j.sealed FROM ${rows} j
    WHERE secret.name = j.name AND secret.version = j.version`,
};

export const putSecret = write('putSecret', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, { name, keyId, sealed, at, author }, audit) {
    await sql.each(seal, [[name, keyId, sealed, at, author]]);
    await appendAudit({ sql }, [audit]);
  },
});

/** The same secrets under another key. One that was changed meanwhile stays as it is. Answers how many were taken. */
export const resealSecrets = write('resealSecrets', {
  class: 'live',
  rows: (rows) => rows.length + 1,
  async run({ sql }, rows, audit) {
    const changed = await sql.each(
      reseal,
      rows.map(({ name, version, keyId, sealed }) => [name, version, keyId, sealed]),
    );
    if (changed > 0) await appendAudit({ sql }, [audit]);
    return changed;
  },
});

export const removeSecret = write('removeSecret', {
  class: 'live',
  rows: () => 2,
  async run({ sql }, name, audit) {
    const removed = await sql.run('DELETE FROM secret WHERE name = ?', [name]);
    if (removed === 1) await appendAudit({ sql }, [audit]);
    return removed === 1;
  },
});

const columns = 'name, version, key_id AS "keyId", sealed, at, author';

export const secret = read(
  'secret',
  async (sql, name) => (await sql.all<SealedSecret>(`SELECT ${columns} FROM secret WHERE name = ?`, [name]))[0] ?? null,
);

/** By name, after one. */
export const secrets = read('secrets', (sql, { after, limit }) =>
  Promise.resolve(
    sql.all<SealedSecret>(`SELECT ${columns} FROM secret WHERE name > ? ORDER BY name LIMIT ?`, [after, limit]),
  ),
);
