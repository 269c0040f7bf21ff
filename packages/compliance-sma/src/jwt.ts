import { createHmac } from 'node:crypto';
import { sameText } from '@caudal/core';

/** A JSON Web Token with HMAC SHA-256 (RFC 7519, RFC 7515): one algorithm, so that no header can choose another. */
const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');

const sign = (content: string, key: string) => createHmac('sha256', key).update(content).digest('base64url');

/** A token for `subject`, valid for `lifetimeMs` from `now`, both milliseconds. */
export const issueToken = (subject: string, key: string, now: number, lifetimeMs: number): string => {
  const iat = Math.floor(now / 1000);
  const claims = { sub: subject, iat, exp: iat + Math.floor(lifetimeMs / 1000) };
  const content = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${content}.${sign(content, key)}`;
};

/** Whether a token was issued with this key to this subject and has not run out. */
export const isValidToken = (token: string, subject: string, key: string, now: number): boolean => {
  const parts = token.split('.');
  const [head = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3 || head !== header || !sameText(signature, sign(`${head}.${claims}`, key))) return false;
  try {
    const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
      sub?: unknown;
      exp?: unknown;
    };
    return sub === subject && typeof exp === 'number' && now < exp * 1000;
  } catch {
    return false;
  }
};
