import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApiProblem, createClient, everything, liveEvents } from '@caudal/client';
import { expect, test } from 'vitest';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const withServer = async (answer: Answer, work: (url: string) => Promise<void>) => {
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, response, Buffer.concat(parts).toString()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/caudal/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const json = (response: ServerResponse, value: unknown, headers: object = {}, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

test('a call has its path, query, body, credential and headers in their places', async () => {
  const asked: unknown[] = [];
  await withServer(
    ({ method, url, headers }, response, body) => {
      const { authorization, 'if-match': ifMatch, 'idempotency-key': key } = headers;
      asked.push({ method, url, authorization, ifMatch, key, body });
      json(response, { items: [], next: null }, { etag: '"v2"' });
    },
    async (baseUrl) => {
      const client = createClient({ baseUrl, token: async () => 'ck_x' });
      await client.listValues({ point: 'a b', variable: 'flow', flag: [3, 4], limit: 2 });
      const { etag } = await client.ask('putData', {
        kind: 'points',
        id: 'p',
        body: { content: { id: 'p' }, because: 'b' },
        ifMatch: '"v1"',
        idempotencyKey: 'k',
      });
      expect(etag).toBe('"v2"');
    },
  );
  expect(asked).toEqual([
    {
      method: 'GET',
      url: '/caudal/api/v1/series/a%20b/flow/values?limit=2&flag=3&flag=4',
      authorization: 'Bearer ck_x',
      body: '',
    },
    {
      method: 'PUT',
      url: '/caudal/api/v1/data/points/p',
      authorization: 'Bearer ck_x',
      ifMatch: '"v1"',
      key: 'k',
      body: '{"content":{"id":"p"},"because":"b"}',
    },
  ]);
});

test('what is refused is thrown with all the runtime says, and a page of a proxy by its status', async () => {
  await withServer(
    ({ url }, response) => {
      if (url?.includes('/points') === true)
        json(
          response,
          { type: 'urn:caudal:problem:rate-limit', title: 'T', status: 429, detail: 'wait', instance: 'i' },
          { 'retry-after': '3' },
          429,
        );
      else response.writeHead(502, { 'content-type': 'text/html' }).end('<html>');
    },
    async (baseUrl) => {
      const client = createClient({ baseUrl });
      const problem = await client.listPoints().catch((thrown: unknown) => thrown);
      expect(problem).toBeInstanceOf(ApiProblem);
      expect(problem).toMatchObject({
        status: 429,
        type: 'urn:caudal:problem:rate-limit',
        message: 'wait',
        retryAfterMs: 3000,
      });
      await expect(client.status()).rejects.toMatchObject({ status: 502, type: 'about:blank' });
    },
  );
});

test('a list is read to its end, page by page', async () => {
  await withServer(
    ({ url }, response) => {
      const cursor = new URL(url ?? '', 'http://x').searchParams.get('cursor');
      json(response, cursor === null ? { items: [1, 2], next: 'c' } : { items: [3], next: null });
    },
    async (baseUrl) => {
      const client = createClient({ baseUrl });
      const found: unknown[] = [];
      for await (const one of everything(client.listPoints, { limit: 2 })) found.push(one);
      expect(found).toEqual([1, 2, 3]);
    },
  );
});

test('live events come one by one, however they are cut on the way', async () => {
  await withServer(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 3000\n\nid: a-1\nevent: reset\nda');
      response.write('ta: {}\n\n: still here\n\nid: a-2\nevent: values\ndata: {"series":"p/flow"}\n\n');
      response.end();
    },
    async (baseUrl) => {
      const found: unknown[] = [];
      for await (const event of liveEvents(createClient({ baseUrl }))) found.push(event);
      expect(found).toEqual([
        { id: 'a-1', kind: 'reset', data: {} },
        { id: 'a-2', kind: 'values', data: { series: 'p/flow' } },
      ]);
    },
  );
});

test('the stream goes on after the event that came last', async () => {
  const asked: unknown[] = [];
  await withServer(
    ({ url, headers }, response) => {
      asked.push([url, headers['last-event-id']]);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
    },
    async (baseUrl) => {
      const client = createClient({ baseUrl });
      for await (const event of liveEvents(client, { kind: ['alert'] }, { lastEventId: 'a-2' })) asked.push(event);
    },
  );
  expect(asked).toEqual([['/caudal/api/v1/events?kind=alert', 'a-2']]);
});
