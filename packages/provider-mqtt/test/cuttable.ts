import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut: connections end without a word, in both directions. */
export interface Cuttable extends AsyncDisposable {
  readonly port: number;
  /** Resolves when so many PINGREQ (MQTT 3.1.1, 3.12: the bytes C0 00) have gone to the server, each sent on its own. */
  pinged(count: number): Promise<void>;
  cut(): void;
}

export const cuttable = async (to: number): Promise<Cuttable> => {
  const sockets = new Set<Socket>();
  const watching = new Set<() => void>();
  let pings = 0;
  const listen = (chunk: Buffer) => {
    if (chunk.toString('hex') !== 'c000') return;
    pings += 1;
    for (const look of watching) look();
  };
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(connect(to, '127.0.0.1'));
    keep(near).pipe(far).pipe(near);
    near.on('data', listen);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    pinged: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (pings < count) return;
          watching.delete(look);
          resolve();
        };
        watching.add(look);
        look();
      }),
    cut,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
};
