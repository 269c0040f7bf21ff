import { rm } from 'node:fs/promises';
import { CaudalError, toCaudalError } from '@caudal/core';
import fastify, { type FastifyInstance } from 'fastify';
import { receiveWebhook } from '../collect/webhook.ts';
import { callOperation, type Operations } from '../operate/operations.ts';
import type { Services } from '../services.ts';

/** What is served, until closed. */
export interface Served {
  readonly url: string | null;
  close(): Promise<void>;
}

/** Where the running runtime listens for its own CLI: reachable only by whoever may read the database's folder. */
export const controlSocketOf = (database: string): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\caudal-${Buffer.from(database).toString('hex').slice(-48)}`
    : `${database}.sock`;

const addHealth = (server: FastifyInstance, services: Services) => {
  server.get('/health/live', async () => ({ live: true }));
  server.get('/health/ready', async (_request, reply) => {
    const stages = services.progress.report();
    const stalled = stages.filter((stage) => stage.stalled).map(({ stage, lastError }) => ({ stage, lastError }));
    return reply.code(stalled.length === 0 ? 200 : 503).send({ ready: stalled.length === 0, stalled });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(services.metrics.text()),
  );
};

const addWebhooks = (server: FastifyInstance, services: Services) => {
  // Bodies stay bytes: a signature is made over what was on the wire.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post<{ Params: { instance: string } }>('/webhooks/:instance', async (request, reply) => {
    const [path = '', query = ''] = request.url.split('?', 2);
    const abort = new AbortController();
    request.raw.once('close', () => abort.abort(new CaudalError('transient', 'the caller went away')));
    const answer = await receiveWebhook(
      services,
      request.params.instance,
      {
        method: request.method,
        path,
        query,
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]),
        ),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        receivedAt: services.clock.now(),
      },
      abort.signal,
    );
    return reply
      .code(answer.status)
      .headers({ ...answer.headers })
      .send(answer.body ?? '');
  });
};

/** Health, metrics and webhooks for the outside; operations on a socket beside the database for the CLI. */
export const serveHttp = async (services: Services, operations: Operations, database: string): Promise<Served> => {
  const { http } = services.options;
  const outside = fastify({ bodyLimit: http.maxBodyBytes, forceCloseConnections: true });
  addHealth(outside, services);
  addWebhooks(outside, services);
  const control = fastify({ bodyLimit: http.maxBodyBytes, forceCloseConnections: true });
  control.post<{ Params: { name: string } }>('/operations/:name', async (request, reply) => {
    try {
      return await reply.send({ result: (await callOperation(operations, request.params.name, request.body)) ?? null });
    } catch (thrown) {
      const error = toCaudalError(thrown);
      return reply.code(400).send({ error: { kind: error.kind, message: services.redact.text(error.message) } });
    }
  });
  const close = async () => {
    await Promise.all([outside.close(), control.close()]);
  };
  try {
    const socket = controlSocketOf(database);
    // The lock on the database is ours, so a socket that is there was left by a run that died.
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
