import type { DatabaseSync } from 'node:sqlite';
import { tables } from './0001-tables.ts';
import { streams } from './0002-streams.ts';
import { deliveries } from './0003-deliveries.ts';
import { auditChain } from './0004-audit-chain.ts';
import { flow } from './0005-flow.ts';
import { outbox } from './0006-outbox.ts';
import { access } from './0007-access.ts';
import { kept } from './0008-kept.ts';
import { packs } from './0009-packs.ts';
import { tasks } from './0010-tasks.ts';
import { alertHandling } from './0011-alert-handling.ts';
import { asked } from './0012-asked.ts';
import { scheduleSlots } from './0013-schedule-slots.ts';
import { feedPositions } from './0014-feed-positions.ts';
import { outlets } from './0015-outlets.ts';
import type { Migration } from './migration.ts';
import { newerDatabase } from './newer.ts';

/** In order; migration n brings the database from version n − 1 to n. One that was published never changes. */
export const migrations: readonly Migration[] = [
  tables,
  streams,
  deliveries,
  auditChain,
  flow,
  outbox,
  access,
  kept,
  packs,
  tasks,
  alertHandling,
  asked,
  scheduleSlots,
  feedPositions,
  outlets,
];

export const applyMigration = (database: DatabaseSync, migration: Migration): void => {
  const act = typeof migration === 'string' ? migration : migration.sqlite;
  if (typeof act === 'string') database.exec(act);
  else act(database);
};

const version = (database: DatabaseSync): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/** @throws kind `config` for a database that a newer program wrote */
export const assertKnown = (database: DatabaseSync, path: string): number => {
  const found = version(database);
  if (found > migrations.length) throw newerDatabase(path, found, migrations.length);
  return found;
};

/**
 * Brings the database up to this program's schema, each step in a transaction of its own.
 *
 * @throws kind `config` for a database that a newer program wrote
 */
export const migrate = (database: DatabaseSync, path: string): number => {
  const found = assertKnown(database, path);
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      applyMigration(database, migration);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (thrown) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw thrown;
    }
  }
  return migrations.length;
};
