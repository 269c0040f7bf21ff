import type { CommandRow } from './command.ts';

const json = { json: { type: 'boolean' } } as const;
const jsonHelp = { json: 'print JSON' };

const scope = { target: { type: 'string' }, work: { type: 'string' }, informant: { type: 'string' } } as const;
const scopeHelp = {
  target: 'name of the target; without it all are meant',
  work: "the regulator's code of one work of the target",
  informant: "the reference of an informant's secret, as the works have it: env:NAME",
};

/** Every command by name, in the order in which a newcomer needs them. */
export const commands: Readonly<Record<string, CommandRow>> = {
  validate: {
    summary: 'name every mistake of configuration and data, with its place',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/validate.ts'),
  },
  check: {
    summary: 'try the credentials of every instance, device and work; sends nothing',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/check.ts'),
  },
  doctor: {
    summary: 'look at this machine: Node, SQLite, disk, clock, secrets, who holds the database',
    options: { offline: { type: 'boolean' }, ...json },
    help: { offline: 'ask no vendor, regulator or channel', ...jsonHelp },
    load: () => import('./commands/doctor.ts'),
  },
  run: {
    summary: 'work until stopped; SIGTERM and Ctrl-C drain',
    load: () => import('./commands/run.ts'),
  },
  status: {
    summary: 'how everything stands: stages, devices, raw records, submissions, alerts',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/status.ts'),
  },
  trace: {
    summary: 'from a receipt or submission back to the raw bytes, or from a value forward',
    words: '<receipt | submission | point/variable@instant>',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/trace.ts'),
  },
  backfill: {
    summary: 'read a span of a point again',
    options: { point: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
    help: { point: 'id of the point', from: 'instant with zone, 2026-01-01T00:00:00-04:00', to: 'instant with zone' },
    load: () => import('./commands/backfill.ts'),
  },
  submit: {
    summary: 'show the exact request of a slot; touches no network',
    options: { 'dry-run': { type: 'boolean' }, obligation: { type: 'string' }, slot: { type: 'string' } },
    help: {
      'dry-run': 'required: the runtime alone sends',
      obligation: 'id of the obligation',
      slot: 'instant with zone',
    },
    load: () => import('./commands/submit.ts'),
  },
  owed: {
    summary: 'what every obligation owes, by when, and what is missing',
    options: { obligation: { type: 'string' }, ...json },
    help: { obligation: 'one alone, with its open slots', ...jsonHelp },
    load: () => import('./commands/owed.ts'),
  },
  pause: {
    summary: 'stop sends until they are resumed: all, or of a target, an informant or a work',
    options: { ...scope, because: { type: 'string' } },
    help: { ...scopeHelp, because: 'required: the reason, for the audit' },
    load: () => import('./commands/pause.ts'),
  },
  resume: {
    summary: 'let stopped sends go again',
    options: { ...scope, because: { type: 'string' } },
    help: { ...scopeHelp, because: 'for the audit' },
    load: () => import('./commands/resume.ts'),
  },
  decide: {
    summary: 'say what became of a send that nobody answered, where no rule does',
    options: { submission: { type: 'string' }, as: { type: 'string' }, because: { type: 'string' } },
    help: {
      submission: 'id, as status lists it',
      as: 'arrived or send-again',
      because: 'required: the reason, for the audit',
    },
    load: () => import('./commands/decide.ts'),
  },
  failures: {
    summary: 'slots past their maximum lag, with the text that the regulator wants',
    options: { obligation: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, ...json },
    help: { obligation: 'one alone', from: 'slots at or after, instant with zone', to: 'slots before', ...jsonHelp },
    load: () => import('./commands/failures.ts'),
  },
  receipt: {
    summary: 'enter the receipt of a submission handed over by hand, or import those of another system',
    words: '[import <file.csv>]',
    options: { submission: { type: 'string' }, receipt: { type: 'string' } },
    help: { submission: 'id, as status lists it', receipt: 'as the regulator gave it' },
    load: () => import('./commands/receipt.ts'),
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
    load: () => import('./commands/enter.ts'),
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
    load: () => import('./commands/reprocess.ts'),
  },
  backup: {
    summary: 'copy the database while it is in use, read the copy from end to end, and write its SHA-256 beside it',
    words: '[file]',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/backup.ts'),
  },
  restore: {
    summary: 'put a backup in the place of the database; what was there is kept aside',
    words: '<file>',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/restore.ts'),
  },
  audit: {
    summary: 'prove what was done: check the chain, make and rotate its key',
    words: '<verify | init-key | rotate-key>',
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      heads: { type: 'string' },
      key: { type: 'string' },
      into: { type: 'string' },
      ...json,
    },
    help: {
      from: 'verify: first entry',
      to: 'verify: last entry',
      heads: 'verify: file of signed heads; default audit.headsFile',
      key: 'verify: public key in PEM that is known to be ours',
      into: 'keys: file of the key',
      ...jsonHelp,
    },
    load: () => import('./commands/audit.ts'),
  },
  held: {
    summary: 'what the regulator held for a work at an instant, as known then',
    options: {
      work: { type: 'string' },
      at: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      ...json,
    },
    help: {
      work: 'code of the work',
      at: 'instant with zone; default now',
      from: 'first slot, instant with zone; default the 30 days before',
      to: 'slots before, instant with zone',
      ...jsonHelp,
    },
    load: () => import('./commands/held.ts'),
  },
  migrate: {
    summary: 'bring the database to the form of this version, after a backup of it',
    options: { 'skip-backup': { type: 'boolean' } },
    help: { 'skip-backup': 'make no backup before' },
    load: () => import('./commands/migrate.ts'),
  },
  discover: {
    summary: 'ask a vendor what it has: devices, variables, last values, proposed bindings',
    options: { instance: { type: 'string' }, device: { type: 'string' }, ...json },
    help: { instance: 'provider; may be left out where there is one', device: 'of one device alone', ...jsonHelp },
    load: () => import('./commands/discover.ts'),
  },
  record: {
    summary: 'keep what a vendor answers as case folders, without secrets',
    options: {
      instance: { type: 'string' },
      device: { type: 'string' },
      name: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      into: { type: 'string' },
      why: { type: 'string' },
    },
    help: {
      instance: 'provider; may be left out where there is one',
      device: 'id of the device',
      name: 'of the case, such as counter-rolls-over',
      from: 'instant with zone; without a span the latest values are asked for',
      to: 'instant with zone',
      into: 'folder that gets the case folders; default test/cases',
      why: 'one sentence: why the body is worth keeping',
    },
    load: () => import('./commands/record.ts'),
  },
  docs: {
    summary: "write the tables of a plugin's README anew, through its conformance test",
    words: '[folder]',
    load: () => import('./commands/docs.ts'),
  },
  plugins: {
    summary: 'list the installed plugins with spec, version and conformance report; runs none',
    options: json,
    help: jsonHelp,
    load: () => import('./commands/plugins.ts'),
  },
  logs: {
    summary: 'show the log, one stream or all',
    options: {
      stream: { type: 'string' },
      lines: { type: 'string' },
      follow: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    help: {
      stream: 'telemetry, compliance, notifications, system or errors',
      lines: 'how many of the last lines; default 50',
      follow: 'go on with what comes',
      json: 'as written, NDJSON',
    },
    load: () => import('./commands/logs.ts'),
  },
};
