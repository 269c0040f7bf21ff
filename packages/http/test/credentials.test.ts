import { expect, test } from 'vitest';
import { type Auth, createHttp, type LoginAuth } from '@caudal/http';
import { fakeHost, virtualClock } from '@caudal/testkit';
import { httpServer, tcpServer } from './servers.ts';
import { everythingIn, thrownBy } from './thrown.ts';

const signal = new AbortController().signal;
const secret = 's3cr3t/tok en+=';
const secrets = { 'env:T': secret, 'env:USER': 'operator' };

const echo = () =>
  httpServer((request, response) => {
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });

const cases: [Auth, string, { url: string; headers?: object; shown: string }][] = [
  [
    { type: 'header', name: 'Device-Token', secret: 'env:T' },
    '/data',
    { url: '/data?a=1', headers: { 'device-token': secret }, shown: '/data?a=1' },
  ],
  [
    { type: 'header', name: 'X-Key', prefix: 'Key ', secret: 'env:T' },
    '/data',
    { url: '/data?a=1', headers: { 'x-key': `Key ${secret}` }, shown: '/data?a=1' },
  ],
  [
    { type: 'bearer', secret: 'env:T' },
    '/data',
    { url: '/data?a=1', headers: { authorization: `Bearer ${secret}` }, shown: '/data?a=1' },
  ],
  [
    { type: 'basic', username: { secret: 'env:USER' }, password: 'env:T' },
    '/data',
    {
      url: '/data?a=1',
      headers: { authorization: `Basic ${Buffer.from(`operator:${secret}`).toString('base64')}` },
      shown: '/data?a=1',
    },
  ],
  [
    { type: 'query', name: 'apikey', secret: 'env:T' },
    '/data',
    { url: '/data?a=1&apikey=s3cr3t%2Ftok+en%2B%3D', shown: '/data?a=1&apikey={apikey}' },
  ],
  [
    { type: 'path', secret: 'env:T' },
    '/things/{token}/data',
    { url: '/things/s3cr3t%2Ftok%20en%2B%3D/data?a=1', shown: '/things/{token}/data?a=1' },
  ],
];

test.each(cases)('%j', async (auth, path, expected) => {
  await using server = await echo();
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth });
  const response = await http.send({ path, query: { a: 1 }, signal });
  expect(http.json(response)).toMatchObject({ url: expected.url, headers: expected.headers ?? {} });
  expect(response.path).toBe(expected.shown);
  expect(response.credential).toBe('env:T');
  await http.close();
});

test.each(cases)('no error gives the secret away: %j', async (auth, path) => {
  const forms = [secret, encodeURIComponent(secret), 's3cr3t', Buffer.from(`operator:${secret}`).toString('base64')];
  await using cutting = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await using echoing = await httpServer((request, response) => {
    response.writeHead(401).end(`you sent ${request.url} ${JSON.stringify(request.headers)}`);
  });
  const host = fakeHost({ secrets });
  const first = createHttp({ host, baseUrl: cutting.url, auth });
  const cut = await thrownBy(first.send({ path, signal }));
  const second = createHttp({ host, baseUrl: echoing.url, auth });
  const refused = second.failure(await second.send({ path, signal }));
  expect(refused).toMatchObject({ kind: 'auth', scope: 'credential', credential: 'env:T', status: 401 });
  for (const error of [cut, refused]) for (const form of forms) expect(everythingIn(error)).not.toContain(form);
  await first.close();
  await second.close();
});

test('who asks: caudal/<version>; arrays repeat their key as written', async () => {
  await using server = await echo();
  const http = createHttp({ host: fakeHost(), baseUrl: `${server.url}/v1/` });
  const seen = http.json(
    await http.send({
      path: '/device/{id}/data',
      params: { id: 'a/b c' },
      query: { 'variable[]': ['x', 'y'], none: undefined },
      signal,
    }),
  ) as { url: string; headers: Record<string, string> };
  expect(seen.url).toBe('/v1/device/a%2Fb%20c/data?variable%5B%5D=x&variable%5B%5D=y');
  expect(seen.headers['user-agent']).toMatch(/^caudal\/\d+\.\d+\.\d+/);
  await http.close();
});

test.each(['..', '.', ''])('a path parameter %j cannot lead to another resource', async (id) => {
  const http = createHttp({ host: fakeHost(), baseUrl: 'http://vendor.invalid' });
  const error = await thrownBy(http.send({ path: '/device/{id}/data', params: { id }, signal }));
  expect(error).toMatchObject({ kind: 'config', sent: 'no' });
});

test.each(['ftp://x', 'nonsense', 'https://user:password@x', 'https://x/?a=1'])('base URL %s is refused', (baseUrl) => {
  expect(() => createHttp({ host: fakeHost(), baseUrl })).toThrow(
    expect.objectContaining({ kind: 'config', sent: 'no' }),
  );
});

