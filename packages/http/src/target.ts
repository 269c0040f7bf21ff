import { CaudalError } from '@caudal/core';
import type { Credentials } from './auth.ts';

/** Query parameters; an array repeats its key, exactly as the key is written (`variable[]`). */
export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;

/** Path parameters by name. */
export type Params = Readonly<Record<string, string>>;

/** Where a request goes: the address for the socket, and the path that may be stored and shown. */
export interface Target {
  readonly url: URL;
  readonly shown: string;
}

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no' });
};

/**
 * Checks a base URL once, at creation.
 * @throws CaudalError kind `config` for anything but http(s) without user, query and fragment
 */
export const parseBaseUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : refuse('the base URL is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('the base URL must start with http:// or https://');
  if (url.username !== '' || url.password !== '')
    refuse('the base URL carries a user or password; give credentials by reference instead');
  if (url.search !== '' || url.hash !== '') refuse('the base URL has a query or a fragment');
  return text.replace(/\/+$/, '');
};

/** A dot segment would be resolved away by the URL parser and change which resource is asked. */
const segment = (name: string, value: string): string =>
  value === '' || value === '.' || value === '..'
    ? refuse(`"{${name}}" of the path cannot be filled with this value`)
    : encodeURIComponent(value);

/**
 * Fills a path and adds the query.
 * @throws CaudalError kind `config` when a placeholder has no value, or a path credential has no placeholder
 */
export const targetOf = (
  baseUrl: string,
  request: { readonly path: string; readonly params?: Params; readonly query?: Query },
  credentials: Credentials | undefined,
): Target => {
  const template = baseUrl + (request.path === '' || request.path.startsWith('/') ? '' : '/') + request.path;
  const secret = credentials?.path;
  if (secret !== undefined && !template.includes(`{${secret.name}}`))
    refuse(`the credential goes into the path, but the path has no {${secret.name}}`);
  const fill = (show: boolean) =>
    template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
      if (secret !== undefined && name === secret.name) return show ? whole : segment(name, secret.secret);
      const value = request.params?.[name];
      return value === undefined ? refuse(`"{${name}}" of the path has no value`) : segment(name, value);
    });
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(request.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) pairs.push([key, String(item)]);
  }
  const hidden = credentials?.query;
  const search = (last: [string, string][]) => {
    const text = new URLSearchParams([...pairs, ...last]).toString();
    return text === '' ? '' : `?${text}`;
  };
  const filled = fill(false) + search(hidden === undefined ? [] : [[hidden.name, hidden.secret]]);
  const url = URL.canParse(filled) ? new URL(filled) : refuse('the path does not give a valid URL');
  const shownPath = fill(true).replace(/^https?:\/\/[^/?#]*/i, '');
  const shownQuery = search([]);
  const marker =
    hidden === undefined ? '' : `${shownQuery === '' ? '?' : '&'}${encodeURIComponent(hidden.name)}={${hidden.name}}`;
  return { url, shown: (shownPath === '' ? '/' : shownPath) + shownQuery + marker };
};
