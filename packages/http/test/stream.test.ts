import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createHttp, type Http, type HttpResponse, type HttpStream } from '@caudal/http';
import { fakeHost, settled, untrusted, virtualClock } from '@caudal/testkit';
import { httpServer, httpsServer, proxyServer, tcpServer } from './servers.ts';
import { everythingIn, thrownBy } from './thrown.ts';

const signal = new AbortController().signal;
const secret = 's3cr3t/tok en+=';
const secrets = { 'env:T': secret, 'env:PASSWORD': 'a-password' };

const flowing = (answer: HttpStream | HttpResponse): HttpStream => {
  if (!('chunks' in answer)) throw new Error(`expected a stream, got ${answer.status}`);
  return answer;
};
const whole = (answer: HttpStream | HttpResponse): HttpResponse => {
  if ('chunks' in answer) throw new Error('expected a refusal, got a stream');
  return answer;
};
const drain = async (stream: HttpStream) => {
  let text = '';
  for await (const chunk of stream.chunks) text += Buffer.from(chunk).toString();
  return text;
};

test('what the other side writes arrives while the answer is open; the head is safe to store', async () => {
  const open: ServerResponse[] = [];
  const headers: object[] = [];
  await using server = await httpServer((request, response) => {
    headers.push(request.headers);
    open.push(response);
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': secret });
    response.write('{"first":');
  });
  const http = createHttp({
    host: fakeHost({ secrets }),
    baseUrl: server.url,
    auth: { type: 'path', secret: 'env:T' },
  });
  const stream = flowing(await http.stream({ path: '/things/{token}', query: { keepAlive: 60_000 }, signal }));
  expect(stream).toMatchObject({ path: '/things/{token}?keepAlive=60000', status: 200, credential: 'env:T' });
  expect(stream.headers).not.toHaveProperty('set-cookie');
  expect(headers).toMatchObject([{ 'accept-encoding': 'identity', accept: 'application/json' }]);
  const chunks = stream.chunks[Symbol.asyncIterator]();
  expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('{"first":');
  open[0]?.write('1}');
  expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('1}');
  open[0]?.end();
  expect((await chunks.next()).done).toBe(true);
  await http.close();
});

test('a refusal is no stream: it comes whole, for the error map', async () => {
  await using server = await httpServer((request, response) => {
    response.writeHead(401).end(`{"message":"no ${request.url}"}`);
  });
  const http = createHttp({
    host: fakeHost({ secrets }),
    baseUrl: server.url,
    auth: { type: 'path', secret: 'env:T' },
  });
  const answer = whole(await http.stream({ path: '/{token}', signal }));
  const error = http.failure(answer);
  expect(error).toMatchObject({ kind: 'auth', scope: 'credential', credential: 'env:T', status: 401 });
  for (const form of [secret, encodeURIComponent(secret)]) expect(everythingIn(error)).not.toContain(form);
  await http.close();
});

test('a refusal larger than the limit is invalid data', async () => {
  await using server = await httpServer((_request, response) => response.writeHead(500).end('x'.repeat(2000)));
  const http = createHttp({ host: fakeHost(), baseUrl: server.url, maxBodyBytes: 1000 });
  expect(await thrownBy(http.stream({ path: '/', signal }))).toMatchObject({ kind: 'invalid-data' });
  await http.close();
});

test('a login that ran out is renewed once for a stream as well', async () => {
  let logins = 0;
  await using server = await httpServer((request, response) => {
    if (request.url === '/login') {
      logins += 1;
      response.end(`{"token":"token-${logins}"}`);
    } else if (request.headers.authorization === 'Bearer token-2') response.end('[1]');
    else response.writeHead(401).end('{}');
  });
  const http = createHttp({
    host: fakeHost({ secrets }),
    baseUrl: server.url,
    auth: { type: 'login', path: '/login', fields: { password: { secret: 'env:PASSWORD' } }, token: '/token' },
  });
  expect(await drain(flowing(await http.stream({ path: '/', signal })))).toBe('[1]');
  expect(logins).toBe(2);
  await http.close();
});

test('no head in time is a timeout; a silent stream is transient, on the clock of the host', async () => {
  const clock = virtualClock(0);
  let answer = false;
  await using server = await httpServer((_request, response) => {
    if (answer) response.writeHead(200).write('{}');
  });
  const http = createHttp({ host: fakeHost({ clock }), baseUrl: server.url });
  const late = thrownBy(http.stream({ path: '/', signal, timeoutMs: 1000 }));
  await clock.runUntil(() => clock.now() >= 1000);
  expect(await late).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  answer = true;
  const stream = flowing(await http.stream({ path: '/', signal, timeoutMs: 1000, idleMs: 75_000 }));
  const chunks = stream.chunks[Symbol.asyncIterator]();
  await chunks.next();
  const started = clock.now();
  const silent = thrownBy(chunks.next());
  await clock.runUntil(() => clock.now() >= started + 75_000);
  const error = await silent;
  expect(error).toMatchObject({ kind: 'transient', sent: 'maybe' });
  expect(error.message).toContain('75000 ms');
  await http.close();
});

