import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** The database itself, while nothing runs. */
export const upkeep = {
  compact: {
    summary: 'give pages that retention emptied back to the disk, while nothing runs',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/compact.ts'),
  },
  migrate: {
    summary: 'bring the database to the form of this version, after a backup of it; or move it to a server',
    options: { 'skip-backup': { type: 'boolean' }, to: { type: 'string' }, ...json },
    help: {
      'skip-backup': 'make no backup before',
      to: 'address of an empty PostgreSQL database, postgres://…: everything is copied and compared, and the file stays as it is',
      ...jsonHelp,
    },
    load: () => import('../commands/migrate.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
