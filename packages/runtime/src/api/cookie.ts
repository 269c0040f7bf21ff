import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RuntimeOptions } from '../config/options.ts';
import { Refusal } from './refusal.ts';

const name = 'caudal_refresh';

/** Path under which the runtime is reached from outside: that of `http.publicUrl`. */
export const basePathOf = ({ publicUrl }: RuntimeOptions['http']): string =>
  publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');

const settingsOf = (http: RuntimeOptions['http'], request: FastifyRequest) => ({
  path: `${basePathOf(http)}/api/v1/auth`,
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: (http.publicUrl ?? `${request.protocol}:`).startsWith('https:'),
});

/**
 * The refresh token of the page: no script sees it, and it goes to the log-in routes alone. It lives so long by the browser's own
 * clock, which may be another than ours.
 */
export const giveCookie = (reply: FastifyReply, http: RuntimeOptions['http'], token: string, livesMs: number): void => {
  void reply.setCookie(name, token, { ...settingsOf(http, reply.request), maxAge: Math.floor(livesMs / 1000) });
};

export const takeCookie = (reply: FastifyReply, http: RuntimeOptions['http']): void => {
  void reply.clearCookie(name, settingsOf(http, reply.request));
};

/** Of a page of this origin alone: browsers say where a request comes from, and beside SameSite that is checked too. */
export const cookieOf = (request: FastifyRequest): string | undefined => {
  const token = request.cookies[name];
  const site = request.headers['sec-fetch-site'];
  if (token !== undefined && site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal('forbidden', 'a log-in by cookie is for pages of this origin');
  return token;
};
