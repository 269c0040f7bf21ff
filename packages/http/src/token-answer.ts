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

/** Token and lifetime in a login's answer; `undefined` when it has no token. `now` is the server's clock where it is known. */
export const readTokenAnswer = (
  auth: LoginAuth,
  answer: unknown,
  now: number,
): { readonly value: string; readonly lifetimeMs: number | undefined } | undefined => {
  const value = at(answer, auth.token);
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = auth.expiresIn === undefined ? undefined : Number(at(answer, auth.expiresIn));
  const stated = seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return { value, lifetimeMs: stated ?? auth.lifetimeMs ?? lifetimeOfJwt(value, now) };
};
