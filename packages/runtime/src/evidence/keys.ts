import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { CaudalError } from '@caudal/core';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './chain.ts';

/** The public half of a key, as entries and packages carry it. */
export interface PublicKey {
  /** First 16 hex digits of the SHA-256 of the key's SPKI form: what people compare. */
  readonly key: string;
  /** SPKI, DER, base64. */
  readonly publicKey: string;
}

export interface SigningKey extends PublicKey {
  /** Ed25519 over the UTF-8 of the text, base64. */
  sign(text: string): string;
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

const publicHalf = (key: KeyObject): PublicKey => {
  const der = spki(key);
  return { key: sha256(der).slice(0, 16), publicKey: der.toString('base64') };
};

const isEd25519 = (key: KeyObject): boolean => key.asymmetricKeyType === 'ed25519';

/** A new key: private as PKCS#8 PEM, public as SPKI PEM. */
export const createSigningKey = (): PublicKey & { readonly privatePem: string; readonly publicPem: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    ...publicHalf(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

/**
 * The key that signs.
 *
 * @throws CaudalError kind `config`, which does not repeat what it was given
 */
export const openSigningKey = (pem: string): SigningKey => {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key === undefined || !isEd25519(key))
    throw new CaudalError('config', 'the audit key is no Ed25519 private key in PKCS#8 PEM', { sent: 'no' });
  const opened = key;
  return {
    ...publicHalf(createPublicKey(opened)),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), opened).toString('base64'),
  };
};

/** @throws CaudalError kind `config` */
export const readPublicKey = (pem: string): PublicKey => {
  try {
    const key = createPublicKey(pem);
    if (isEd25519(key)) return publicHalf(key);
  } catch {
    // Told below.
  }
  throw new CaudalError('config', 'this is no Ed25519 public key in PEM', { sent: 'no' });
};

const keyObject = (publicKey: string): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    return isEd25519(key) ? key : undefined;
  } catch {
    return undefined;
  }
};

export const publicPem = (publicKey: string): string =>
  `-----BEGIN PUBLIC KEY-----\n${publicKey.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;

export const isSigned = (publicKey: string, text: string, signature: string): boolean => {
  const key = keyObject(publicKey);
  return key !== undefined && verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
};

/** Whether a key has the name that it gives itself. */
export const isNamed = ({ key, publicKey }: PublicKey): boolean => {
  const found = keyObject(publicKey);
  return found !== undefined && publicHalf(found).key === key;
};

/** What the old key signs when a new one takes its place. */
export const rotationText = ({ key, publicKey }: PublicKey, from: string): string =>
  canonicalJson({ type: 'caudal.audit-key/v1', from, key, publicKey });
