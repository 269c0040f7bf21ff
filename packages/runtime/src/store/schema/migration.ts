import type { DatabaseSync } from 'node:sqlite';

/**
 * Statements as SQLite takes them, of which PostgreSQL's are made (`to-postgres.ts`), or one for each engine where a table has to be
 * rewritten. Runs inside a transaction.
 *
 * Instances of two versions may stand on one PostgreSQL database, so a change that the version before can not live with comes in two steps:
 * one release adds what is new, and a later one takes away what is old and says so by `contracts`.
 */
export type Migration =
  | string
  | {
      readonly sqlite: string | ((database: DatabaseSync) => void);
      readonly postgres: string;
      /** The oldest schema whose programs can work on this one. Absent: as before. */
      readonly contracts?: number;
    };