test('the time of a slow reader is no silence, and what waits for it is bounded', async () => {
  const clock = virtualClock(0);
  const total = 64;
  let accepted = 0;
  await using server = await httpServer((_request, response) => {
    response.writeHead(200);
    const part = Buffer.alloc(1024 * 1024, 'x');
    const fill = () => {
      while (accepted < total && response.write(part)) accepted += 1;
    };
    response.on('drain', () => {
      accepted += 1;
      fill();
    });
    fill();
  });
  const http = createHttp({ host: fakeHost({ clock }), baseUrl: server.url });
  const stream = flowing(await http.stream({ path: '/', signal, idleMs: 1000 }));
  const chunks = stream.chunks[Symbol.asyncIterator]();
  await chunks.next();
  await settled(300);
  expect(clock.sleepers).toBe(0);
  expect(accepted).toBeLessThan(total / 2);
  for (let count = 0; count < 100; count += 1) expect((await chunks.next()).done).toBe(false);
  await http.close();
});

const cutAfter = (text: string) =>
  tcpServer((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`);
      setImmediate(() => socket.end());
    }),
  );

test('a connection that breaks is transient, perhaps sent, and gives no secret away', async () => {
  await using server = await cutAfter('[1]');
  const http = createHttp({
    host: fakeHost({ secrets }),
    baseUrl: server.url,
    auth: { type: 'path', secret: 'env:T' },
  });
  const error = await thrownBy(http.stream({ path: '/{token}', signal }).then((answer) => drain(flowing(answer))));
  expect(error).toMatchObject({ kind: 'transient', sent: 'maybe' });
  for (const form of [secret, encodeURIComponent(secret)]) expect(everythingIn(error)).not.toContain(form);
  await http.close();
});

const endings: [string, (http: Http, url: string, abort: AbortController) => Promise<unknown>][] = [
  [
    'its signal is aborted while it is silent',
    async (http, _url, abort) => {
      const stream = flowing(await http.stream({ path: '/', signal: abort.signal }));
      const chunks = stream.chunks[Symbol.asyncIterator]();
      await chunks.next();
      const cancelled = thrownBy(chunks.next());
      abort.abort();
      expect(await cancelled).toMatchObject({ kind: 'transient' });
    },
  ],
  [
    'its reader leaves',
    async (http) => {
      for await (const chunk of flowing(await http.stream({ path: '/', signal })).chunks) {
        expect(chunk.length).toBe(2);
        break;
      }
    },
  ],
  [
    'the client is closed',
    async (http) => {
      const chunks = flowing(await http.stream({ path: '/', signal })).chunks[Symbol.asyncIterator]();
      await chunks.next();
      const closed = thrownBy(chunks.next());
      await http.close();
      expect(await closed).toMatchObject({ kind: 'transient' });
    },
  ],
];

test.each(endings)('a stream lets go of its connection when %s', async (_name, end) => {
  const gone: Promise<unknown>[] = [];
  await using server = await httpServer((_request, response) => {
    gone.push(once(response, 'close'));
    response.writeHead(200).write('{}');
  });
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  await end(http, server.url, new AbortController());
  await Promise.all(gone);
  expect(gone).toHaveLength(1);
  await http.close();
});

test('an aborted call asks nothing; a header that HTTP forbids is a mistake of the configuration', async () => {
  let requests = 0;
  await using server = await httpServer((_request, response) => {
    requests += 1;
    response.end();
  });
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  expect(await thrownBy(http.stream({ path: '/', signal: AbortSignal.abort() }))).toMatchObject({ sent: 'no' });
  expect(await thrownBy(http.stream({ path: '/', signal, headers: { x: 'a\nb' } }))).toMatchObject({ kind: 'config' });
  expect(requests).toBe(0);
  await http.close();
});

test('streams are verified by TLS and go through the outbound proxy like every request', async () => {
  await using server = await httpsServer((_request, response) => response.end('{}'));
  await using proxy = await proxyServer();
  const trusted = createHttp({
    host: fakeHost({ network: { ca: untrusted.certificate, proxy: proxy.url } }),
    baseUrl: server.url,
  });
  expect(await drain(flowing(await trusted.stream({ path: '/', signal })))).toBe('{}');
  expect(proxy.tunnels).toHaveLength(1);
  const stranger = createHttp({ host: fakeHost(), baseUrl: server.url });
  expect(await thrownBy(stranger.stream({ path: '/', signal }))).toMatchObject({ kind: 'config', sent: 'no' });
  await trusted.close();
  await stranger.close();
});
