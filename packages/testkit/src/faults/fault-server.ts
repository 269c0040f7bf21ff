import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type RecordedRequest, recordedRequest } from './recorded-request.ts';
import { type Programmed, replies, type Reply } from './reply.ts';
import { untrusted } from './untrusted-certificate.ts';

/** A real HTTP server on loopback that answers as it was told and remembers what it was asked. */
export interface FaultServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a slash at the end. `https:` for a server with a certificate. */
  readonly url: string;
  /** Everything that was read so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /**
   * What is answered at `path` (`*`: at every path without replies of its own). Several replies are used up in order; the last
   * one stays. Replaces what was said of the path before. An unknown path is answered 404.
   */
  reply(path: string, ...programmed: readonly [Programmed, ...Programmed[]]): void;
  /** Replies for the next requests, whatever their path; they go before those of the paths. */
  next(...programmed: readonly Programmed[]): void;
  /** Resolves when `count` requests were read, or at once when they already were. */
  received(count: number): Promise<void>;
  /** Lets every slow reply send its next chunk. */
  release(): void;
  /** Forgets requests and replies; connections stay. */
  reset(): void;
  /** Ends every connection, also hanging ones, and stops listening. */
  close(): Promise<void>;
}

export interface FaultServerOptions {
  /** `untrusted`: TLS with a certificate that no authority signed. */
  readonly tls?: 'untrusted';
}

/** Starts a {@link FaultServer} on a free port of 127.0.0.1. */
export const startFaultServer = async (options: FaultServerOptions = {}): Promise<FaultServer> => {
  const requests: RecordedRequest[] = [];
  const byPath = new Map<string, Programmed[]>();
  const queue: Programmed[] = [];
  const waiting = new Set<{ readonly count: number; resolve(): void }>();
  const slow = new Set<() => void>();
  const sockets = new Set<Socket>();

  const programmedFor = (path: string): Programmed => {
    const queued = queue.shift();
    if (queued !== undefined) return queued;
    const own = byPath.get(path) ?? byPath.get('*');
    const found = own !== undefined && own.length > 1 ? own.shift() : own?.[0];
    return found ?? replies.answer(404, 'the test programmed no reply for this path');
  };

  const record = (request: RecordedRequest) => {
    requests.push(request);
    for (const waiter of waiting) {
      if (requests.length < waiter.count) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };

  const send = (reply: Reply, socket: Socket, response: ServerResponse) => {
    switch (reply.kind) {
      case 'answer':
        response.writeHead(reply.status, reply.headers).end(reply.body);
        return;
      case 'cut': {
        const body = Buffer.concat(reply.chunks.map((chunk) => Buffer.from(chunk)));
        response.writeHead(reply.status, { ...reply.headers, 'content-length': String(body.length) });
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => socket.end());
        return;
      }
      case 'slow': {
        const rest = [...reply.chunks];
        response.writeHead(reply.status, reply.headers).flushHeaders();
        const release = () => {
          const chunk = rest.shift();
          if (chunk !== undefined) response.write(chunk);
          if (rest.length > 0) return;
          slow.delete(release);
          response.end();
        };
        slow.add(release);
        return;
      }
      case 'reset':
        if (socket.constructor.name === 'TLSSocket') socket.destroy();
        else socket.resetAndDestroy();
        return;
      case 'hang-before-reading':
      case 'hang-after-storing':
    }
  };

  const handle = (message: IncomingMessage, response: ServerResponse) => {
    const { socket } = message;
    response.on('error', () => {});
    message.on('error', () => {});
    const programmed = programmedFor((message.url ?? '/').split('?', 1)[0] as string);
    if (typeof programmed !== 'function' && programmed.kind === 'hang-before-reading') {
      message.pause();
      record(recordedRequest(message, new Uint8Array()));
      return;
    }
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const request = recordedRequest(message, new Uint8Array(Buffer.concat(chunks)));
      const reply = typeof programmed === 'function' ? programmed(request) : programmed;
      record(request);
      send(reply, socket, response);
    });
  };

  const server =
    options.tls === undefined
      ? createHttpServer(handle)
      : createHttpsServer({ key: untrusted.key, cert: untrusted.certificate }, handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const close = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    reply(path, ...programmed) {
      byPath.set(path, [...programmed]);
    },
    next(...programmed) {
      queue.push(...programmed);
    },
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.add({ count, resolve });
      }),
    release() {
      for (const release of slow) release();
    },
    reset() {
      requests.length = 0;
      queue.length = 0;
      byPath.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** `http://127.0.0.1:port` of a port where nothing listens, so that connecting is refused. */
export const refusedUrl = async (): Promise<string> => {
  const server = await startFaultServer();
  await server.close();
  return server.url;
};