test('a secret with a line break is refused before anything is sent', async () => {
  await using server = await echo();
  const host = fakeHost({ secrets: { 'env:T': 'first-line\nsecond-line' } });
  const http = createHttp({ host, baseUrl: server.url, auth: { type: 'bearer', secret: 'env:T' } });
  const error = await thrownBy(http.send({ path: '/x', signal }));
  expect(error).toMatchObject({ kind: 'config', sent: 'no' });
  expect(everythingIn(error)).not.toContain('first-line');
  await http.close();
});

const login: Auth = {
  type: 'login',
  path: '/login',
  fields: { username: 'operator', password: { secret: 'env:T' } },
  token: '/data/token',
  header: 'X-Authorization',
};

const loginServer = async (options: { expiresIn?: number; refuseFirst?: number; status?: number } = {}) => {
  const counts = { logins: 0, asked: 0 };
  let refuse = options.refuseFirst ?? 0;
  const server = await httpServer((request, response) => {
    if (request.url === '/login') {
      counts.logins += 1;
      const token = `token-number-${counts.logins}`;
      response.writeHead(options.status ?? 200).end(JSON.stringify({ data: { token }, expires: options.expiresIn }));
      return;
    }
    counts.asked += 1;
    const ok = refuse === 0 && request.headers['x-authorization'] === `Bearer token-number-${counts.logins}`;
    if (refuse > 0) refuse -= 1;
    response.writeHead(ok ? 200 : 401).end(JSON.stringify({ ok }));
  });
  return Object.assign(server, { counts });
};

test('many calls share one login', async () => {
  await using server = await loginServer();
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  const answers = await Promise.all(Array.from({ length: 20 }, () => http.send({ path: '/x', signal })));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(server.counts).toEqual({ logins: 1, asked: 20 });
  await http.close();
});

test('a refused token is renewed once, and the request sent once more', async () => {
  await using server = await loginServer({ refuseFirst: 1 });
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  expect((await http.send({ path: '/x', signal })).status).toBe(200);
  expect(server.counts).toEqual({ logins: 2, asked: 2 });
  await http.close();

  await using stubborn = await loginServer({ refuseFirst: 100 });
  const again = createHttp({ host: fakeHost({ secrets }), baseUrl: stubborn.url, auth: login });
  expect((await again.send({ path: '/x', signal })).status).toBe(401);
  expect(stubborn.counts).toEqual({ logins: 2, asked: 2 });
  await again.close();
});

test('a token is renewed before it runs out, on the host clock', async () => {
  await using server = await loginServer({ expiresIn: 3600 });
  const clock = virtualClock(1_000_000);
  const http = createHttp({
    host: fakeHost({ secrets, clock }),
    baseUrl: server.url,
    auth: { ...login, expiresIn: '/expires' },
  });
  await http.send({ path: '/x', signal });
  await clock.advance(3_539_000);
  await http.send({ path: '/x', signal });
  expect(server.counts.logins).toBe(1);
  await clock.advance(1000);
  await http.send({ path: '/x', signal });
  expect(server.counts.logins).toBe(2);
  await http.close();
});

test('the lifetime of a JSON Web Token is read from the token', async () => {
  let logins = 0;
  const jwt = `e30.${Buffer.from(JSON.stringify({ iat: 1000, exp: 10_000 })).toString('base64url')}.x`;
  await using server = await httpServer((request, response) => {
    if (request.url === '/login') logins += 1;
    response.end(JSON.stringify({ data: { token: jwt } }));
  });
  const clock = virtualClock(0);
  const http = createHttp({ host: fakeHost({ secrets, clock }), baseUrl: server.url, auth: login });
  await http.send({ path: '/x', signal });
  await clock.advance(8_939_000);
  await http.send({ path: '/x', signal });
  expect(logins).toBe(1);
  await clock.advance(1000);
  await http.send({ path: '/x', signal });
  expect(logins).toBe(2);
  await http.close();
});

test('a 401 that no login can help is not followed by one; whoever comes next logs in', async () => {
  await using server = await loginServer({ refuseFirst: 1 });
  const auth: LoginAuth = { ...login, expired: ({ body }) => Buffer.from(body).includes('expired') };
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth });
  expect((await http.send({ path: '/x', signal })).status).toBe(401);
  expect(server.counts).toEqual({ logins: 1, asked: 1 });
  expect((await http.send({ path: '/x', signal })).status).toBe(200);
  expect(server.counts.logins).toBe(2);
  await http.close();
});

test('a token that says no lifetime is used for the assumed one', async () => {
  await using server = await loginServer();
  const clock = virtualClock(0);
  const auth: LoginAuth = { ...login, assumedLifetimeMs: 3_300_000 };
  const http = createHttp({ host: fakeHost({ secrets, clock }), baseUrl: server.url, auth });
  await http.send({ path: '/x', signal });
  await clock.advance(3_239_000);
  await http.send({ path: '/x', signal });
  expect(server.counts.logins).toBe(1);
  await clock.advance(1000);
  await http.send({ path: '/x', signal });
  expect(server.counts.logins).toBe(2);
  await http.close();
});

