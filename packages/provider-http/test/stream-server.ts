import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A vendor's WebSocket on loopback. */
export interface StreamServer extends AsyncDisposable {
  /** `ws://127.0.0.1:port`. */
  readonly url: string;
  /** Every text that clients sent. */
  readonly received: readonly string[];
  /** Address and headers of each connection. */
  readonly opened: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  send(text: string | Uint8Array): void;
  /** Breaks every connection. */
  drop(): void;
  /** Resolves when it holds, looking after every message and connection. */
  until(holds: () => boolean): Promise<void>;
}

/** @param answer what is said to a text of a client */
export const startStreamServer = async (
  answer: (text: string) => string | undefined = () => undefined,
): Promise<StreamServer> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const received: string[] = [];
  const opened: { url: string; headers: IncomingHttpHeaders }[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const one of waiting) one();
  };
  server.on('connection', (socket: WebSocket, request) => {
    opened.push({ url: request.url ?? '', headers: request.headers });
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      received.push(text);
      const said = answer(text);
      if (said !== undefined) socket.send(said);
      look();
    });
    look();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    opened,
    send: (text) => {
      for (const client of server.clients) client.send(text);
    },
    drop: () => {
      for (const client of server.clients) client.terminate();
    },
    until: (holds) =>
      new Promise((resolve) => {
        const one = () => {
          if (!holds()) return;
          waiting.delete(one);
          resolve();
        };
        waiting.add(one);
        one();
      }),
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
};
