import type { CommandRow } from '../command.ts';
import { json, jsonHelp } from './json-option.ts';

/** Who did what, and what a regulator held. */
export const proving = {
  audit: {
    summary: 'prove what was done: check the chain, export evidence, make and rotate its key',
    words: '<verify | export | init-key | rotate-key>',
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      heads: { type: 'string' },
      key: { type: 'string' },
      work: { type: 'string' },
      into: { type: 'string' },
      ...json,
    },
    help: {
      from: 'verify: first entry; export: first slot, instant with zone',
      to: 'verify: last entry; export: slots before, instant with zone',
      heads: 'verify: file of signed heads; default audit.headsFile',
      key: 'verify: public key in PEM that is known to be ours',
      work: 'export: code of the work',
      into: 'export: folder or .tar.gz; keys: file of the key',
      ...jsonHelp,
    },
    load: () => import('../commands/audit.ts'),
  },
  user: {
    summary: 'who may log in: invite, hand out a new password, list',
    words: '<create | reset-password | list>',
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string' },
      points: { type: 'string' },
      language: { type: 'string' },
      ...json,
    },
    help: {
      email: 'create, reset-password: address of the user',
      name: 'create: for people',
      role: 'create: admin, operator, viewer or owner',
      points: 'create: of an owner, ids of points with commas between',
      language: 'create: es or en; default es',
      ...jsonHelp,
    },
    load: () => import('../commands/user.ts'),
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
    load: () => import('../commands/held.ts'),
  },
} satisfies Readonly<Record<string, CommandRow>>;
