import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CaudalError } from '@caudal/core';
import { jwtVerify, SignJWT } from 'jose';
import type { Services } from '../services.ts';

/** What an access token says: who, in which log-in. Rights are looked up, so that a change holds at once. */
export interface Claims {
  readonly user: string;
  readonly session: string;
  readonly expiresAt: number;
}

export interface AccessTokens {
  sign(claims: Omit<Claims, 'expiresAt'>): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Null for anything that is not ours and not of now. */
  verify(token: string): Promise<Claims | null>;
}

const issuer = 'caudal';
const algorithm = 'HS256';
const type = 'at+jwt';
const bytesAtLeast = 32;

/** Beside the database, for its owner's eyes. Made at first need. */
const tokenKeyFileOf = (database: string): string => `${database}.token-key`;

const fromFile = (path: string): string => {
  if (!existsSync(path)) writeFileSync(path, randomBytes(bytesAtLeast).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
};

/**
 * JSON Web Tokens that live minutes, signed with HS256: whoever checks them is who made them. The key is `access.tokenKey` or a file
 * beside the database; another key, or no file, ends every access token and no log-in, as refresh tokens do not hang on it.
 *
 * @throws CaudalError kind `config` for a key of less than 32 bytes
 */
export const createAccessTokens = (
  { options, secret, clock, redact }: Pick<Services, 'options' | 'secret' | 'clock' | 'redact'>,
  database: string,
): AccessTokens => {
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
  const keyOf = () => (key ??= load());
  return {
    async sign({ user, session }) {
      const issued = Math.floor(clock.now() / 1000);
      const expires = issued + options.access.accessMinutes * 60;
      const token = await new SignJWT({ sid: session })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setSubject(user)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(issued)
        .setExpirationTime(expires)
        .sign(await keyOf());
      return { token, expiresAt: expires * 1000 };
    },
    async verify(token) {
      const checked = await jwtVerify(token, await keyOf(), {
        algorithms: [algorithm],
        issuer,
        audience: issuer,
        typ: type,
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: new Date(clock.now()),
      }).catch(() => null);
      if (checked === null) return null;
      const { sub, sid, exp } = checked.payload;
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return null;
      return { user: sub, session: sid, expiresAt: exp * 1000 };
    },
  };
};
