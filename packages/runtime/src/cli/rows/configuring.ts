import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** Data, secrets and providers. */
export const configuring = {
  data: {
    summary: 'points, devices and all other data: what is provisioned, and what is kept in the database',
    words: 'list <kind> | get|history|put|remove <kind>/<id> | import <file> | export | template',
    options: {
      file: { type: 'string' },
      expected: { type: 'string' },
      because: { type: 'string' },
      encoding: { type: 'string' },
      apply: { type: 'boolean' },
      all: { type: 'boolean' },
      ...json,
    },
    help: {
      file: 'put: YAML of the one thing; without it standard input',
      expected: 'put: only over this version, as v3',
      because: 'required to change something: the reason, kept with it',
      encoding: 'import of CSV: utf-8 or windows-1252',
      apply: 'import: write it; without it mistakes are shown and nothing is written',
      all: 'export: also what is provisioned',
      ...jsonHelp,
    },
    load: () => import('../commands/data.ts'),
  },
  secret: {
    summary: 'secrets kept encrypted in the database, as store:NAME; a value comes on standard input',
    words: 'set <name> | list | remove <name> | rotate-key',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/secret.ts'),
  },
  provider: {
    summary: 'how providers stand; switch one off, or into testing: read and never reported',
    words: 'list | on|off|testing <instance>',
    options: { because: { type: 'string' }, ...json },
    help: { because: 'required to switch: the reason, for the audit', ...jsonHelp },
    load: () => import('../commands/provider.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
