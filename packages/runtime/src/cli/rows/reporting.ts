import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

const scope = { target: { type: 'string' }, work: { type: 'string' }, informant: { type: 'string' } } as const;
const scopeHelp = {
  target: 'name of the target; without it all are meant',
  work: "the regulator's code of one work of the target",
  informant: "the reference of an informant's secret, as the works have it: env:NAME",
};

/** From a reading to its receipt, and what a regulator is owed. */
export const reporting = {
  trace: {
    summary: 'from a receipt or submission back to the raw bytes, or from a value forward',
    words: '<receipt | submission | point/variable@instant>',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/trace.ts'),
  },
  backfill: {
    summary: 'read a span of a point again',
    options: { point: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
    help: { point: 'id of the point', from: 'instant with zone, 2026-01-01T00:00:00-04:00', to: 'instant with zone' },
    load: () => import('../commands/backfill.ts'),
  },
  submit: {
    summary: 'show the exact request of a slot; touches no network',
    options: { 'dry-run': { type: 'boolean' }, obligation: { type: 'string' }, slot: { type: 'string' } },
    help: {
      'dry-run': 'required: the runtime alone sends',
      obligation: 'id of the obligation',
      slot: 'instant with zone',
    },
    load: () => import('../commands/submit.ts'),
  },
  owed: {
    summary: 'what every obligation owes, by when, and what is missing',
    options: { obligation: { type: 'string' }, ...json },
    help: { obligation: 'one alone, with its open slots', ...jsonHelp },
    load: () => import('../commands/owed.ts'),
  },
  pause: {
    summary: 'stop sends until they are resumed: all, or of a target, an informant or a work',
    options: { ...scope, because: { type: 'string' } },
    help: { ...scopeHelp, because: 'required: the reason, for the audit' },
    load: () => import('../commands/pause.ts'),
  },
  resume: {
    summary: 'let stopped sends go again',
    options: { ...scope, because: { type: 'string' } },
    help: { ...scopeHelp, because: 'for the audit' },
    load: () => import('../commands/resume.ts'),
  },
  decide: {
    summary: 'say what became of a send that nobody answered, where no rule does',
    options: { submission: { type: 'string' }, as: { type: 'string' }, because: { type: 'string' } },
    help: {
      submission: 'id, as status lists it',
      as: 'arrived or send-again',
      because: 'required: the reason, for the audit',
    },
    load: () => import('../commands/decide.ts'),
  },
  tasks: {
    summary: 'corrections of what a regulator holds, for people: what, why, how, and what became of them',
    words: '<list | show <id> | done <id> | dismiss <id>>',
    options: {
      obligation: { type: 'string' },
      state: { type: 'string' },
      because: { type: 'string' },
      reference: { type: 'string' },
      ...json,
    },
    help: {
      obligation: 'list: of one alone',
      state: 'list: open, done, dismissed, or several with commas; default open',
      because: 'done, dismiss: what was done, or why nothing is; kept in the audit',
      reference: 'done, dismiss: what the regulator gave for it, such as a ticket',
      ...jsonHelp,
    },
    load: () => import('../commands/tasks.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
