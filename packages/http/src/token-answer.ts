import type { LoginAuth } from './auth.ts';

const at = (value: unknown, pointer: string): unknown => {
  let found = value;
  for (const key of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return found;
};

const claimsOf = (token: string): { readonly exp?: unknown; readonly iat?: unknown } => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
};

/** `exp` minus `iat` where both are there: a lifetime needs no agreement of two clocks. */
const lifetimeOfJwt = (token: string, now: number): number | undefined => {
  const { exp, iat } = claimsOf(token);
  if (typeof exp !== 'number') return undefined;
  return exp * 1000 - (typeof iat === 'number' ? iat * 1000 : now);
};

/** Three parts of base64url, the first of which is JSON: a page or a word of a login form is none (RFC 7519). */
const jwtPattern = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

const pointersOf = ({ token }: LoginAuth): readonly string[] => (typeof token === 'string' ? [token] : token);

/** The token of an answer that is no JSON but the token itself, where that may be. */
export const bareToken = (auth: LoginAuth, body: Uint8Array): string | undefined => {
  const text = Buffer.from(body).toString('utf8').trim();
  return pointersOf(auth).includes('') && jwtPattern.test(text) ? text : undefined;
};

/** Token and lifetime in a login's answer; `undefined` when it has no token. `now` is the server's clock where it is known. */
export const readTokenAnswer = (
  auth: LoginAuth,
  answer: unknown,
  now: number,
): { readonly value: string; readonly lifetimeMs: number | undefined } | undefined => {
  const value = pointersOf(auth)
    .map((pointer) => at(answer, pointer))
    .find((found) => typeof found === 'string' && found !== '');
  if (typeof value !== 'string') return undefined;
  const seconds = auth.expiresIn === undefined ? undefined : Number(at(answer, auth.expiresIn));
  const stated = seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return { value, lifetimeMs: stated ?? auth.lifetimeMs ?? lifetimeOfJwt(value, now) ?? auth.assumedLifetimeMs };
};