test('the token for another channel is the one of the requests; forgetting it logs in again', async () => {
  await using server = await loginServer();
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  await http.send({ path: '/x', signal });
  const token = await http.token(login, signal);
  expect([token, server.counts.logins]).toEqual(['token-number-1', 1]);
  http.forget(login, token);
  expect(await http.token(login, signal)).toBe('token-number-2');
  await http.close();
});

test('a refused login names the credential, and the data request is not sent', async () => {
  await using server = await loginServer({ status: 401 });
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({
    kind: 'auth',
    scope: 'credential',
    credential: 'env:T',
  });
  expect(server.counts.asked).toBe(0);
  await http.close();
});

test('a refused login is not tried again for a while, unless the password is another one', async () => {
  await using server = await loginServer({ status: 403 });
  const clock = virtualClock(0);
  let password = 'first-password';
  const host = { ...fakeHost({ clock }), secret: async () => password };
  const http = createHttp({ host, baseUrl: server.url, auth: { ...login, refusedForMs: 900_000 } });
  const kinds = async () => (await thrownBy(http.send({ path: '/x', signal }))) as { kind: string; sent: string };
  for (let times = 0; times < 5; times += 1) expect(await kinds()).toMatchObject({ kind: 'auth', sent: 'no' });
  expect(server.counts).toEqual({ logins: 1, asked: 0 });
  password = 'second-password';
  await kinds();
  expect(server.counts.logins).toBe(2);
  await clock.advance(900_000);
  await kinds();
  expect(server.counts.logins).toBe(3);
  expect(await thrownBy(http.login(login, signal))).toMatchObject({ kind: 'auth' });
  expect(server.counts.logins).toBe(4);
  await http.close();
});

test('a token refused as soon as it was given rests the credential', async () => {
  await using server = await loginServer({ refuseFirst: 100 });
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  expect((await http.send({ path: '/x', signal })).status).toBe(401);
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'auth', sent: 'no' });
  expect(server.counts).toEqual({ logins: 2, asked: 2 });
  await http.close();
});

test('a login that is not answered was no request', async () => {
  await using server = await httpServer((request, response) => {
    if (request.url === '/login') response.writeHead(502).end('<html></html>');
    else response.end('{}');
  });
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'transient', sent: 'no' });
  await http.close();
});

const someJwt = 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl';
test.each([
  ['in an object', JSON.stringify({ token: someJwt })],
  ['as a JSON string', JSON.stringify(someJwt)],
  ['bare', `${someJwt}\n`],
])('a token %s is found', async (_name, answer) => {
  await using server = await httpServer((request, response) => response.end(request.url === '/login' ? answer : '{}'));
  const auth: Auth = { ...login, token: ['/token', ''], header: 'Authorization' };
  const host = fakeHost({ secrets });
  const http = createHttp({ host, baseUrl: server.url, auth });
  expect((await http.send({ path: '/x', signal })).status).toBe(200);
  expect(host.redact.text(someJwt)).toBe('[redacted]');
  await http.close();
});

test.each([['<html>log in</html>'], ['OK'], ['{"mensaje":"x"}'], ['']])('%j is no token', async (answer) => {
  await using server = await httpServer((_request, response) => response.end(answer));
  const http = createHttp({
    host: fakeHost({ secrets }),
    baseUrl: server.url,
    auth: { ...login, token: ['/token', ''] },
  });
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ sent: 'no' });
  await http.close();
});

test('a login answer without a token', async () => {
  await using server = await httpServer((_request, response) => response.end('{"data":{}}'));
  const http = createHttp({ host: fakeHost({ secrets }), baseUrl: server.url, auth: login });
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'auth', scope: 'credential' });
  await http.close();
});

test('a cancelled caller leaves, the login goes on for the others', async () => {
  const control = new AbortController();
  let answer = () => {};
  let asked = () => {};
  const waiting = new Promise<void>((resolve) => (asked = resolve));
  await using server = await httpServer((request, response) => {
    if (request.url !== '/login') {
      response.end('{}');
      return;
    }
    answer = () => response.end(JSON.stringify({ data: { token: 'a-shared-token' } }));
    asked();
  });
  const host = fakeHost({ secrets });
  const http = createHttp({ host, baseUrl: server.url, auth: login });
  const leaving = thrownBy(http.send({ path: '/x', signal: control.signal }));
  const staying = http.send({ path: '/x', signal });
  await waiting;
  control.abort();
  expect(await leaving).toMatchObject({ kind: 'transient', sent: 'no' });
  answer();
  expect((await staying).status).toBe(200);
  expect(host.redact.text('a-shared-token')).toBe('[redacted]');
  await http.close();
});
