import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** How the work stands. */
export const watching = {
  status: {
    summary: 'how everything stands: stages, devices, raw records, submissions, alerts',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/status.ts'),
  },
  top: {
    summary: 'how fast work moves now: rates, lag, stages, providers, the oldest due, the next deadline',
    options: { every: { type: 'string' }, once: { type: 'boolean' }, ...json },
    help: { every: 'seconds between two looks; default 2', once: 'two looks, then end', ...jsonHelp },
    load: () => import('../commands/top.ts'),
  },
  tap: {
    summary: 'follow values, submissions and alerts of the running runtime as they come',
    options: {
      kind: { type: 'string' },
      point: { type: 'string' },
      obligation: { type: 'string' },
      lines: { type: 'string' },
      json: { type: 'boolean' },
    },
    help: {
      kind: 'values, submission, alert, or several with commas; default all',
      point: 'values and alerts of one point alone',
      obligation: 'submissions of one obligation alone',
      lines: 'end after so many',
      json: 'NDJSON, one object a line',
    },
    load: () => import('../commands/tap.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
