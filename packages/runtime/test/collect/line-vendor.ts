import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { CaudalError, closedObject, configured, defineProvider, schemaOf, Type } from '@caudal/core';
import { createWatch } from '../watch.ts';

/** A vendor that speaks lines over TCP: it streams readings, wants each acknowledged, and can be asked for the past. */
export interface LineVendor {
  readonly port: number;
  /** How often somebody asked for a stream, by device. */
  readonly asked: ReadonlyMap<string, number>;
  /** Ids of acknowledged messages. */
  readonly acknowledged: ReadonlySet<number>;
  /** Spans that were read, as `device from to`. */
  readonly reads: readonly { readonly device: string; readonly from: number; readonly to: number }[];
  /** Devices whose stream is open. */
  readonly open: readonly string[];
  /** What happens to whoever asks for a stream. */
  mode: 'accept' | 'deny' | 'hang' | 'close';
  /** Measures: sends it where a stream is open, and remembers it. Answers its id. */
  measure(device: string, at: number, value: number): number;
  /** Resolves when something that it counts makes this true. */
  until(holds: () => boolean): Promise<void>;
  /** Called with each id that is acknowledged. */
  onAcknowledged?: (id: number) => void;
  /** Ends every stream, in order or not. */
  cut(how: 'end' | 'destroy'): void;
  close(): Promise<void>;
}

/** @param numbered whether each reading says, behind its value, over which stream it went: the first one is 1 */
export const startLineVendor = async ({ numbered = false } = {}): Promise<LineVendor> => {
  const asked = new Map<string, number>();
  const acknowledged = new Set<number>();
  const reads: { device: string; from: number; to: number }[] = [];
  const measured: { device: string; at: number; value: number }[] = [];
  const streams = new Map<Socket, { readonly device: string; readonly suffix: string }>();
  let accepted = 0;
  const sockets = new Set<Socket>();
  const watch = createWatch();
  const meet: Record<LineVendor['mode'], (socket: Socket, device: string) => void> = {
    accept(socket, device) {
      accepted += 1;
      streams.set(socket, { device, suffix: numbered ? ` ${accepted}` : '' });
      socket.write('ok\n');
      watch.look();
    },
    deny: (socket) => socket.end('denied\n'),
    hang: () => undefined,
    close: (socket) => socket.end(),
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      streams.delete(socket);
      watch.look();
    });
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const [word, a = '', b = '', c = ''] = line.split(' ');
      if (word === 'ack') {
        acknowledged.add(Number(a));
        vendor.onAcknowledged?.(Number(a));
        watch.look();
      } else if (word === 'stream') {
        asked.set(a, (asked.get(a) ?? 0) + 1);
        meet[vendor.mode](socket, a);
      } else if (word === 'read') {
        const [from, to] = [Number(b), Number(c)];
        reads.push({ device: a, from, to });
        const found = measured.filter(({ device, at }) => device === a && from <= at && at < to);
        socket.end(found.map(({ device, at, value }) => `${device} ${at} ${value}\n`).join(''));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const vendor: LineVendor = {
    port: (server.address() as { port: number }).port,
    asked,
    acknowledged,
    reads,
    get open() {
      return [...streams.values()].map(({ device }) => device);
    },
    mode: 'accept',
    until: (holds) => watch.until(holds),
    measure(device, at, value) {
      const id = measured.push({ device, at, value });
      for (const [socket, own] of streams)
        if (own.device === device || own.device === '*') socket.write(`${id} ${device} ${at} ${value}${own.suffix}\n`);
      return id;
    },
    cut(how) {
      for (const socket of streams.keys())
        if (how === 'end') socket.end();
        else socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return vendor;
};

const lost = (why: string) => new CaudalError('transient', `the stream broke: ${why}`, { scope: 'device' });

/** @param pulls whether it can also be asked for the past */
export const lineProvider = (config: {
  port: number;
  per: 'device' | 'instance';
  pulls: boolean;
  resolves?: boolean;
}) =>
  configured(
    defineProvider({
      id: 'line',
      version: '1.0.0',
      config: schemaOf(
        closedObject({
          port: Type.Integer(),
          per: Type.Enum(['device', 'instance']),
          pulls: Type.Boolean(),
          /** Ends without an error when the vendor does. */
          resolves: Type.Optional(Type.Boolean()),
        }),
      ),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        subscribe: { per: config.per },
        ...(config.pulls ? { pull: { scope: 'device', by: 'time', range: true, maxLimit: 1000 } as const } : {}),
        limits: [],
      },
      create: ({ config: { port, per, resolves } }) => ({
        subscribe: ({ devices, signal, ...host }) =>
          new Promise((resolve, reject) => {
            const device = per === 'instance' ? undefined : devices[0];
            const socket = connect(port, '127.0.0.1', () => socket.write(`stream ${device?.externalId ?? '*'}\n`));
            signal.addEventListener('abort', () => socket.destroy(), { once: true });
            socket.on('error', (error) => reject(lost(error.message)));
            socket.on('close', () => {
              if (signal.aborted || resolves === true) resolve();
              else reject(lost('closed'));
            });
            const lines = createInterface({ input: socket });
            // The interface tells the errors of its socket a second time.
            lines.on('error', () => undefined);
            lines.on('line', (line) => {
              if (line === 'ok') return host.connected();
              if (line === 'denied')
                return reject(new CaudalError('auth', 'the vendor takes nobody', { scope: 'credential' }));
              const [id = ''] = line.split(' ', 1);
              const body = Buffer.from(line.slice(id.length + 1));
              const named = device === undefined ? {} : { device: device.id };
              host.emit([{ body, envelope: { channel: 'subscribe', ...named } }]).then(
                () => socket.write(`ack ${id}\n`),
                () => socket.destroy(),
              );
            });
          }),
        async pull({ devices, window }) {
          const device = devices[0];
          const socket = connect(port, '127.0.0.1');
          socket.write(`read ${device?.externalId} ${window?.from} ${window?.to}\n`);
          const chunks: Buffer[] = [];
          for await (const chunk of socket) chunks.push(chunk as Buffer);
          const body = Buffer.concat(chunks);
          return {
            records: [{ body, envelope: { channel: 'pull', ...(device === undefined ? {} : { device: device.id }) } }],
          };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: ({ body }) => ({
          readings: Buffer.from(body)
            .toString()
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => {
              const [device = '', at, raw = ''] = line.split(' ');
              return { device, variable: 'flow', at: Number(at), value: Number(raw), raw };
            }),
          problems: [],
        }),
      }),
    }),
    config,
  );

/** Points with one logger each, by external id. */
export const lineData = (ids: readonly string[], device: Readonly<Record<string, unknown>> = {}) => ({
  points: ids.map((id) => ({ id: `point-${id}`, name: id, kind: 'well' as const, series: { flow: {} } })),
  devices: ids.map((id) => ({
    id: `logger-${id}`,
    provider: 'line',
    externalId: id,
    intervalMinutes: 10,
    pollMinutes: 5,
    ...device,
  })),
  bindings: ids.map((id) => ({ device: `logger-${id}`, variable: 'flow', series: `point-${id}/flow` })),
});
