import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { untrusted } from '@caudal/testkit';

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const run = async (server: net.Server, scheme: string): Promise<RunningServer> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

export const httpServer = (handler: http.RequestListener) => run(http.createServer(handler), 'http');

/** Certificate for 127.0.0.1 and localhost, trusted by nobody but whoever takes it as its CA. */
export const httpsServer = (
  handler: http.RequestListener,
  { key, certificate }: { readonly key: string; readonly certificate: string } = untrusted,
) => run(https.createServer({ key, cert: certificate }, handler), 'https');

export const tcpServer = (onSocket: (socket: Socket) => void, scheme = 'http') =>
  run(net.createServer(onSocket), scheme);

export interface ProxyServer extends RunningServer {
  /** `host:port` of every CONNECT, and its Proxy-Authorization. */
  readonly tunnels: { readonly to: string; readonly authorization: string | undefined }[];
}

/** A CONNECT proxy (RFC 9110, 9.3.6). `status` other than 200 refuses. */
export const proxyServer = async (status = 200): Promise<ProxyServer> => {
  const tunnels: ProxyServer['tunnels'] = [];
  const server = http.createServer((_request, response) => response.writeHead(400).end());
  server.on('connect', (request: http.IncomingMessage, client: Duplex) => {
    tunnels.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    client.on('error', () => {});
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  return Object.assign(await run(server, 'http'), { tunnels });
};
