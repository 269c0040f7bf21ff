import { expect, test } from 'vitest';
import { createHttp, parseRetryAfter, statusMeanings } from '@caudal/http';
import { fakeHost } from '@caudal/testkit';
import { httpServer } from './servers.ts';
import { thrownBy } from './thrown.ts';

const signal = new AbortController().signal;

const answering = async (status: number, headers: Record<string, string | string[]>, body: string) => {
  await using server = await httpServer((_request, response) => response.writeHead(status, headers).end(body));
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  const response = await http.send({ path: '/x', signal });
  await http.close();
  return { http, response };
};

test.each([
  ...Object.entries(statusMeanings).map(([status, { kind }]) => [Number(status), kind] as const),
  [301, 'config'] as const,
  [418, 'rejected'] as const,
  [500, 'transient'] as const,
  [503, 'transient'] as const,
])('status %i means %s', async (status, kind) => {
  const { http, response } = await answering(status, {}, '{"message":"no"}');
  expect(http.failure(response)).toMatchObject({ kind, status, sent: 'maybe', scope: 'instance' });
  expect(() => http.expectOk(response)).toThrow(expect.objectContaining({ kind }));
});

test('an adapter may say what a status means at its vendor', async () => {
  const { http, response } = await answering(404, {}, '');
  const error = http.failure(response, {
    meanings: { 404: { kind: 'rejected', says: 'unknown receipt' } },
    scope: 'item',
  });
  expect(error).toMatchObject({ kind: 'rejected', scope: 'item' });
  expect(error.message).toContain('unknown receipt');
});

test('an HTML page is named as such', async () => {
  const bad = await answering(502, { 'content-type': 'text/html' }, '<html>Bad gateway</html>');
  expect(bad.http.failure(bad.response).message).toContain('502 with an HTML page');
  const good = await answering(200, {}, '\n<!DOCTYPE html><html>Log in</html>');
  const error = await thrownBy(Promise.resolve().then(() => good.http.json(good.response)));
  expect(error).toMatchObject({ kind: 'transient', status: 200 });
  expect(error.message).toContain('HTML page where JSON was expected');
});

test('a body that is neither JSON nor HTML', async () => {
  const { http, response } = await answering(200, {}, 'ok');
  const error = await thrownBy(Promise.resolve().then(() => http.json(response)));
  expect(error).toMatchObject({ kind: 'invalid-data' });
});

test('only headers that carry no credential are kept; Date is the server time', async () => {
  const { response } = await answering(
    200,
    {
      date: 'Tue, 07 Jul 2026 10:00:00 GMT',
      'set-cookie': ['session=abc'],
      'content-type': 'application/json',
      'x-private': 'y',
    },
    '{}',
  );
  expect(response.serverTime).toBe(Date.UTC(2026, 6, 7, 10));
  expect(response.contentType).toBe('application/json');
  expect(response.headers).not.toHaveProperty('set-cookie');
  expect(response.headers).not.toHaveProperty('x-private');
});

test('Retry-After: seconds, and a date counted on the clock of whoever sent it', async () => {
  const now = Date.UTC(2026, 6, 7, 10);
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter('Tue, 07 Jul 2026 10:00:30 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Tue, 07 Jul 2026 09:00:00 GMT', now)).toBe(0);
  for (const text of [undefined, '', 'soon', '-1', 'NaN']) expect(parseRetryAfter(text, now)).toBeUndefined();
  const { http, response } = await answering(
    429,
    { date: 'Tue, 07 Jul 2026 10:00:00 GMT', 'retry-after': 'Tue, 07 Jul 2026 10:00:08 GMT' },
    '',
  );
  expect(http.failure(response)).toMatchObject({ kind: 'rate-limit', retryAfterMs: 8000 });
});

test('bytes arrive as they were sent', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a]);
  await using server = await httpServer((_request, response) => response.end(bytes));
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  expect(Buffer.from((await http.send({ path: '/x', signal })).body)).toEqual(bytes);
  await http.close();
});

test('bodies: JSON, form and as given', async () => {
  await using server = await httpServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.end(JSON.stringify([request.method, request.headers['content-type'], body])));
  });
  const http = createHttp({ host: fakeHost(), baseUrl: server.url });
  const post = async (body: Parameters<typeof http.send>[0]['body'] & object) =>
    http.json(await http.send({ method: 'POST', path: '/x', body, signal }));
  expect(await post({ json: { a: 'ñ' } })).toEqual(['POST', 'application/json', '{"a":"ñ"}']);
  expect(await post({ form: { a: 'b c' } })).toEqual(['POST', 'application/x-www-form-urlencoded', 'a=b+c']);
  expect(await post({ content: '<x/>', mediaType: 'text/xml' })).toEqual(['POST', 'text/xml', '<x/>']);
  await http.close();
});
