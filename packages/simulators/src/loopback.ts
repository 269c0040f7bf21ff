import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AddressInfo } from 'node:net';

/** What a client sent, whole. Header names are lower-case. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a simulator wants to answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one request on the raw response, so that it can also cut, delay or never end it. */
export type Serve = (request: Received, response: ServerResponse) => Promise<void> | void;

/** One HTTP server on 127.0.0.1. It can go down (connections are refused) and come up again on the same port. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Stops listening and breaks every open connection. State stays; the port answers ECONNREFUSED. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  /** As `down`; safe to call twice. */
  close(): Promise<void>;
}

/** A body larger than this is refused with 413, so that a broken client cannot fill the memory. */
const maximumBodyBytes = 10 * 1024 * 1024;

/** A JSON answer. */
export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

/** Writes an answer with its exact length and ends the response. */
export const write = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) });
  response.end(answer.body);
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    if (!server.listening) {
      resolve();
      return;
    }
    server.close(() => resolve());
    server.closeAllConnections();
  });

const read = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const received = (request: IncomingMessage, body: string): Received => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body };
};

/** Takes a connection that asks to become a WebSocket. Whoever takes it also ends it before the server goes down. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Starts a server on loopback. `port` 0 takes a free one. */
export const startLoopback = async (serve: Serve, port = 0, upgrade?: Upgrade): Promise<Loopback> => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request);
    if (body === undefined) write(response, { status: 413, headers: {}, body: '' });
    else await serve(received(request, body), response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else
        write(response, {
          status: 599,
          headers: { 'content-type': 'text/plain' },
          body: `simulator: ${String(cause)}`,
        });
    });
  });
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    down: () => stop(server),
    up: async () => {
      if (!server.listening) await listen(server, bound);
    },
    close: () => stop(server),
  };
};
