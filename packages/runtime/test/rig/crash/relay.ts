import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before webhook endpoints and keeps what they acknowledged. */
export interface Relay {
  readonly url: string;
  /** Bodies answered with 2xx, byte for byte, in the order of the answers. */
  readonly acknowledged: readonly Buffer[];
  close(): Promise<void>;
}

/** One that is frozen takes a connection and says nothing. */
const patienceMs = 4_000;

/** Passes every request on to one of the `targets` after the other; 502 when nobody answers there. */
export const startRelay = async (...targets: readonly [string, ...string[]]): Promise<Relay> => {
  const acknowledged: Buffer[] = [];
  let count = 0;
  const pass = async (body: Buffer, headers: Headers): Promise<number> => {
    try {
      const target = targets[count++ % targets.length] as string;
      const answer = await fetch(target, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(patienceMs),
      });
      if (answer.ok) acknowledged.push(body);
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 502;
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const names = ['content-type', 'x-caudal-secret', 'tagoio-retries'];
      const headers = new Headers(
        names.flatMap((name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? [[name, value] as [string, string]] : [];
        }),
      );
      void pass(Buffer.concat(chunks), headers).then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acknowledged,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
