import type { ClientRequest } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Got, PlainResponse } from 'got';
import type { Agents } from './agents.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** A request on its way. Reading `chunks` is what makes its failures known. */
export interface Outgoing {
  /** `no` only while connecting or TLS was not complete. */
  sent(): 'no' | 'maybe';
  head(): PlainResponse | undefined;
  /** Resolves with the first byte after the status line and headers; never rejects. */
  readonly answered: Promise<PlainResponse>;
  readonly chunks: AsyncIterable<Buffer>;
  destroy(): void;
}

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
 * Sends one request, without repetition. Redirects are followed within one origin and only for reading, so that a credential
 * never reaches another host.
 */
export const sendOut = (
  got: Got,
  agents: Agents,
  { method, url, headers, body }: OutgoingRequest,
  signal: AbortSignal,
): Outgoing => {
  let sent: 'no' | 'maybe' = 'no';
  let head: PlainResponse | undefined;
  const reads = method === 'GET' || method === 'HEAD';
  const stream = got.stream(url, {
    method: method as 'GET',
    headers,
    ...(body === undefined ? {} : { body }),
    agent: { http: agents.http, https: agents.https },
    signal,
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
  // Whoever reads hears of a failure; one after the last read has nobody to hear it and must not end the process.
  stream.on('error', () => {});
  const answered = new Promise<PlainResponse>((resolve) => {
    stream.on('response', (response: PlainResponse) => {
      head = response;
      resolve(response);
    });
  });
  return {
    sent: () => sent,
    head: () => head,
    answered,
    chunks: stream as AsyncIterable<Buffer>,
    destroy: () => void stream.destroy(),
  };
};
