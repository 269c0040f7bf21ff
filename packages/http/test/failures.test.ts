import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createHttp } from '@caudal/http';
import { fakeHost, untrusted, virtualClock } from '@caudal/testkit';
import { httpServer, httpsServer, tcpServer } from './servers.ts';
import { thrownBy } from './thrown.ts';

const signal = new AbortController().signal;
const get = async (baseUrl: string, options: object = {}) => {
  const http = createHttp({ host: fakeHost(), baseUrl, ...options });
  try {
    return await http.send({ path: '/x', signal });
  } finally {
    await http.close();
  }
};

test('refused: nothing listens', async () => {
  const server = await tcpServer(() => {});
  await server[Symbol.asyncDispose]();
  expect(await thrownBy(get(server.url))).toMatchObject({ kind: 'transient', sent: 'no', scope: 'instance' });
});

test('DNS: a name that cannot exist (RFC 6761 .invalid)', async () => {
  const error = await thrownBy(get('http://caudal.invalid'));
  expect(error).toMatchObject({ kind: 'transient', sent: 'no' });
  expect(error.message).toContain('GET caudal.invalid');
});

test('TLS: an unknown authority is for the user to settle, and nothing was sent', async () => {
  let asked = 0;
  await using server = await httpsServer((_request, response) => {
    asked += 1;
    response.end('{}');
  });
  const error = await thrownBy(get(server.url));
  expect(error).toMatchObject({ kind: 'config', sent: 'no' });
  expect(error.message).toContain('network.ca');
  expect(asked).toBe(0);
});

test('TLS: the other side closes during the handshake', async () => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()), 'https');
  expect(await thrownBy(get(server.url))).toMatchObject({ kind: 'transient', sent: 'no' });
});

test('TLS: a server that speaks no TLS', async () => {
  await using server = await tcpServer(
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    'https',
  );
  expect(await thrownBy(get(server.url))).toMatchObject({ sent: 'no' });
});

test('TLS: a handshake that hangs ends at the time-out, and nothing was sent', async () => {
  const clock = virtualClock(0);
  let connected = () => {};
  const connection = new Promise<void>((resolve) => (connected = resolve));
  await using server = await tcpServer((socket) => socket.once('data', () => connected()), 'https');
  const http = createHttp({ host: fakeHost({ clock }), baseUrl: server.url });
  const failed = thrownBy(http.send({ path: '/x', signal }));
  await connection;
  await clock.advance(30_000);
  expect(await failed).toMatchObject({ kind: 'timeout', sent: 'no' });
  await http.close();
});

test('reset after the request was written: it may have been seen', async () => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  expect(await thrownBy(get(server.url))).toMatchObject({ kind: 'transient', sent: 'maybe' });
});

test('hang before the answer: time-out after the default 30 s of the host clock, not before', async () => {
  const clock = virtualClock(0);
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  await using server = await httpServer(() => arrived());
  const http = createHttp({ host: fakeHost({ clock }), baseUrl: server.url });
  let ended = false;
  const failed = thrownBy(http.send({ path: '/x', signal }).finally(() => (ended = true)));
  await arrival;
  await clock.advance(29_999);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(await failed).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  expect(clock.sleepers).toBe(0);
  await http.close();
});

test('hang in the body: the time-out covers the whole answer', async () => {
  const clock = virtualClock(0);
  let started = () => {};
  const start = new Promise<void>((resolve) => (started = resolve));
  await using server = await httpServer((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"a":', () => started());
  });
  const http = createHttp({ host: fakeHost({ clock }), baseUrl: server.url, timeoutMs: 5000 });
  const failed = thrownBy(http.send({ path: '/x', signal }));
  await start;
  await clock.advance(5000);
  expect(await failed).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  await http.close();
});

test.each([
  ['with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":'],
  ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n'],
])('a body cut off %s is never taken for the whole', async (_name, answer) => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.end(answer)));
  expect(await thrownBy(get(server.url))).toMatchObject({ kind: 'transient', sent: 'maybe' });
});

test('something that is not HTTP', async () => {
  await using server = await tcpServer((socket) => socket.once('data', () => socket.end('220 mail ready\r\n')));
  const error = await thrownBy(get(server.url));
  expect(error).toMatchObject({ kind: 'transient', sent: 'maybe' });
  expect(error.message).toContain('not HTTP');
});

test('a broken gzip body', async () => {
  await using server = await httpServer((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is no gzip');
  });
  expect(await thrownBy(get(server.url))).toMatchObject({ kind: 'transient', sent: 'maybe' });
});

test('the size limit counts decompressed bytes', async () => {
  const bomb = gzipSync(Buffer.alloc(4_000_000));
  expect(bomb.byteLength).toBeLessThan(10_000);
  await using server = await httpServer((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  expect(await thrownBy(get(server.url, { maxBodyBytes: 1_000_000 }))).toMatchObject({ kind: 'invalid-data' });
  expect((await get(server.url, { maxBodyBytes: 4_000_000 })).body.byteLength).toBe(4_000_000);
});

test('a failed request is not repeated', async () => {
  let asked = 0;
  await using server = await httpServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  expect((await get(server.url)).status).toBe(503);
  await using cutting = await tcpServer((socket) => {
    asked += 1;
    socket.once('data', () => socket.resetAndDestroy());
  });
  await thrownBy(get(cutting.url));
  expect(asked).toBe(2);
});

test('abort ends the call at once, also while the answer hangs', async () => {
  const control = new AbortController();
  await using server = await httpServer(() => control.abort(new Error('stop')));
  const http = createHttp({ host: fakeHost({ clock: virtualClock(0) }), baseUrl: server.url });
  expect(await thrownBy(http.send({ path: '/x', signal: control.signal }))).toMatchObject({
    kind: 'transient',
    sent: 'maybe',
  });
  expect(await thrownBy(http.send({ path: '/x', signal: control.signal }))).toMatchObject({ sent: 'no' });
  await http.close();
});

test('a custom authority is trusted beside the known ones', async () => {
  await using server = await httpsServer((_request, response) => response.end('{"ok":true}'));
  const http = createHttp({ host: fakeHost({ network: { ca: untrusted.certificate } }), baseUrl: server.url });
  expect(http.json(await http.send({ path: '/x', signal }))).toEqual({ ok: true });
  await http.close();
});

test('close ends keep-alive connections and the client works again afterwards', async () => {
  let connections = 0;
  let last: { closed: Promise<unknown> } | undefined;
  await using server = await tcpServer((socket) => {
    connections += 1;
    last = { closed: once(socket, 'close') };
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
  });
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  await http.send({ path: '/x', signal });
  await http.send({ path: '/x', signal });
  expect(connections).toBe(1);
  await http.close();
  await http.close();
  await last?.closed;
  await http.send({ path: '/x', signal });
  expect(connections).toBe(2);
  await http.close();
});
