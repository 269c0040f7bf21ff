/**
 * Makes of the program that is started with `--import` of this file the one of a release to come: it has one migration more, which adds a column to
 * every table, a table and an index. It runs in the threads of that program too.
 */
import type { Migration } from '../../../src/store/schema/migration.ts';
import { migrations } from '../../../src/store/schema/migrations.ts';

const expand: Migration = {
  sqlite: '',
  postgres: `
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition AND c.relname NOT IN ('schema_version', 'claim', 'instance') ORDER BY c.relname DESC
  LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN of_next_release bigint NOT NULL DEFAULT 0', name);
  END LOOP;
END $$;
CREATE TABLE of_next_release (id bigint PRIMARY KEY);
CREATE INDEX raw_of_next_release ON raw (instance, of_next_release);
`,
};

(migrations as Migration[]).push(expand);
