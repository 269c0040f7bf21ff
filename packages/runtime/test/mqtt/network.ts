import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Watch } from '../watch.ts';
import { acknowledgedId, connecting, published, readPackets, sessionPresent } from './wire.ts';

/** `cut`: connections end, new ones too. `swallow`: they stand, and what is sent over them is gone. */
export type Outage = 'cut' | 'swallow';

/** The way from the runtime to its broker, which reads along: an oracle of what was acknowledged that knows none of our code. */
export interface Network {
  readonly url: string;
  /** Payloads that our side acknowledged, as text, each as often as it did. */
  readonly acknowledged: readonly string[];
  /** Messages that came marked as sent again. */
  readonly again: number;
  /** How often the broker has answered a SUBSCRIBE. */
  readonly subscribed: number;
  /** Every connection that the broker took. */
  readonly connections: readonly { readonly clientId: string; readonly clean: boolean; readonly resumed: boolean }[];
  /** What no client may do. */
  readonly faults: readonly string[];
  /** Messages of the present connection that wait for an acknowledgement. */
  readonly open: number;
  down(outage: Outage): void;
  up(): void;
  close(): Promise<void>;
}

export const startNetwork = async (brokerPort: number, watch: Watch): Promise<Network> => {
  const acknowledged: string[] = [];
  const connections: { clientId: string; clean: boolean; resumed: boolean }[] = [];
  const faults: string[] = [];
  const sockets = new Set<Socket>();
  let again = 0;
  let subscribed = 0;
  let outage: Outage | undefined;
  let present = new Map<number, string>();

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const readAlong = (near: Socket, far: Socket) => {
    const open = new Map<number, string>();
    let hello: ReturnType<typeof connecting> | undefined;
    // Before the bytes go on: nobody can answer what has not been seen here.
    readPackets(far, (packet) => {
      if (outage !== undefined) return;
      if (packet.type === 2 && hello !== undefined) {
        connections.push({ ...hello, resumed: sessionPresent(packet) });
        present = open;
      }
      if (packet.type === 9) subscribed += 1;
      const message = packet.type === 3 ? published(packet) : undefined;
      if (message === undefined) return watch.look();
      if (message.again) again += 1;
      open.set(message.id, message.payload.toString('latin1'));
    });
    readPackets(near, (packet) => {
      if (packet.type === 1) hello = connecting(packet);
      if (packet.type !== 4) return;
      const id = acknowledgedId(packet);
      const payload = open.get(id);
      if (payload === undefined) faults.push(`packet ${id} was acknowledged and had not been sent`);
      else acknowledged.push(payload);
      open.delete(id);
      watch.look();
    });
  };
  const passOn = (from: Socket, to: Socket) =>
    from.on('data', (chunk: Buffer) => {
      if (outage !== undefined || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
  const server = createServer((near) => {
    keep(near);
    if (outage === 'cut') return near.destroy();
    const far = keep(connect(brokerPort, '127.0.0.1'));
    readAlong(near, far);
    passOn(near, far);
    passOn(far, near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acknowledged,
    connections,
    faults,
    get again() {
      return again;
    },
    get subscribed() {
      return subscribed;
    },
    get open() {
      return present.size;
    },
    down(how) {
      outage = how;
      if (how === 'cut') drop();
    },
    up() {
      // What was swallowed is missing in the middle of a connection: no network mends that.
      drop();
      outage = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
};
