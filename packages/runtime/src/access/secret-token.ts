import { hash, randomBytes } from 'node:crypto';

/** What something long and random is kept as. Guessing it is hopeless, so that a fast hash is enough. */
export const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** 256 random bits behind a prefix by which people and scanners of secrets know what it is. */
export const newToken = (prefix: string): { readonly token: string; readonly hash: string } => {
  const token = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token) };
};

/** Short, for people to tell one from another. */
export const newId = (): string => randomBytes(9).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y');
