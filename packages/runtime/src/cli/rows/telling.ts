import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** What people are told, and what happens by the clock. */
export const telling = {
  alerts: {
    summary: 'what is wrong and who knows: list, acknowledge, silence for a time',
    words: '<list | ack <alert> | silences | silence | unsilence <silence>>',
    options: {
      ended: { type: 'boolean' },
      note: { type: 'string' },
      alert: { type: 'string' },
      rule: { type: 'string' },
      subject: { type: 'string' },
      point: { type: 'string' },
      minutes: { type: 'string' },
      because: { type: 'string' },
      ...json,
    },
    help: {
      ended: 'list those that ended',
      note: 'with ack: what you know or do',
      alert: 'silence this one alone',
      rule: 'silence those of a rule; * stands for any text',
      subject: 'silence those about it, device:logger-1 or well-1/*',
      point: 'silence those of a point, but for what is owed to regulators',
      minutes: 'how long the silence holds, from now',
      because: 'why; kept in the audit',
      ...jsonHelp,
    },
    load: () => import('../commands/alerts.ts'),
  },
  maintenance: {
    summary: 'windows of planned work: which are on, when the next begins, how much they keep from people',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/maintenance.ts'),
  },
  schedules: {
    summary:
      'what happens by the clock: last, next and missed slots; of one schedule what its slots came to; run does one now',
    words: '[name | run <name>]',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/schedules.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
