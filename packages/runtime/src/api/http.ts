import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CaudalError, toCaudalError } from '@caudal/core';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { receiveWebhook } from '../collect/webhook.ts';
import { receiveDelivery } from '../notify/delivery.ts';
import { callOperation, type Operations } from '../operate/operations.ts';
import { readinessOf } from '../operate/readiness.ts';
import type { Services } from '../services.ts';
import { basePathOf } from './cookie.ts';
import { addAckPage } from './ack-page.ts';
import { addDashboard } from './dashboard.ts';
import { addDocument } from './document.ts';
import { createGate, type Gate } from './gate.ts';
import { createLive } from './live.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { createRegulatorDesk } from './regulators.ts';
import { answer, atPublicUrl, callerSignal, keepBytes, rawRequestOf } from './requests.ts';
import { apiRoutes } from './routes/index.ts';
import { sendProblem, serveRoutes } from './serve.ts';

/** What is served, until closed. */
export interface Served {
  readonly url: string | null;
  close(): Promise<void>;
}

/** Where the running runtime listens for its own CLI: reachable only by whoever may read the folder of the place. */
export const controlSocketOf = (place: string): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\caudal-${Buffer.from(place).toString('hex').slice(-48)}`
    : `${place}.sock`;

const addHealth = (server: FastifyInstance, services: Services) => {
  server.get('/health/live', async () => ({ live: true }));
  server.get('/health/ready', async (_request, reply) => {
    const readiness = readinessOf(services);
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(services.metrics.text()),
  );
};

type Named = { Params: { instance: string; '*'?: string } };

/** What others send us: vendors, channels and regulators, each with a limit of its own for bodies. */
const addMounts = (server: FastifyInstance, services: Services, gate: Gate) => {
  const { http } = services.options;
  const limitOf = (instance: string) => http.webhooks[instance]?.maxBodyBytes ?? http.maxBodyBytes;
  const largest = Math.max(http.maxBodyBytes, ...Object.values(http.webhooks).map((own) => own.maxBodyBytes ?? 0));
  /** Before the body is read: who may not send costs nothing. */
  const mayIngest = async (request: FastifyRequest<Named>, reply: FastifyReply) => {
    const { instance } = request.params;
    if (Number(request.headers['content-length'] ?? 0) > limitOf(instance)) return reply.code(413).send('');
    if (http.webhooks[instance]?.key !== true) return undefined;
    const principal = (await gate.whoIs(request).catch(() => null))?.principal;
    const may = principal?.may.has('ingest') === true && (principal.instances?.includes(instance) ?? true);
    return may ? undefined : reply.code(401).send('');
  };
  const { clock } = services;
  keepBytes(server, services);
  server.post<Named>('/webhooks/:instance', { bodyLimit: largest, onRequest: mayIngest }, async (request, reply) => {
    const received = atPublicUrl(rawRequestOf(request, clock.now()), http.publicUrl);
    if (received.body.byteLength > limitOf(request.params.instance)) return reply.code(413).send('');
    return answer(reply, await receiveWebhook(services, request.params.instance, received, callerSignal(reply)));
  });
  server.post<Named>('/deliveries/:instance', { bodyLimit: http.maxDeliveryBytes }, async (request, reply) => {
    const received = atPublicUrl(rawRequestOf(request, clock.now()), http.publicUrl);
    return answer(reply, await receiveDelivery(services, request.params.instance, received, callerSignal(reply)));
  });
  const desk = createRegulatorDesk(services);
  const serve = async (request: FastifyRequest<Named>, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?', 1);
    const inside = path.slice(`/regulators/${request.params.instance}`.length);
    const received = rawRequestOf(request, clock.now(), inside === '' ? '/' : inside);
    return answer(reply, await desk(request.params.instance, received, callerSignal(reply)));
  };
  server.all<Named>('/regulators/:instance', { bodyLimit: http.maxRegulatorBytes }, serve);
  server.all<Named>('/regulators/:instance/*', { bodyLimit: http.maxRegulatorBytes }, serve);
};

/** The largest operation is `enter`: a body as base64 within JSON, beside who and why. */
const controlLimitOf = (maxManualBytes: number) => Math.ceil(maxManualBytes / 3) * 4 + 65_536;

/** A page may load what this server gives, and nothing else from anywhere. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

const addSecurityHeaders = (server: FastifyInstance, { publicUrl }: Services['options']['http']) =>
  server.register(helmet, {
    contentSecurityPolicy,
    // Of use over TLS alone, which the proxy of a public address ends.
    strictTransportSecurity: publicUrl?.startsWith('https:') === true ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });

/** Whether a proxy takes the path of the public address off or leaves it, the routes are the same. */
const withoutBase = (base: string) => (request: { readonly url?: string | undefined }) => {
  const url = request.url ?? '/';
  if (base === '' || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest.startsWith('/') ? rest : url;
};

/** Bytes that may wait for one who follows. */
const waitingAtMost = 1_048_576;

/** Health and metrics for the outside, with the role `api` all the rest; operations on a socket beside the database for the CLI. */
export const serveHttp = async (services: Services, operations: Operations, place: string): Promise<Served> => {
  const { http } = services.options;
  const outside = fastify({
    bodyLimit: http.maxBodyBytes,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    trustProxy: http.trustedProxies.length === 0 ? false : [...http.trustedProxies],
    rewriteUrl: withoutBase(basePathOf(http)),
    routerOptions: { maxParamLength: 300 },
    // What the router itself refuses, such as a path that can not be read.
    frameworkErrors: (thrown, _request, reply) =>
      sendProblem(
        reply,
        refusalOf(thrown) ?? new Refusal('bad-request', 'this can not be read'),
        () => 'the path can not be read',
      ),
  });
  const gate = createGate(services, place);
  const live = createLive(services);
  await addSecurityHeaders(outside, http);
  addHealth(outside, services);
  if (services.options.roles.includes('api')) {
    addMounts(outside, services, gate);
    addAckPage(outside, services);
    addDocument(outside);
    await addDashboard(outside, services);
    await serveRoutes(outside, apiRoutes, { services, gate, live });
  }
  const control = fastify({ bodyLimit: controlLimitOf(http.maxManualBytes), forceCloseConnections: true });
  control.post<{ Params: { name: string } }>('/operations/:name', async (request, reply) => {
    try {
      return await reply.send({ result: (await callOperation(operations, request.params.name, request.body)) ?? null });
    } catch (thrown) {
      const error = toCaudalError(thrown);
      return reply
        .code(error.kind === 'transient' ? 503 : 400)
        .send({ error: { kind: error.kind, message: services.redact.text(error.message) } });
    }
  });
  // What happens now, a line of JSON each. Whoever reads this socket sees everything.
  control.get('/events', async (_request, reply) => {
    const lines = new Readable({ read: () => undefined, highWaterMark: waitingAtMost });
    const stop = live.listen(({ type, data }) => {
      // Who reads slower than it comes is let go: a look must not fill the memory of what works.
      if (!lines.push(`{"type":"${type}","data":${data}}\n`)) lines.destroy();
    });
    if (stop === undefined)
      return reply.code(503).send({ error: { kind: 'transient', message: 'too many look already' } });
    lines.once('close', stop);
    // An empty line sends the headers: who reads them knows that nothing is missed from here on.
    lines.push('\n');
    return reply.type('application/x-ndjson').send(lines);
  });
  const close = async () => {
    live.close();
    await Promise.all([outside.close(), control.close(), gate.close()]);
  };
  try {
    const socket = controlSocketOf(place);
    // The database file is locked by us, or the folder ours alone: a socket that is there was left by a run that died.
    if (process.platform !== 'win32') await rm(socket, { force: true });
    await control.listen({ path: socket });
    const url = http.enabled ? await outside.listen({ host: http.host, port: http.port }) : null;
    return { url, close };
  } catch (cause) {
    await close();
    throw new CaudalError('config', `cannot listen on ${http.host}:${http.port}: ${(cause as Error).message}`, {
      cause,
      sent: 'no',
    });
  }
};
