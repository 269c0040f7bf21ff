import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';

/** Where the operators' page lies, when it is installed beside the runtime. */
const installed = async (): Promise<string | undefined> => {
  try {
    return (await import('@caudal/dashboard')).folder;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
};

/** Serves the operators' page at `/`. What is named by its content never changes; the page itself is asked for each time. */
export const addDashboard = async (server: FastifyInstance, { log, options }: Services): Promise<void> => {
  const root = options.http.enabled ? await installed() : undefined;
  if (root === undefined) return;
  if (!existsSync(join(root, 'index.html'))) {
    log.stream('system').warn({}, 'the dashboard is installed but not built, so it is not served');
    return;
  }
  await server.register(fastifyStatic, {
    root,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) =>
      void reply.header('cache-control', path.includes('assets') ? 'public, max-age=31536000, immutable' : 'no-cache'),
  });
};
