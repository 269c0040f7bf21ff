import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { CaudalError } from '@caudal/core';

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** A key that secrets are encrypted with, and the name under which the database knows it. */
export interface SealKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * A key from its text: 32 bytes as base64 or hex, as `openssl rand -base64 32` writes them. The id is made of the key, so that another key
 * under the same reference is noticed.
 *
 * @throws CaudalError kind `config` for any other text, which is not repeated
 */
export const readSealKey = (text: string, reference: string): SealKey => {
  const written = text.trim();
  const bytes = /^[0-9a-fA-F]{64}$/.test(written) ? Buffer.from(written, 'hex') : Buffer.from(written, 'base64');
  if (bytes.length !== keyBytes)
    throw new CaudalError('config', `${reference} holds no key of 32 bytes; make one with openssl rand -base64 32`, {
      sent: 'no',
    });
  return { id: hash('sha256', Buffer.concat([Buffer.from('caudal secret key '), bytes]), 'hex').slice(0, 16), bytes };
};

/** AES-256-GCM under a fresh nonce. The name is authenticated with it: a ciphertext moved to another name does not open. */
export const seal = (key: SealKey, name: string, secret: string): string => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(name, 'utf8'));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
};

/** @throws CaudalError kind `config` when it was changed, or belongs to another name */
export const unseal = (key: SealKey, name: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(name, 'utf8'))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw new CaudalError('config', `secret store:${name} was changed in the database; set it again`, {
      sent: 'no',
      scope: 'credential',
      credential: `store:${name}`,
    });
  }
};
