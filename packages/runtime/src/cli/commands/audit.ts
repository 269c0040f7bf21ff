import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CaudalError } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { databaseOf } from '../../config/places.ts';
import { parseHeads } from '../../evidence/heads.ts';
import { createSigningKey, readPublicKey } from '../../evidence/keys.ts';
import { verifyStored } from '../../evidence/read-chain.ts';
import type { Verified } from '../../evidence/verify-chain.ts';
import { type Rotated, writeKey } from '../../operate/audit-key.ts';
import { openReadOnly } from '../../store/open-read-only.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { exportEvidence } from './audit-export.ts';

const text = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);

const entryNumber = (name: string, value: string | boolean | undefined): number | undefined => {
  const written = text(value);
  if (written === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(written))
    throw new CaudalError('config', `--${name} ${written} is no number of an entry`, { sent: 'no' });
  return Number(written);
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CaudalError('config', `${path} can not be read`, { sent: 'no' });
  }
};

const readHeadsFile = (path: string) => {
  try {
    return parseHeads(readText(path));
  } catch (thrown) {
    throw new CaudalError('config', `${path}: ${(thrown as Error).message}`, { sent: 'no' });
  }
};

const linesOf = ({ first, last, entries, heads, signedTo, keys, link }: Verified, seconds: number): string[] => [
  `entries ${first} to ${last}: ${entries}, as they were written; the last hash is ${link}`,
  signedTo === 0
    ? 'no signed head of a known key: that the whole was not written anew is not proven'
    : `signed to entry ${signedTo} by ${keys.join(', ')}; ${heads} heads bear it out`,
  `${Math.round(entries / Math.max(seconds, 0.001))} entries per second`,
];

/** Reads beside the runtime; its committer does not notice. */
const verify = async ({ values, out, err }: Invocation): Promise<number> => {
  const config = await loadConfigFile(values['config'] as string);
  const headsFile = text(values['heads']) ?? config.audit?.headsFile;
  const key = text(values['key']);
  const from = entryNumber('from', values['from']);
  const to = entryNumber('to', values['to']);
  const heads =
    headsFile === undefined || (values['heads'] === undefined && !existsSync(headsFile))
      ? []
      : readHeadsFile(headsFile);
  const { read, close } = await openReadOnly(databaseOf(config));
  const began = performance.now();
  try {
    const verified = await verifyStored(read, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      heads,
      ...(key === undefined ? {} : { trusted: readPublicKey(readText(key)).publicKey }),
    });
    const seconds = (performance.now() - began) / 1000;
    if (values['json'] === true) out(JSON.stringify({ ...verified, seconds }));
    else if (verified.fault === undefined) out(linesOf(verified, seconds).join('\n'));
    if (verified.fault === undefined) return exitCodes.ok;
    err(`caudal audit verify: entry ${verified.fault.seq} ${verified.fault.message}.`);
    return exitCodes.failed;
  } finally {
    await close();
  }
};

const initKey = async ({ values, out }: Invocation): Promise<number> => {
  const config = await loadConfigFile(values['config'] as string);
  const named = config.audit?.key?.startsWith('file:') === true ? config.audit.key.slice('file:'.length) : undefined;
  const file = resolve(text(values['into']) ?? named ?? './audit-key.pem');
  const made = createSigningKey();
  writeKey(file, made.privatePem);
  writeFileSync(`${file}.pub`, made.publicPem);
  out(
    [
      `key ${made.key}`,
      `${file} signs: keep it secret, and a copy of it in a safe place`,
      `${file}.pub proves: give it to whoever is to check`,
      ...(named === undefined ? [`configure it: audit: { key: 'file:${file}' }`] : []),
    ].join('\n'),
  );
  return exitCodes.ok;
};

const rotate = async ({ values, out }: Invocation): Promise<number> => {
  const into = text(values['into']);
  const rotated = await ask<Rotated>(
    values['config'] as string,
    'rotateAuditKey',
    into === undefined ? {} : { into: resolve(into) },
  );
  out(
    [
      `key ${rotated.key} in place of ${rotated.from}, which signed it in`,
      rotated.old === undefined
        ? `${rotated.file} signs from now on: let audit.key name it, then start the runtime anew`
        : `${rotated.file} signs from now on; the old key is ${rotated.old}`,
      `${rotated.file}.pub proves: give it to whoever is to check`,
    ].join('\n'),
  );
  return exitCodes.ok;
};

const does = { verify, export: exportEvidence, 'init-key': initKey, 'rotate-key': rotate } as const;

export const run = async (invocation: Invocation): Promise<number> => {
  const [what = '', ...more] = invocation.words;
  if (!Object.hasOwn(does, what) || more.length > 0) {
    invocation.err(`caudal audit: say one of ${Object.keys(does).join(', ')}.`);
    return exitCodes.usage;
  }
  return does[what as keyof typeof does](invocation);
};
