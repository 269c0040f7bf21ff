import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** What is kept, whatever happens. */
export const keeping = {
  hold: {
    summary: 'keep everything of a point, a device or a work, whatever its age; preview shows what would go',
    words: '<add | list | remove <id> | preview>',
    options: {
      point: { type: 'string' },
      device: { type: 'string' },
      work: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      because: { type: 'string' },
      ...json,
    },
    help: {
      point: 'add: id of the point',
      device: 'add: id of the device',
      work: 'add: the regulator’s code of the work',
      from: 'add: of a record its arrival, of a submission its slot: at or after, instant with zone',
      to: 'add: before, instant with zone; without it whatever comes',
      because: 'add, remove: why; kept in the audit',
      ...jsonHelp,
    },
    load: () => import('../commands/hold.ts'),
  },
  backup: {
    summary: 'copy the database while it is in use, read the copy from end to end, and write its SHA-256 beside it',
    words: '[file]',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/backup.ts'),
  },
  restore: {
    summary: 'put a backup in the place of the database; what was there is kept aside',
    words: '<file>',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/restore.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
