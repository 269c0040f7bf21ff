import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** What failed, what a person enters, and what is done again. */
export const mending = {
  failures: {
    summary: 'slots past their maximum lag, with the text that the regulator wants',
    options: { obligation: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, ...json },
    help: { obligation: 'one alone', from: 'slots at or after, instant with zone', to: 'slots before', ...jsonHelp },
    load: () => import('../commands/failures.ts'),
  },
  receipt: {
    summary: 'enter the receipt of a submission handed over by hand, or import those of another system',
    words: '[import <file.csv>]',
    options: { submission: { type: 'string' }, receipt: { type: 'string' } },
    help: { submission: 'id, as status lists it', receipt: 'as the regulator gave it' },
    load: () => import('../commands/receipt.ts'),
  },
  enter: {
    summary: 'hand in a file of readings, or typed ones; shows first what is found in it',
    words: '<file | ->',
    options: {
      instance: { type: 'string' },
      device: { type: 'string' },
      'media-type': { type: 'string' },
      author: { type: 'string' },
      note: { type: 'string' },
      'dry-run': { type: 'boolean' },
      ...json,
    },
    help: {
      instance: 'provider; may be left out where there is one',
      device: 'id of the device, where the file names none',
      'media-type': 'default by the ending of the file; of standard input the first that the provider takes',
      author: 'who hands it in',
      note: 'where it comes from, why it is handed in',
      'dry-run': 'show what is found and keep nothing',
      ...jsonHelp,
    },
    load: () => import('../commands/enter.ts'),
  },
  reprocess: {
    summary: 'decode and judge raw records again, after a fix',
    options: {
      point: { type: 'string' },
      device: { type: 'string' },
      instance: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      failed: { type: 'boolean' },
    },
    help: {
      point: 'all devices of a point, judged anew',
      device: 'one device',
      instance: 'one provider instance',
      from: 'arrived at or after, instant with zone',
      to: 'arrived before, instant with zone',
      failed: 'only records that could not be read',
    },
    load: () => import('../commands/reprocess.ts'),
  },
  dead: {
    summary: 'what stopped: unreadable raw records, refused submissions, undelivered notices',
    words: '<list | show <id> | requeue [id] | skip <id>>',
    options: {
      kind: { type: 'string' },
      instance: { type: 'string' },
      device: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      because: { type: 'string' },
      ...json,
    },
    help: {
      kind: 'list: raw, submission or notice',
      instance: 'list, requeue: raw records of a provider instance',
      device: 'list, requeue: raw records of a device',
      from: 'list, requeue: arrived at or after, instant with zone',
      to: 'list, requeue: arrived before, instant with zone',
      because: 'requeue, skip: why; kept in the audit',
      ...jsonHelp,
    },
    load: () => import('../commands/dead.ts'),
  },
  kafka: {
    summary: 'raw records on their way through Kafka: how partitions stand, and putting back what was set aside',
    words: '<status | requeue>',
    options: { because: { type: 'string' }, ...json },
    help: { because: 'requeue: why; kept in the audit', ...jsonHelp },
    load: () => import('../commands/kafka.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
