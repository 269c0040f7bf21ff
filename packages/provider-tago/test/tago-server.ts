import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
}

/** A loopback server that answers as the test says; a body that is text or bytes goes out as it is. */
export const serve = async (answer: (asked: Asked) => Answer): Promise<TestServer> => {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    const one = { url: new URL(request.url ?? '', 'http://x'), headers: request.headers };
    asked.push(one);
    const { status = 200, headers = {}, body } = answer(one);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export interface StoredItem {
  readonly id: string;
  readonly device: string;
  readonly variable: string;
  readonly value: unknown;
  readonly time: string;
}

/** `GET /data` over stored items as TagoIO documents it: variables, start_date and end_date inclusive, ordination, qty, skip. */
export const dataOf =
  (items: readonly StoredItem[]) =>
  ({ url }: Asked): Answer => {
    const query = url.searchParams;
    const names = new Set([...query.getAll('variable'), ...query.getAll('variable[]')]);
    const [start, end] = [query.get('start_date') ?? '', query.get('end_date') ?? '9'];
    const found = items
      .filter(({ variable, time }) => names.has(variable) && time >= start && time <= end)
      .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    if (query.get('ordination') !== 'ascending') found.reverse();
    const skip = Number(query.get('skip') ?? 0);
    return { body: { status: true, result: found.slice(skip, skip + Number(query.get('qty') ?? 15)) } };
  };
