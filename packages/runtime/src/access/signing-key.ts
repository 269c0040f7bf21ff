import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CaudalError } from '@caudal/core';
import type { Services } from '../services.ts';

const bytesAtLeast = 32;

/** Beside the database, for its owner's eyes. Made at first need. */
const tokenKeyFileOf = (database: string): string => `${database}.token-key`;

const fromFile = (path: string): string => {
  if (!existsSync(path)) writeFileSync(path, randomBytes(bytesAtLeast).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
};

/**
 * What tokens and links are signed with: `access.tokenKey`, or a file beside the database.
 *
 * @throws CaudalError kind `config` for a key of less than 32 bytes
 */
export const signingKey = (
  { options, secret, redact }: Pick<Services, 'options' | 'secret' | 'redact'>,
  database: string,
): (() => Promise<Uint8Array>) => {
  let key: Promise<Uint8Array> | undefined;
  const load = async (): Promise<Uint8Array> => {
    const { tokenKey } = options.access;
    const text = tokenKey === undefined ? fromFile(tokenKeyFileOf(database)) : await secret(tokenKey);
    redact.add(text);
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.byteLength < bytesAtLeast)
      throw new CaudalError('config', `access.tokenKey has less than ${bytesAtLeast} characters`, { sent: 'no' });
    return bytes;
  };
  return () => (key ??= load());
};
