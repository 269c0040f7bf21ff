import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { createOperations } from '../operate/operations.ts';
import type { Services } from '../services.ts';
import { checked } from './check.ts';
import type { Gate } from './gate.ts';
import type { Live } from './live.ts';
import { type Given, keyOf, onceFor } from './kept-answer.ts';
import { problems, problemType, Refusal, refusalOf } from './refusal.ts';
import { isContent, type Route } from './route.ts';
import { sightOf } from './sight.ts';
import { etagOf, hasAlready } from './version.ts';

/** Who a request is of, once that was looked at. */
interface Caller {
  readonly principal: Principal | null;
  readonly refusal: unknown;
}

const callers = new WeakMap<FastifyRequest, Caller>();

const nobody: Principal = {
  actor: 'nobody',
  kind: 'user',
  id: '',
  name: '',
  role: '',
  may: new Set(),
  points: [],
  instances: [],
  session: null,
};

const jsonType = 'application/json; charset=utf-8';

export const sendProblem = (reply: FastifyReply, refusal: Refusal, redact: (text: string) => string): FastifyReply => {
  const { status, title } = problems[refusal.problem];
  const { id } = reply.request;
  return reply
    .code(status)
    .headers(refusal.headers)
    .type('application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: problemType(refusal.problem),
        title,
        status,
        detail: redact(refusal.message),
        instance: `urn:caudal:request:${id}`,
        ...(refusal.issues.length === 0 ? {} : { issues: refusal.issues }),
      }),
    );
};

const admit = (route: Route, caller: Caller | undefined): Principal => {
  if (caller?.refusal !== undefined && route.needs !== 'open') throw caller.refusal;
  if (route.needs === 'open') return caller?.principal ?? nobody;
  const principal = caller?.principal ?? null;
  if (principal === null)
    throw new Refusal('unauthenticated', 'send Authorization: Bearer with an access token or a key', {
      headers: { 'www-authenticate': 'Bearer realm="caudal"' },
    });
  if (!principal.may.has(route.needs))
    throw new Refusal('forbidden', `${principal.role || 'this key'} may not ${route.needs}`);
  return principal;
};

const writes: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const give = (request: FastifyRequest, reply: FastifyReply, { status, headers, body }: Given): FastifyReply => {
  void reply.code(status).headers({ ...headers });
  if (body === '') return reply.send();
  if (request.method === 'GET') {
    const etag = (reply.getHeader('etag') as string | undefined) ?? etagOf(body);
    void reply.header('etag', etag);
    if (hasAlready(request, etag)) return reply.code(304).send();
  }
  return reply.type(jsonType).send(body);
};

/** What every request works with. */
export interface Served {
  readonly services: Services;
  readonly gate: Gate;
  readonly live: Live;
}

const addRoute = (api: FastifyInstance, route: Route, { services, gate, live }: Served) => {
  const { http } = services.options;
  const statusOf = route.status ?? (route.answer === undefined ? 204 : 200);
  api.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.large === true ? Math.ceil(http.maxManualBytes / 3) * 4 + 65_536 : http.maxApiBytes,
    ...(route.guessable === true
      ? {
          config: {
            rateLimit: {
              max: http.logInsPerMinute,
              groupId: 'log-in',
              keyGenerator: (request: FastifyRequest) => request.ip,
            },
          },
        }
      : {}),
    preParsing: async (request) => {
      admit(route, callers.get(request));
    },
    handler: async (request, reply) => {
      const principal = admit(route, callers.get(request));
      const { params, query, body } = checked(route as never, request);
      const call = {
        params,
        query,
        body,
        services,
        gate,
        live,
        principal,
        sight: sightOf(services.domain, principal),
        operations: createOperations(services, principal.actor),
        request,
        reply,
      };
      const act = async (): Promise<Given> => {
        const answer = await route.run(call);
        const etag = reply.getHeader('etag');
        return {
          status: statusOf,
          headers: typeof etag === 'string' ? { etag } : {},
          body: answer === undefined ? '' : JSON.stringify(answer),
        };
      };
      if (route.content !== undefined) {
        const answer = await route.run(call);
        if (isContent(answer))
          return reply
            .headers({ ...answer.headers })
            .type(answer.contentType)
            .send(answer.body);
        return give(request, reply, { status: statusOf, headers: {}, body: JSON.stringify(answer) });
      }
      const key =
        writes.has(route.method) && route.needs !== 'open' && route.once !== true ? keyOf(request) : undefined;
      const given =
        key === undefined
          ? await act()
          : await onceFor(services, principal.actor, key, { method: request.method, url: request.url, body }, act);
      return give(request, reply, given);
    },
  });
};

/** Everything below `/api/v1`: who asks, how often, and whether it fits; then the routes. */
export const serveRoutes = async (server: FastifyInstance, routes: readonly Route[], served: Served): Promise<void> => {
  const { services, gate } = served;
  const { http } = services.options;
  const log = services.log.stream('system', { stage: 'api' });
  await server.register(
    async (api) => {
      api.removeAllContentTypeParsers();
      api.addContentTypeParser('application/json', { parseAs: 'string' }, api.getDefaultJsonParser('error', 'error'));
      api.addHook('onRequest', async (request, reply) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Fastify lets the id be replaced
        (request as { id: string }).id = randomUUID();
        void reply.headers({ 'cache-control': 'no-store', 'x-request-id': request.id });
        try {
          const found = await gate.whoIs(request);
          callers.set(request, { principal: found?.principal ?? null, refusal: undefined });
        } catch (thrown) {
          callers.set(request, { principal: null, refusal: thrown });
        }
      });
      await api.register(cookie);
      if (http.corsOrigins.length > 0)
        await api.register(cors, {
          origin: [...http.corsOrigins],
          methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
          allowedHeaders: [
            'authorization',
            'content-type',
            'if-match',
            'if-none-match',
            'idempotency-key',
            'last-event-id',
          ],
          exposedHeaders: ['etag', 'retry-after', 'x-request-id', 'content-disposition'],
          maxAge: 600,
        });
      await api.register(rateLimit, {
        max: http.requestsPerMinute,
        timeWindow: 60_000,
        enableDraftSpec: true,
        keyGenerator: (request) => callers.get(request)?.principal?.actor ?? request.ip,
        errorResponseBuilder: (_request, { ttl }) =>
          new Refusal('rate-limit', 'too many requests in this minute', {
            headers: { 'retry-after': String(Math.max(1, Math.ceil(ttl / 1000))) },
          }),
      });
      api.setErrorHandler((thrown: unknown, request, reply) => {
        const refusal = refusalOf(thrown);
        if (refusal === undefined)
          log.error({ error: thrown, method: request.method, route: request.routeOptions.url }, 'a request broke');
        return sendProblem(
          reply,
          refusal ?? new Refusal('bug', 'something broke here; the log of the runtime has it under the instance'),
          (text) => services.redact.text(text),
        );
      });
      api.setNotFoundHandler((_request, reply) =>
        sendProblem(reply, new Refusal('not-found', 'there is no such path or method'), (text) => text),
      );
      for (const route of routes) addRoute(api, route, served);
    },
    { prefix: '/api/v1' },
  );
};
