import { CaudalError, type RawRequest, type RawResponse } from '@caudal/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.ts';

/** A request as plugins get it: bytes as they were on the wire, header names in lower case. */
export const rawRequestOf = (request: FastifyRequest, receivedAt: number, path?: string): RawRequest => {
  const [own = '', query = ''] = request.url.split('?', 2);
  return {
    method: request.method,
    path: path ?? own,
    query,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    receivedAt,
  };
};

/**
 * The request at the address that its sender knows, where `http.publicUrl` says it: a signature over the whole address is made over
 * that one, and a proxy in front may have changed host, scheme and path.
 */
export const atPublicUrl = (request: RawRequest, publicUrl: string | undefined): RawRequest => {
  if (publicUrl === undefined) return request;
  const { host, protocol, pathname } = new URL(publicUrl);
  return {
    ...request,
    path: `${pathname.replace(/\/$/, '')}${request.path}`,
    headers: { ...request.headers, host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) },
  };
};

/** Aborted when the caller goes away before the answer. A request closes as soon as its body is read: only the answer tells. */
export const callerSignal = (reply: FastifyReply): AbortSignal => {
  const abort = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abort.abort(new CaudalError('transient', 'the caller went away'));
  });
  return abort.signal;
};

export const answer = (reply: FastifyReply, { status, headers, body }: RawResponse): FastifyReply =>
  reply
    .code(status)
    .headers({ ...headers })
    .send(body instanceof Uint8Array ? Buffer.from(body) : (body ?? ''));

/** Bodies stay bytes: a signature is made over what was on the wire. What goes wrong is answered by its number alone. */
export const keepBytes = (server: FastifyInstance, services: Services): void => {
  const log = services.log.stream('system', { stage: 'api' });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    const path = services.redact.text(request.url.split('?', 1)[0] ?? '');
    log.warn({ status, method: request.method, path, reason: services.redact.text(error.message) }, 'request refused');
    return reply.code(status).send('');
  });
};
