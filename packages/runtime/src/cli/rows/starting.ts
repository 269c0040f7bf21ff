import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** From an empty folder to a runtime that works. */
export const starting = {
  validate: {
    summary: 'name every mistake of configuration and data, with its place',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/validate.ts'),
  },
  check: {
    summary: 'try the credentials of every instance, device and work; sends nothing',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/check.ts'),
  },
  doctor: {
    summary: 'look at this machine: Node, SQLite, disk, clock, secrets, who holds the database',
    options: { offline: { type: 'boolean' }, ...json },
    help: { offline: 'ask no vendor, regulator or channel', ...jsonHelp },
    load: () => import('../commands/doctor.ts'),
  },
  run: {
    summary: 'work until stopped; SIGTERM and Ctrl-C drain',
    options: { roles: { type: 'string' } },
    help: { roles: 'what this instance does: collect,process,comply,notify,api; without it as the configuration says' },
    load: () => import('../commands/run.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
