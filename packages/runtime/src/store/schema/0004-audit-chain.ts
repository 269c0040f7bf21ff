import type { DatabaseSync } from 'node:sqlite';
import { type AuditEntry, type ChainRow, chainRows } from '../../evidence/chain.ts';
import type { Migration } from './migration.ts';

const aside = `
ALTER TABLE audit RENAME TO audit_plain;
DROP INDEX audit_subject;
`;

const tables = `
-- The entry as it is hashed, and the link of the chain. Nothing of it stands anywhere else in the table, so nothing can say otherwise.
CREATE TABLE audit (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, link TEXT NOT NULL) STRICT;
CREATE TABLE audit_head (
  seq INTEGER PRIMARY KEY,
  link TEXT NOT NULL,
  at INTEGER NOT NULL,
  key TEXT NOT NULL,
  signature TEXT NOT NULL,
  -- 1 when it is everywhere where it should be.
  published INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX audit_head_unpublished ON audit_head (seq) WHERE published = 0;
`;

const index = `
CREATE INDEX audit_subject ON audit (json_extract(entry, '$.subject'), seq);
`;

const drop = 'DROP TABLE audit_plain;';

/** The audit becomes a chain: what was written plainly is linked in the order in which it was written, and a last entry says so. */
const link = (database: DatabaseSync): void => {
  database.exec(aside + tables);
  const insert = database.prepare('INSERT INTO audit (seq, entry, link) VALUES (?, ?, ?)');
  let last: ChainRow | undefined;
  const append = (entry: AuditEntry) => {
    [last] = chainRows(last, [entry]);
    if (last !== undefined) insert.run(last.seq, last.entry, last.link);
  };
  let newest = 0;
  const plain = database.prepare('SELECT at, actor, act, subject, hash FROM audit_plain ORDER BY seq');
  for (const row of plain.iterate()) {
    const entry = row as unknown as AuditEntry;
    append(entry);
    newest = entry.at;
  }
  if (last !== undefined)
    append({
      at: newest,
      actor: 'runtime',
      act: 'chain begun over plain entries',
      subject: 'audit',
      hash: null,
      detail: { entries: last.seq },
    });
  database.exec(drop + index);
};

/** No database of PostgreSQL was ever without the chain. */
export const auditChain: Migration = { sqlite: link, postgres: `DROP TABLE audit; ${tables} ${index}` };
