import { createServer as createHttp } from 'node:http';
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { type Certificate, selfSigned } from '../smtp/certificate.ts';

export type MqttTransport = 'plain' | 'tls' | 'mutual-tls' | 'websocket';

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** PEM of the server, to be trusted by clients. */
  readonly certificate: string | undefined;
  /** What clients must present, with `mutual-tls`. */
  readonly client: Certificate | undefined;
  /** Ends every connection without a word. */
  cut(): void;
  /** Refuses connections, and ends those that are there. */
  down(): Promise<void>;
  /** Takes connections again, on the same port. */
  up(): Promise<void>;
}

const scheme: Readonly<Record<MqttTransport, string>> = {
  plain: 'mqtt',
  tls: 'mqtts',
  'mutual-tls': 'mqtts',
  websocket: 'ws',
};

/** Listens on 127.0.0.1 and hands every byte stream to `handle`. */
export const listen = async (
  transport: MqttTransport,
  port: number,
  handle: (stream: Duplex) => void,
): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const identity = transport.endsWith('tls') ? selfSigned() : undefined;
  const client = transport === 'mutual-tls' ? selfSigned() : undefined;
  const make = (): Server => {
    if (identity !== undefined) {
      const mutual =
        client === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: client.certificate };
      const server = createTls({ cert: identity.certificate, key: identity.key, ...mutual }, handle);
      // A client that does not trust us, or that shows no certificate, is what some tests are for.
      server.on('tlsClientError', () => {});
      return server;
    }
    if (transport === 'plain') return createPlain(handle);
    const server = createHttp();
    const upgrades = new WebSocketServer({ server, handleProtocols: () => 'mqtt', maxPayload: 16 * 1024 * 1024 });
    upgrades.on('connection', (socket) => handle(createWebSocketStream(socket)));
    return server;
  };
  const server = make();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  const bind = (on: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(on, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await bind(port);
  const bound = (server.address() as AddressInfo).port;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${scheme[transport]}://127.0.0.1:${bound}`,
    port: bound,
    certificate: identity?.certificate,
    client,
    cut,
    down: () =>
      new Promise((resolve) => {
        if (!server.listening) {
          resolve();
          return;
        }
        server.close(() => resolve());
        cut();
      }),
    up: async () => {
      if (!server.listening) await bind(bound);
    },
  };
};
