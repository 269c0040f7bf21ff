import tls from 'node:tls';
import { CaudalError, type Host } from '@caudal/core';
import type { EmailConfig } from './config.ts';

type Pool = Awaited<ReturnType<typeof openPool>>;

/**
 * nodemailer's pool for a configuration. It is loaded here, at first use, and the password is resolved here. A message is put
 * into another connection only when the first one closed before a byte of the message was sent.
 */
const openPool = async (config: EmailConfig, host: Host) => {
  const { createTransport } = await import('nodemailer');
  const { user, password } = config;
  const pass = password === undefined ? undefined : await host.secret(password);
  if (pass !== undefined) host.redact.add(pass);
  const { ca, proxy } = host.network;
  return createTransport(
    Object.assign(
      {
        pool: true as const,
        host: config.host,
        port: config.port,
        secure: config.secure,
        requireTLS: !config.secure && !config.allowPlaintext,
        connectionTimeout: config.timeoutMs,
        greetingTimeout: config.timeoutMs,
        dnsTimeout: config.timeoutMs,
        socketTimeout: config.timeoutMs,
        maxConnections: config.maxConnections,
        maxRequeues: 1,
        disableFileAccess: true,
        disableUrlAccess: true,
        tls: {
          // set, not left to its default, because NODE_TLS_REJECT_UNAUTHORIZED=0 would switch it off
          rejectUnauthorized: true,
          ...(ca === undefined ? {} : { ca: [...tls.getCACertificates('default'), ca] }),
        },
      },
      user === undefined || pass === undefined ? {} : { auth: { user, pass }, forceAuth: true },
      proxy === undefined ? {} : { proxy },
    ),
  );
};

/** The connections of one instance: opened at first use, forgotten after `close`, opened again when asked again. */
export interface Connections {
  pool(): Promise<Pool>;
  close(): Promise<void>;
}

export const createConnections = (config: EmailConfig, host: Host): Connections => {
  const { proxy } = host.network;
  if (proxy !== undefined && !/^https?:\/\//i.test(proxy))
    throw new CaudalError('config', 'network.proxy must be an http:// or https:// URL', { sent: 'no' });
  let open: Promise<Pool> | undefined;
  return {
    async pool() {
      const opening = (open ??= openPool(config, host));
      try {
        return await opening;
      } catch (thrown) {
        if (open === opening) open = undefined;
        throw thrown;
      }
    },
    async close() {
      const closing = open;
      open = undefined;
      (await closing?.catch(() => undefined))?.close();
    },
  };
};
