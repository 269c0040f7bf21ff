import type { Redactor, SecretReference } from '@caudal/core';

/** The secret in a header: `Authorization: <prefix><secret>`. */
export interface HeaderAuth {
  readonly type: 'header';
  readonly name: string;
  readonly secret: SecretReference;
  /** Written before the secret, with its space if it has one. Default none. */
  readonly prefix?: string;
}

/** The secret in a query parameter. */
export interface QueryAuth {
  readonly type: 'query';
  readonly name: string;
  readonly secret: SecretReference;
}

/** The secret as a path segment, where the path (or the base URL) says `{name}`. */
export interface PathAuth {
  readonly type: 'path';
  /** Default `token`. */
  readonly name?: string;
  readonly secret: SecretReference;
}

/** RFC 7617, in UTF-8. */
export interface BasicAuth {
  readonly type: 'basic';
  readonly username: string | { readonly secret: SecretReference };
  readonly password: SecretReference;
}

/** RFC 6750. */
export interface BearerAuth {
  readonly type: 'bearer';
  readonly secret: SecretReference;
}

/** One field of a login body: plain text or a secret. */
export type LoginField = string | { readonly secret: SecretReference };

/**
 * A login that gives a token. The token is kept in memory until it is about to expire, many callers share one login, and a
 * request answered 401 logs in once more and is sent once more (see `expired`): a 401 means that the other side did nothing.
 */
export interface LoginAuth {
  readonly type: 'login';
  /** Appended to the base URL; `POST`. */
  readonly path: string;
  readonly fields: Readonly<Record<string, LoginField>>;
  /** How the fields are written. Default `json`. */
  readonly encoding?: 'json' | 'form';
  /**
   * JSON pointer to the token in the answer, for example `/token`; of several the first that leads to a text counts. `''` is the
   * answer itself, as a JSON string or as a bare JSON Web Token.
   */
  readonly token: string | readonly string[];
  /** JSON pointer to the token's lifetime in seconds, where the answer has one. */
  readonly expiresIn?: string;
  /**
   * Lifetime where the answer has none. Without either, a JSON Web Token's own `exp` counts (RFC 7519), then
   * `assumedLifetimeMs`, and without that the token is used until it is refused.
   */
  readonly lifetimeMs?: number;
  /**
   * After a refused login the same credential is not tried again for so long: repeating locks accounts. Another password is tried
   * at once. Default 60 s.
   */
  readonly refusedForMs?: number;
  /** Lifetime where neither the answer nor the token itself says one. */
  readonly assumedLifetimeMs?: number;
  /**
   * Whether an answer 401 means that the token ran out, so that one more login helps; default always. Where another login could
   * only fail, it must not be tried: vendors lock accounts.
   */
  readonly expired?: (answer: { readonly status: number; readonly body: Uint8Array }) => boolean;
  /** Header that carries the token. Default `Authorization`. */
  readonly header?: string;
  /** Written before the token. Default `Bearer `. */
  readonly prefix?: string;
}

export type Auth = HeaderAuth | QueryAuth | PathAuth | BasicAuth | BearerAuth | LoginAuth;

/** What a credential adds to a request, and the reference to name when it is refused. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: { readonly name: string; readonly secret: string };
  readonly path?: { readonly name: string; readonly secret: string };
  readonly reference: SecretReference | undefined;
}

/** The reference an operator would have to change when the credential is refused. */
export const referenceOf = (auth: Auth): SecretReference | undefined => {
  if (auth.type === 'basic') return auth.password;
  if (auth.type !== 'login') return auth.secret;
  return Object.values(auth.fields).findLast((field) => typeof field !== 'string')?.secret;
};

type Simple = Exclude<Auth, LoginAuth>;
type Resolve = (reference: SecretReference) => Promise<string>;
type Placement = Omit<Credentials, 'reference'>;

const place: {
  readonly [T in Simple['type']]: (auth: Extract<Simple, { type: T }>, resolve: Resolve) => Promise<Placement>;
} = {
  header: async ({ name, prefix = '', secret }, resolve) => ({ headers: { [name]: prefix + (await resolve(secret)) } }),
  query: async ({ name, secret }, resolve) => ({ query: { name, secret: await resolve(secret) } }),
  path: async ({ name = 'token', secret }, resolve) => ({ path: { name, secret: await resolve(secret) } }),
  bearer: async ({ secret }, resolve) => ({ headers: { authorization: `Bearer ${await resolve(secret)}` } }),
  basic: async ({ username, password }, resolve) => {
    const user = typeof username === 'string' ? username : await resolve(username.secret);
    return {
      headers: { authorization: `Basic ${Buffer.from(`${user}:${await resolve(password)}`).toString('base64')}` },
    };
  },
};

/** Resolves a credential that needs no request of its own. What goes into a header is made known to the redactor as it stands there. */
export const credentialsOf = async (auth: Simple, resolve: Resolve, redact: Redactor): Promise<Credentials> => {
  const placeOne = place[auth.type] as (auth: Simple, resolve: Resolve) => Promise<Placement>;
  const placement = await placeOne(auth, resolve);
  if (auth.type === 'basic') redact.add(placement.headers?.['authorization']?.slice('Basic '.length) ?? '');
  return { ...placement, reference: referenceOf(auth) };
};
