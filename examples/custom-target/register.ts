import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Entry {
  readonly hour: string;
  readonly flow: string;
}

/** The council's register, on this machine: one entry an hour and intake, each with a receipt. */
export const startRegister = async (token: string) => {
  const entries: Entry[] = [];
  const receiptOf = (index: number) => `RC-${1001 + index}`;
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const [, place, name] = (request.url ?? '').split('/');
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { reason: 'unknown token' });
    if (place === 'receipts') {
      const found = entries.find((_, index) => receiptOf(index) === name);
      return found === undefined ? answer(404, { reason: 'no such receipt' }) : answer(200, found);
    }
    if (name !== 'INTAKE-7') return answer(404, { reason: 'no such intake' });
    if (request.method !== 'POST') return answer(200, { intake: name });
    const { hour, flow } = (await json(request)) as Entry;
    const known = entries.findIndex((entry) => entry.hour === hour);
    if (known >= 0) return answer(409, { receipt: receiptOf(known), reason: 'there already' });
    if (Number(flow) > 40) return answer(422, { reason: 'more than the right allows' });
    return answer(201, { receipt: receiptOf(entries.push({ hour, flow }) - 1) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};
