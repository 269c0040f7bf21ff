import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { CaudalError, type Host } from '@caudal/core';

/** The connections of one client. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  destroy(): void;
}

/** A proxied connection on which nothing moves for so long is dropped, also while it is being set up. */
const idleMs = 60_000;

const parseProxy = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new CaudalError('config', 'network.proxy must be an http:// or https:// URL', { sent: 'no' });
  return url;
};

/** OpenSSL takes a text without certificates in silence and then trusts nobody new. */
const parseCa = (pem: string): string => {
  try {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [''];
    for (const block of blocks) void new X509Certificate(block);
    return pem;
  } catch {
    throw new CaudalError('config', 'network.ca is not a PEM certificate', { sent: 'no' });
  }
};

const pair = (plain: http.Agent, secure: https.Agent, stop?: AbortController): Agents => ({
  http: plain,
  https: secure,
  destroy() {
    stop?.abort();
    plain.destroy();
    secure.destroy();
  },
});

/**
 * Keep-alive agents that go through `network.proxy` where there is one and trust `network.ca` beside the authorities Node
 * trusts. `rejectUnauthorized` is set, not left to its default, because NODE_TLS_REJECT_UNAUTHORIZED=0 would switch it off.
 */
export const createAgents = async ({ network, redact }: Host): Promise<Agents> => {
  const pool = { keepAlive: true, maxFreeSockets: 16 };
  const trust: https.AgentOptions = { rejectUnauthorized: true };
  const ca = network.ca === undefined ? undefined : [...tls.getCACertificates('default'), parseCa(network.ca)];
  if (ca !== undefined) trust.secureContext = tls.createSecureContext({ ca });
  if (network.proxy === undefined) return pair(new http.Agent(pool), new https.Agent({ ...pool, ...trust }));

  const proxy = parseProxy(network.proxy);
  redact.add(decodeURIComponent(proxy.password));
  if (proxy.password !== '') redact.add(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`);
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  const stopped = new AbortController();
  const tunnel = { signal: stopped.signal, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
  const proxied = { ...pool, proxy, timeout: idleMs, proxyRequestOptions: tunnel };
  return pair(new HttpProxyAgent(proxied), new HttpsProxyAgent({ ...proxied, ...trust }), stopped);
};
