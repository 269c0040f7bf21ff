import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { refusedUrl, replies, startFaultServer, untrusted } from '@caudal/testkit';

const code = async (promise: Promise<unknown>) => {
  const failure = (await promise.then(
    () => undefined,
    (error: unknown) => error,
  )) as (Error & { code?: string; cause?: { code?: string } }) | undefined;
  return failure?.cause?.code ?? failure?.code ?? failure?.name;
};

test('records requests as they came', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ ok: true }));
  const body = Uint8Array.from({ length: 256 }, (_, index) => index);
  const answer = await fetch(`${server.url}/a/b?c=%20d`, {
    method: 'PUT',
    body,
    headers: { 'X-Mark': 'Ä'.normalize() },
  });
  expect(await answer.json()).toEqual({ ok: true });
  const [request] = server.requests;
  expect(request).toMatchObject({ method: 'PUT', target: '/a/b?c=%20d', path: '/a/b', headers: { 'x-mark': 'Ä' } });
  expect(request?.query.get('c')).toBe(' d');
  expect(request?.body).toEqual(body);
});

test('a queue goes before paths, and the last reply of a path stays', async () => {
  await using server = await startFaultServer();
  server.reply('/a', replies.answer(201), replies.answer(202));
  server.reply('*', (request) => replies.answer(299, request.path));
  server.next(replies.rateLimited('7'));
  const statuses: number[] = [];
  for (const path of ['/a', '/a', '/a', '/a', '/b']) {
    const answer = await fetch(`${server.url}${path}`);
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([429, 201, 202, 202, 299]);
  server.reset();
  expect((await fetch(`${server.url}/a`)).status).toBe(404);
});

test.for([
  ['cut', replies.cut(), 'UND_ERR_SOCKET'],
  ['reset', replies.reset, 'ECONNRESET'],
] as const)('%s ends the connection', async ([, reply, expected]) => {
  await using server = await startFaultServer();
  server.reply('*', reply);
  expect(await code(fetch(server.url).then((answer) => answer.text()))).toBe(expected);
  expect(server.requests).toHaveLength(1);
});

test('slow sends a chunk for each release', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.slow(['[1,', '2]']));
  const answer = await fetch(server.url);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const seen: string[] = [];
  for (;;) {
    server.release();
    const { done, value } = await reader.read();
    if (done) break;
    seen.push(Buffer.from(value).toString());
  }
  expect(seen.join('')).toBe('[1,2]');
});

test.for([
  ['before reading', replies.hangBeforeReading, 0],
  ['after storing', replies.hangAfterStoring, 5],
] as const)('hang %s answers nothing', async ([, reply, length]) => {
  await using server = await startFaultServer();
  server.reply('*', reply);
  const controller = new AbortController();
  const call = fetch(server.url, { method: 'POST', body: 'abcde', signal: controller.signal });
  await server.received(1);
  expect(server.requests[0]?.body.length).toBe(length);
  controller.abort();
  expect(await code(call)).toBe(DOMException.ABORT_ERR);
});

test('a refused port refuses', async () => {
  const { hostname, port } = new URL(await refusedUrl());
  const failure = await new Promise<NodeJS.ErrnoException>((resolve) => {
    connect(Number(port), hostname).on('error', resolve);
  });
  expect(failure.code).toBe('ECONNREFUSED');
});

test('the untrusted server is reached only by who trusts its certificate', async () => {
  await using server = await startFaultServer({ tls: 'untrusted' });
  server.reply('*', replies.html());
  expect(await code(fetch(server.url))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(server.requests).toHaveLength(0);
  const status = await new Promise((resolve, reject) => {
    httpsRequest(server.url, { ca: untrusted.certificate, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});
