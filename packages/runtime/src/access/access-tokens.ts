import { jwtVerify, SignJWT } from 'jose';
import type { Services } from '../services.ts';
import { signingKey } from './signing-key.ts';

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
/**
 * JSON Web Tokens that live minutes, signed with HS256: whoever checks them is who made them. The key is `access.tokenKey` or a file
 * beside the database; another key, or no file, ends every access token and no log-in, as refresh tokens do not hang on it.
 *
 * @throws CaudalError kind `config` for a key of less than 32 bytes
 */
export const createAccessTokens = (
  services: Pick<Services, 'options' | 'secret' | 'clock' | 'redact'>,
  database: string,
): AccessTokens => {
  const { options, clock } = services;
  const keyOf = signingKey(services, database);
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
