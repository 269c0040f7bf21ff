import type { ClientRequest } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '@caudal/core';
import type { Got, PlainResponse } from 'got';
import type { Agents } from './agents.ts';

export interface ExchangeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** How one request over one connection ended. `sent` is `no` only while connecting or TLS was not complete. */
export type Exchange =
  | { readonly ended: 'answered'; readonly response: ExchangeResponse }
  | { readonly ended: 'timeout' | 'cancelled'; readonly sent: 'no' | 'maybe' }
  | { readonly ended: 'too-large' }
  | { readonly ended: 'failed'; readonly sent: 'no' | 'maybe'; readonly error: Error & { code?: string } };

/** Tells when a request may have left: at the end of the TLS handshake, or of connecting where there is no TLS. */
const watchSending = (request: ClientRequest, onSending: () => void) => {
  const watch = (socket: TLSSocket) => {
    if (request.reusedSocket) onSending();
    else if (socket.encrypted) socket.once('secureConnect', onSending);
    else if (socket.connecting) socket.once('connect', onSending);
    else onSending();
  };
  if (request.socket === null) request.once('socket', watch);
  else watch(request.socket as TLSSocket);
};

const sameOrigin = (response: PlainResponse): boolean => {
  const { location } = response.headers;
  return (
    location !== undefined &&
    URL.canParse(location, response.url) &&
    new URL(location, response.url).origin === new URL(response.url).origin
  );
};

/**
 * One request, one answer, no repetition. Redirects are followed within one origin and only for reading, so that a credential
 * never reaches another host. Bounded in time by the clock and in size after decompression.
 */
export const exchange = async (got: Got, agents: Agents, clock: Clock, request: ExchangeRequest): Promise<Exchange> => {
  const { method, url, headers, body, timeoutMs, maxBodyBytes, signal } = request;
  if (signal.aborted) return { ended: 'cancelled', sent: 'no' };
  let sent: 'no' | 'maybe' = 'no';
  let stopped: 'timeout' | 'cancelled' | undefined;
  const stop = new AbortController();
  const end = (why: 'timeout' | 'cancelled') => {
    stopped ??= why;
    stop.abort();
  };
  const cancel = () => end('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  const finished = new AbortController();
  clock.sleep(timeoutMs, finished.signal).then(
    () => end('timeout'),
    () => {},
  );
  try {
    const reads = method === 'GET' || method === 'HEAD';
    const stream = got.stream(url, {
      method: method as 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
      agent: { http: agents.http, https: agents.https },
      signal: stop.signal,
      retry: { limit: 0 },
      throwHttpErrors: false,
      maxRedirects: 5,
      followRedirect: reads ? sameOrigin : false,
    });
    stream.on('request', (outgoing: ClientRequest) => {
      watchSending(outgoing, () => {
        sent = 'maybe';
      });
    });
    let head: PlainResponse | undefined;
    stream.on('response', (response: PlainResponse) => {
      head = response;
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > maxBodyBytes) {
        stream.destroy();
        return { ended: 'too-large' };
      }
      chunks.push(chunk);
    }
    if (head === undefined) return { ended: 'failed', sent, error: new Error('the answer has no head') };
    return {
      ended: 'answered',
      response: { status: head.statusCode, headers: head.headers, body: Buffer.concat(chunks, size) },
    };
  } catch (thrown) {
    if (stopped !== undefined) return { ended: stopped, sent };
    return { ended: 'failed', sent, error: thrown as Error };
  } finally {
    signal.removeEventListener('abort', cancel);
    finished.abort();
  }
};
