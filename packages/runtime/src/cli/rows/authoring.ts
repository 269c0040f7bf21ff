import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** For who connects a vendor or writes a plugin. */
export const authoring = {
  discover: {
    summary: 'ask a vendor what it has: devices, variables, last values, proposed bindings',
    options: { instance: { type: 'string' }, device: { type: 'string' }, ...json },
    help: { instance: 'provider; may be left out where there is one', device: 'of one device alone', ...jsonHelp },
    load: () => import('../commands/discover.ts'),
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
    load: () => import('../commands/record.ts'),
  },
  docs: {
    summary: "write the tables of a plugin's README anew, through its conformance test",
    words: '[folder]',
    load: () => import('../commands/docs.ts'),
  },
  plugins: {
    summary: 'list the installed plugins with spec, version and conformance report; runs none',
    options: json,
    help: jsonHelp,
    load: () => import('../commands/plugins.ts'),
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
    load: () => import('../commands/logs.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
