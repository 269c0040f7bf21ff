import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import {
  CaudalError,
  closedObject,
  configured,
  defineProvider,
  type ProviderInstance,
  schemaOf,
  Type,
} from '@caudal/core';
import type { ProviderStream } from '@caudal/testkit';

type Subscribe = NonNullable<ProviderInstance['subscribe']>;

/** One line is one message; it is acknowledged with the line `ack`. */
const subscribe =
  (port: number, host: string): Subscribe =>
  (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request;
      const socket = connect(port, host);
      const end = () => {
        socket.destroy();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      socket.on('error', () => {});
      socket.once('connect', () => request.connected());
      socket.on('close', () => {
        signal.removeEventListener('abort', end);
        reject(new CaudalError('transient', 'the connection was lost'));
      });
      const lines = createInterface(socket);
      // It passes on the errors of its socket, which the socket's own end tells already.
      lines.on('error', () => {});
      lines.on('line', (line) => {
        const record = { body: new Uint8Array(Buffer.from(line)), envelope: { channel: 'subscribe' as const } };
        request.emit([record]).then(
          () => socket.write('ack\n'),
          () => socket.destroy(),
        );
      });
    });

export const acmeStreamDefinition = defineProvider({
  id: 'acme-stream',
  version: '1.0.0',
  config: schemaOf(closedObject({ url: Type.String({ description: 'Address of the stream.' }) })),
  device: schemaOf(closedObject({})),
  variable: schemaOf(closedObject({})),
  capabilities: { subscribe: { per: 'instance' }, limits: [] },
  create: ({ config }) => {
    const { hostname, port } = new URL(config.url);
    return {
      subscribe: subscribe(Number(port), hostname),
      check: async () => ({ ok: true, message: 'there are no credentials' }),
      decode({ body, receivedAt }) {
        const raw = Buffer.from(body).toString('utf8');
        if (!/^\d+(\.\d+)?$/.test(raw))
          throw new CaudalError('invalid-data', 'the line is no number', { scope: 'item' });
        return {
          readings: [{ device: 'unit-1', variable: 'level', at: receivedAt, value: Number(raw), raw, atArrival: true }],
          problems: [],
        };
      },
    };
  },
});

/** A provider that does everything right over a stream. */
export const acmeStream = (url: string) => configured(acmeStreamDefinition, { url });

/** The other end of {@link acmeStream}, with `plugin` made for it. */
export const streamServer = async (
  plugin: (url: string) => ProviderStream['plugin'] = acmeStream,
): Promise<ProviderStream> => {
  let acknowledged = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    createInterface(socket).on('line', () => {
      acknowledged += 1;
    });
  });
  const subscribed = new Promise<void>((resolve) => {
    server.once('connection', () => resolve());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const drop = async () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    plugin: plugin(`tcp://127.0.0.1:${port}`),
    subscribed: () => subscribed,
    deliver: async () => {
      for (const socket of sockets) socket.write('7.5\n');
    },
    acknowledged: () => acknowledged,
    drop,
    async close() {
      await drop();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
