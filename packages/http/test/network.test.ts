import { expect, test, vi } from 'vitest';
import { createHttp } from '@caudal/http';
import { fakeHost, untrusted } from '@caudal/testkit';
import { otherName } from './other-name.ts';
import { httpServer, httpsServer, proxyServer } from './servers.ts';
import { everythingIn, thrownBy } from './thrown.ts';

const signal = new AbortController().signal;

test('an outbound proxy carries plain and TLS requests, with its credentials', async () => {
  await using plain = await httpServer((_request, response) => response.end('{"via":"http"}'));
  await using secure = await httpsServer((_request, response) => response.end('{"via":"https"}'));
  await using proxy = await proxyServer();
  const network = { proxy: `http://user:pass%20word@127.0.0.1:${proxy.port}`, ca: untrusted.certificate };
  for (const [server, via] of [
    [plain, 'http'],
    [secure, 'https'],
  ] as const) {
    const http = createHttp({ host: fakeHost({ network }), baseUrl: server.url });
    expect(http.json(await http.send({ path: '/x', signal }))).toEqual({ via });
    await http.close();
  }
  const authorization = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
  expect(proxy.tunnels).toEqual([
    { to: `127.0.0.1:${plain.port}`, authorization },
    { to: `127.0.0.1:${secure.port}`, authorization },
  ]);
});

test.each([
  [407, 'config'],
  [502, 'transient'],
])('a proxy that refuses with %i: nothing was sent', async (status, kind) => {
  await using proxy = await proxyServer(status);
  const host = fakeHost({ network: { proxy: `http://user:proxy-password@127.0.0.1:${proxy.port}` } });
  const http = createHttp({ host, baseUrl: 'https://vendor.invalid' });
  const error = await thrownBy(http.send({ path: '/x', signal }));
  expect(error).toMatchObject({ kind, sent: 'no' });
  expect(everythingIn(error)).not.toContain('proxy-password');
  await http.close();
});

test('TLS through a proxy is verified as well', async () => {
  await using secure = await httpsServer((_request, response) => response.end('{}'));
  await using proxy = await proxyServer();
  const http = createHttp({ host: fakeHost({ network: { proxy: proxy.url } }), baseUrl: secure.url });
  expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'config', sent: 'no' });
  await http.close();
});

test('a certificate for another name is refused although its authority is trusted', async () => {
  await using server = await httpsServer((_request, response) => response.end('{}'), otherName);
  const http = createHttp({ host: fakeHost({ network: { ca: otherName.certificate } }), baseUrl: server.url });
  const error = await thrownBy(http.send({ path: '/x', signal }));
  expect(error).toMatchObject({ kind: 'config', sent: 'no' });
  expect(error.message).toContain('another name');
  await http.close();
});

test('the environment cannot switch TLS verification off', async () => {
  await using server = await httpsServer((_request, response) => response.end('{}'));
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  try {
    const http = createHttp({ host: fakeHost(), baseUrl: server.url });
    expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'config', sent: 'no' });
    await http.close();
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a CA or proxy that is none is a configuration error', async () => {
  for (const network of [{ ca: 'not pem' }, { proxy: 'socks5://127.0.0.1:1' }]) {
    const http = createHttp({ host: fakeHost({ network }), baseUrl: 'https://vendor.invalid' });
    expect(await thrownBy(http.send({ path: '/x', signal }))).toMatchObject({ kind: 'config', sent: 'no' });
    await http.close();
  }
});

test('redirects are followed within one origin and never to another', async () => {
  const seen: (string | undefined)[] = [];
  await using other = await httpServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  await using server = await httpServer((request, response) => {
    if (request.url === '/near') response.writeHead(302, { location: '/here' }).end();
    else if (request.url === '/far') response.writeHead(302, { location: `${other.url}/here` }).end();
    else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
    else response.end(JSON.stringify({ url: request.url, authorization: request.headers.authorization }));
  });
  const host = fakeHost({ secrets: { 'env:T': 'secret-token' } });
  const http = createHttp({ host, baseUrl: server.url, auth: { type: 'bearer', secret: 'env:T' } });
  expect(http.json(await http.send({ path: '/near', signal }))).toEqual({
    url: '/here',
    authorization: 'Bearer secret-token',
  });
  const far = await http.send({ path: '/far', signal });
  expect(far.status).toBe(302);
  expect(http.failure(far)).toMatchObject({ kind: 'config' });
  expect(seen).toEqual([]);
  expect(await thrownBy(http.send({ path: '/round', signal }))).toMatchObject({ kind: 'config' });
  const posted = await http.send({ method: 'POST', path: '/near', body: { json: {} }, signal });
  expect(posted.status).toBe(302);
  await http.close();
});
