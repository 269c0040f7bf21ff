import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '@caudal/core';

/** How a connection ends in the middle: in order, by a reset, or not at all: it stands and nothing comes any more. */
export type Break = 'cut' | 'reset' | 'stall';

/** After `after` bytes of one direction (counted from when this began to hold for the connection), and how it breaks. */
export interface BreakAfter {
  readonly after: number;
  readonly by: Break;
}

/** What a network does to what goes through it. Everything left out is as it should be. */
export interface Weather {
  /**
   * What meets a new connection: nobody listens, it ends at once, it is reset at once. What is open stays: see `drop` of the
   * proxy.
   */
  readonly connect?: 'refuse' | 'cut' | 'reset';
  /** Milliseconds that every piece is under way, in each direction. */
  readonly latencyMs?: number;
  /** In each direction. Below some hundred it is a peer that drips (slow loris). */
  readonly bytesPerSecond?: number;
  /** Of what the client sends. */
  readonly request?: BreakAfter;
  /** Of what the server sends. */
  readonly answer?: BreakAfter;
  /** Connections stand, new ones too, and what is sent over them is gone: a peer that vanished without a word (half-open). */
  readonly swallow?: boolean;
}

/** One connection, as far as it came. */
export interface ProxiedConnection {
  /** By the proxy's clock. */
  readonly at: number;
  /** Bytes that reached the server, and the client. */
  readonly request: number;
  readonly answer: number;
  /** What broke it; undefined where client or server ended it. */
  readonly broke?: Break;
}

/** Reads all that reaches the proxy, before it goes on, and what is then lost on the way too. */
export interface Tap {
  request?(bytes: Buffer): void;
  answer?(bytes: Buffer): void;
}

/** A TCP proxy on loopback before any server: HTTP, TLS, MQTT, SMTP alike, for it knows bytes only. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`, without a slash at the end; for other protocols take the port. */
  readonly url: string;
  /** Every connection that it took, in order. */
  readonly connections: readonly ProxiedConnection[];
  /** The weather from now on, for connections that are open as well. `{}` is fair weather. Resolves when it holds. */
  set(weather: Weather): Promise<void>;
  /** The weather of the next connections, one each, for all their life; before that of `set`. */
  next(...weathers: readonly Weather[]): void;
  /** Ends all that is open. */
  drop(how?: Exclude<Break, 'stall'>): void;
  /** Ends every connection and stops listening. Safe twice. */
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Port of the server on 127.0.0.1; asked at each connection, so that it may move. Where none is there, the client is reset. */
  readonly to: number | (() => number);
  /** Times latency and bandwidth. Default the system's. */
  readonly clock?: Clock;
  /** Called for each connection that is taken. */
  readonly tap?: () => Tap;
}

type Direction = 'request' | 'answer';

/** Bytes that wait in one direction before the sender has to wait too. */
const mostWaiting = 256 * 1024;
/** A drip is at least so long, so that a slow direction does not become a timer for every byte. */
const dripMs = 20;

const end = (socket: Socket, how: Exclude<Break, 'stall'>) =>
  how === 'reset' ? socket.resetAndDestroy() : socket.destroySoon();

/** Starts a {@link FaultProxy} on a free port of 127.0.0.1, in fair weather. */
export const startFaultProxy = async ({
  to,
  clock = systemClock,
  tap = () => ({}),
}: FaultProxyOptions): Promise<FaultProxy> => {
  const connections: ProxiedConnection[] = [];
  const queue: Weather[] = [];
  const open = new Set<(how: Exclude<Break, 'stall'>) => void>();
  const closing = new AbortController();
  let standing: Weather = {};

  const take = (near: Socket) => {
    const own = queue.shift();
    const weather = () => own ?? standing;
    near.on('error', () => {});
    const met = weather().connect;
    if (met === 'cut' || met === 'reset') return end(near, met);
    const far = connect({ port: typeof to === 'number' ? to : to(), host: '127.0.0.1', allowHalfOpen: true });
    far.on('error', () => near.resetAndDestroy());
    const seen = { at: clock.now(), request: 0, answer: 0 } as {
      -readonly [K in keyof ProxiedConnection]: ProxiedConnection[K];
    };
    connections.push(seen);
    const reading = tap();
    const gone = new AbortController();
    let stalled = false;

    const broken = (how: Break) => {
      seen.broke ??= how;
      if (how === 'stall') stalled = true;
      else for (const socket of [near, far]) end(socket, how);
    };
    const stop = (how: Exclude<Break, 'stall'>) => broken(how);
    open.add(stop);

    const pump = (from: Socket, onto: Socket, direction: Direction) => {
      let last = Promise.resolve();
      let waiting = 0;
      let counted = { weather: weather(), bytes: 0 };

      const hand = (bytes: Buffer) => {
        if (bytes.length === 0 || onto.destroyed) return;
        seen[direction] += bytes.length;
        counted.bytes += bytes.length;
        onto.write(bytes);
      };
      /** Answers whether the rest may go on. */
      const pass = (bytes: Buffer): boolean => {
        const now = weather();
        if (counted.weather !== now) counted = { weather: now, bytes: 0 };
        if (now.swallow === true || stalled) return false;
        const limit = now[direction];
        if (limit === undefined || counted.bytes + bytes.length <= limit.after) {
          hand(bytes);
          return true;
        }
        hand(bytes.subarray(0, Math.max(0, limit.after - counted.bytes)));
        broken(limit.by);
        return false;
      };
      const carry = async (bytes: Buffer, due: number) => {
        const late = due - clock.now();
        if (late > 0) await clock.sleep(late, gone.signal);
        for (let at = 0; at < bytes.length;) {
          const speed = weather().bytesPerSecond ?? Infinity;
          const some = bytes.subarray(at, at + Math.max(1, Math.floor((speed * dripMs) / 1000)));
          if (speed !== Infinity) await clock.sleep((some.length * 1000) / speed, gone.signal);
          if (!pass(some)) return;
          at += some.length;
        }
        if (onto.writableNeedDrain) await once(onto, 'drain', { signal: gone.signal });
      };
      const after = (work: () => Promise<void> | void) => {
        last = last.then(work).catch(() => {});
      };
      from.on('data', (bytes: Buffer) => {
        reading[direction]?.(bytes);
        waiting += bytes.length;
        if (waiting > mostWaiting) from.pause();
        const due = clock.now() + (weather().latencyMs ?? 0);
        after(async () => {
          await carry(bytes, due);
          waiting -= bytes.length;
          if (waiting <= mostWaiting) from.resume();
        });
      });
      from.on('end', () =>
        after(() => {
          if (weather().swallow !== true && !stalled) onto.end();
        }),
      );
    };
    pump(near, far, 'request');
    pump(far, near, 'answer');
    near.on('close', () => {
      open.delete(stop);
      gone.abort();
      far.destroySoon();
    });
    far.on('close', () => {
      if (weather().swallow !== true && !stalled) near.destroySoon();
    });
  };

  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      // Half of a connection may end before the other.
      const server = createServer({ allowHalfOpen: true }, take);
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const deafen = () => {
    server?.close();
    server = undefined;
  };
  const drop: FaultProxy['drop'] = (how = 'cut') => {
    for (const stop of open) stop(how);
  };
  const close = async () => {
    closing.abort();
    deafen();
    drop('reset');
  };

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections,
    async set(weather) {
      standing = weather;
      if (closing.signal.aborted) return;
      if (weather.connect === 'refuse') deafen();
      else server ??= await listen(port);
    },
    next(...weathers) {
      queue.push(...weathers);
    },
    drop,
    close,
    [Symbol.asyncDispose]: close,
  };
};
