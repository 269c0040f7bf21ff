import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A display server on this machine, with one display. `show` gets each new line; a repeated key is the same line. */
export const startDisplay = async (token: string, show: (text: string) => void) => {
  const lines = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { reason: 'unknown token' });
    if (request.method === 'GET') return answer(200, { displays: ['hall'] });
    const { text } = (await json(request)) as { text: string };
    if (request.url !== '/displays/hall/lines') return answer(404, { reason: 'no such display' });
    const key = String(request.headers['idempotency-key']);
    const known = lines.get(key);
    const id = known ?? `line-${lines.size + 1}`;
    if (known === undefined) {
      lines.set(key, id);
      show(text);
    }
    return answer(known === undefined ? 201 : 200, { id });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};
