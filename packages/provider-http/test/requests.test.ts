import { expect, test } from 'vitest';
import type { DeviceRef, Json, PullResult } from '@caudal/core';
import { http, type HttpConfig } from '@caudal/provider-http';
import { fakeHost, replies, startFaultServer, virtualClock } from '@caudal/testkit';
import { instanceOf, pullAll } from './pages.ts';

const signal = new AbortController().signal;
const secrets = {
  'env:A': 'secret-of-a-4711',
  'env:B': 'secret/of b',
  'env:DEVICE': 'device-secret-0815',
  'env:OTHER': 'other-secret-42',
};
const device = (more: Partial<DeviceRef> = {}): DeviceRef => ({
  id: 'ours',
  externalId: 'unit 1',
  credential: 'env:DEVICE',
  settings: {},
  variables: [
    { name: 'level', settings: {} },
    { name: 'flow', settings: {} },
  ],
  ...more,
});
const answer: HttpConfig['answer'] = {
  shape: { type: 'list', variable: 'n', value: 'v' },
  time: { at: 't', format: 'epoch-ms' },
};
const none = replies.json([]);
const from = Date.UTC(2026, 6, 6, 14, 0, 0, 250);
const window = { from, to: from + 3_600_000 };

/** What the server is asked for one pull of a configuration, and what of it is stored. */
const asked = async (
  config: Omit<HttpConfig, 'baseUrl'>,
  call: { readonly devices?: DeviceRef[]; readonly window?: typeof window } = {},
) => {
  await using server = await startFaultServer();
  server.reply('*', none);
  const host = fakeHost({ secrets });
  const instance = instanceOf(
    http({ secrets: { a: 'env:A', b: 'env:B' }, answer, ...config, baseUrl: `${server.url}/v1` }),
    host,
  );
  const result = await instance.pull?.({ devices: [device()], limit: 50, signal, ...call });
  await instance.close?.();
  const [request] = server.requests;
  if (request === undefined || result === undefined) throw new Error('nothing was asked');
  const stored = JSON.stringify([result.records.map(({ envelope }) => envelope), host.entries]);
  return { request, stored, path: result.records[0]?.envelope.path };
};

const latest = { latest: { path: '/d/{device}' } };

test.each<[string, HttpConfig['auth'], Record<string, string>, string]>([
  ['none', undefined, {}, '/v1/d/unit%201'],
  [
    'several headers',
    [
      { type: 'header', name: 'X-A', use: 'a' },
      { type: 'header', name: 'X-B', use: 'b', prefix: 'Key ' },
      { type: 'header', name: 'X-D', use: 'credential' },
    ],
    { 'x-a': 'secret-of-a-4711', 'x-b': 'Key secret/of b', 'x-d': 'device-secret-0815' },
    '/v1/d/unit%201',
  ],
  [
    'a query parameter beside a header',
    [
      { type: 'header', name: 'X-A', use: 'a' },
      { type: 'query', name: 'key', use: 'b' },
    ],
    { 'x-a': 'secret-of-a-4711' },
    '/v1/d/unit%201?key=secret%2Fof+b',
  ],
  ['bearer', [{ type: 'bearer', use: 'credential' }], { authorization: 'Bearer device-secret-0815' }, '/v1/d/unit%201'],
  [
    'basic',
    [{ type: 'basic', user: 'operator', use: 'a' }],
    { authorization: `Basic ${Buffer.from('operator:secret-of-a-4711').toString('base64')}` },
    '/v1/d/unit%201',
  ],
])('credentials: %s', async (_name, auth, headers, target) => {
  const { request, stored } = await asked({ pull: latest, ...(auth === undefined ? {} : { auth }) });
  expect(request.headers).toMatchObject(headers);
  expect(request.target).toBe(target);
  for (const secret of Object.values(secrets)) expect(stored).not.toContain(secret);
});

test('credentials: a segment of the path, stored as its placeholder', async () => {
  const { request, path, stored } = await asked({
    auth: [{ type: 'path', use: 'credential' }],
    pull: { latest: { path: '/things/{token}/{device}' } },
  });
  expect(request.target).toBe('/v1/things/device-secret-0815/unit%201');
  expect(path).toBe('/v1/things/{token}/unit%201');
  expect(stored).not.toContain('device-secret-0815');
});

test('credentials: a login with the fields of the configuration, once for many requests and again after 401', async () => {
  await using server = await startFaultServer();
  server.reply(
    '/auth',
    replies.json({ data: { jwt: 'token-one-1234' } }),
    replies.json({ data: { jwt: 'token-two-5678' } }),
  );
  server.reply('*', none, none, replies.answer(401), none);
  const host = fakeHost({ secrets, clock: virtualClock(from) });
  const instance = instanceOf(
    http({
      baseUrl: server.url,
      secrets: { a: 'env:A' },
      auth: [
        {
          type: 'login',
          path: '/auth',
          fields: { user: 'tenant', password: '{secret.a}' },
          tokenAt: '/data/jwt',
          header: 'X-Authorization',
        },
      ],
      pull: latest,
      answer,
    }),
    host,
  );
  for (let count = 0; count < 3; count += 1) await instance.pull?.({ devices: [device()], limit: 1, signal });
  const logins = server.requests.filter(({ path }) => path === '/auth');
  expect(logins.map(({ text }) => JSON.parse(text) as unknown)).toEqual(
    [1, 2].map(() => ({ user: 'tenant', password: 'secret-of-a-4711' })),
  );
  expect(
    server.requests.filter(({ path }) => path !== '/auth').map(({ headers }) => headers['x-authorization']),
  ).toEqual(['Bearer token-one-1234', 'Bearer token-one-1234', 'Bearer token-one-1234', 'Bearer token-two-5678']);
  expect(host.logs).not.toContain('token-one-1234');
});

test('a login of each device uses its own credential, and a device without one fails alone', async () => {
  await using server = await startFaultServer();
  server.reply('/auth', (request) =>
    replies.json({ token: `token of ${request.text.length} ${JSON.stringify(request.text)}` }),
  );
  server.reply('*', none);
  const instance = instanceOf(
    http({
      baseUrl: server.url,
      auth: [
        { type: 'login', path: '/auth', fields: { key: '{credential}', site: '{parameter.site}' }, tokenAt: '/token' },
      ],
      pull: latest,
      answer,
    }),
    fakeHost({ secrets }),
  );
  const one = device({ settings: { parameters: { site: 'north' } } });
  const other = device({ credential: 'env:OTHER', settings: { parameters: { site: 'south' } } });
  for (const each of [one, other, one]) await instance.pull?.({ devices: [each], limit: 1, signal });
  expect(server.requests.filter(({ path }) => path === '/auth').map(({ text }) => JSON.parse(text) as unknown)).toEqual(
    [
      { key: 'device-secret-0815', site: 'north' },
      { key: 'other-secret-42', site: 'south' },
    ],
  );
  const { credential: _none, ...bare } = one;
  await expect(instance.pull?.({ devices: [bare], limit: 1, signal })).rejects.toMatchObject({
    kind: 'config',
    scope: 'device',
    sent: 'no',
  });
});

test.each([
  ['epoch-ms', `${from}`, `${window.to}`],
  ['epoch-s', `${(from - 250) / 1000}`, `${(window.to + 750) / 1000}`],
  ['iso', '2026-07-06T14:00:00.250Z', '2026-07-06T15:00:00.250Z'],
  ['yyyy-MM-dd HH:mm:ss', '2026-07-06 10:00:00', '2026-07-06 11:00:01'],
  ["yyyy-MM-dd'T'HH:mmXXX", '2026-07-06T10:00-04:00', '2026-07-06T11:01-04:00'],
  ['dd/MM/yyyy hh:mm a', '06/07/2026 10:00 AM', '06/07/2026 11:01 AM'],
  ['yyyyMMdd', '20260706', '20260707'],
])('a window written as %s never leaves out an instant', async (format, start, end) => {
  const { request } = await asked(
    {
      pull: {
        range: { path: '/r', query: { start: `{from:${format}}`, end: `{to:${format}}` }, zone: 'America/Santiago' },
      },
    },
    { window },
  );
  expect([request.query.get('start'), request.query.get('end')]).toEqual([start, end]);
});

test('an end that belongs to the answer is a step earlier; a wider request is wider at both ends', async () => {
  const query = { s: '{from:epoch-ms}', e: '{to:epoch-ms}' };
  const inclusive = await asked({ pull: { range: { path: '/r', query, end: 'inclusive' } } }, { window });
  expect(inclusive.request.query.get('e')).toBe(String(window.to - 1));
  const wider = await asked({ pull: { range: { path: '/r', query, widenMs: 1000 } } }, { window });
  expect([wider.request.query.get('s'), wider.request.query.get('e')]).toEqual([
    String(from - 1000),
    String(window.to + 1000),
  ]);
});

test('lists: joined by commas, one parameter each, or a list in JSON; numbers stay numbers', async () => {
  const { request } = await asked(
    {
      secrets: { a: 'env:A' },
      pull: {
        range: {
          method: 'POST',
          path: '/q/{device}',
          query: { keys: '{variables}', 'variable[]': { each: 'v-{variable}' }, page: '{parameter.page}' },
          headers: { 'X-Site': 'site {parameter.site}' },
          body: {
            json: {
              auth: { cik: '{secret.a}' },
              keys: '{variables}',
              limit: '{limit}',
              from: '{from:epoch-ms}',
              text: 'up to {limit} {{rows}}',
              gone: '{parameter.page}',
              calls: [{ id: 0 }],
            },
          },
        },
      },
    },
    { devices: [device({ settings: { parameters: { site: 'north' } } })], window },
  );
  expect(request.query.get('keys')).toBe('level,flow');
  expect(request.query.getAll('variable[]')).toEqual(['v-level', 'v-flow']);
  expect(request.query.has('page')).toBe(false);
  expect(request.headers['x-site']).toBe('site north');
  expect(JSON.parse(request.text)).toEqual({
    auth: { cik: 'secret-of-a-4711' },
    keys: ['level', 'flow'],
    limit: 50,
    from,
    text: 'up to 50 {rows}',
    calls: [{ id: 0 }],
  });
});

test('a form, and a text of its own media type', async () => {
  const form = await asked({
    pull: { latest: { method: 'POST', path: '/f', body: { form: { id: '{device}', gone: '{parameter.x}' } } } },
  });
  expect(form.request.text).toBe('id=unit+1');
  const text = await asked({
    pull: { latest: { method: 'POST', path: '/t', body: { text: '<get id="{device}"/>', mediaType: 'text/xml' } } },
  });
  expect([text.request.headers['content-type'], text.request.text]).toEqual(['text/xml', '<get id="unit 1"/>']);
});

test('several devices in one request', async () => {
  const { request, path } = await asked(
    {
      auth: [{ type: 'bearer', use: 'a' }],
      pull: { covers: 'provider', latest: { path: '/all', query: { id: { each: '{device}' }, keys: '{variables}' } } },
    },
    { devices: [device(), device({ id: 'theirs', externalId: 'unit 2', variables: [{ name: 'ph', settings: {} }] })] },
  );
  expect(request.target).toBe('/v1/all?id=unit+1&id=unit+2&keys=level%2Cflow%2Cph');
  expect(path).toBe(request.target);
});

test('a parameter that is declared secret is kept out of the stored path', async () => {
  const { request, path } = await asked(
    { redact: ['serial'], pull: { latest: { path: '/s/{parameter.serial}' } } },
    { devices: [device({ settings: { parameters: { serial: 'SN-998877' } } })] },
  );
  expect(request.target).toBe('/v1/s/SN-998877');
  expect(path).not.toContain('SN-998877');
});

test('a credential of one variable goes before that of the device, one variable a request', async () => {
  const pull = { covers: 'variable', latest: { path: '/{variable}' } } as const;
  const variables = [{ name: 'level', settings: { credential: 'env:OTHER' } }];
  const { request } = await asked(
    { auth: [{ type: 'bearer', use: 'credential' }], pull },
    { devices: [device({ variables })] },
  );
  expect(request.headers['authorization']).toBe('Bearer other-secret-42');
});

test('a page of one instant is asked for again with the largest limit', async () => {
  await using server = await startFaultServer();
  const rows = Array.from({ length: 5 }, (_value, index) => ({ n: 'level', v: index, t: from }));
  server.reply('*', (request) => replies.json(rows.slice(0, Number(request.query.get('limit')))));
  const instance = instanceOf(
    http({
      baseUrl: server.url,
      pull: {
        covers: 'variable',
        range: { path: '/', query: { from: '{from:epoch-ms}', to: '{to:epoch-ms}', limit: '{limit}' } },
        page: { style: 'time' },
        order: 'ascending',
        maxLimit: 10,
      },
      answer,
    }),
    fakeHost(),
  );
  const call = { devices: [device({ variables: [{ name: 'level', settings: {} }] })], window, limit: 3 };
  const results = await pullAll(instance, call);
  expect(server.requests.map(({ query }) => query.get('limit'))).toEqual(['3', '10']);
  expect(JSON.parse(Buffer.from(results.at(-1)?.records[0]?.body ?? []).toString())).toHaveLength(5);
});

test('a feed goes on from its cursor and keeps its place when there is nothing new', async () => {
  await using server = await startFaultServer();
  server.reply(
    '*',
    replies.json({ next: 'c1', rows: [{ n: 'level', v: 1, t: from }] }),
    replies.json({ next: 'c2', rows: [] }),
    replies.json({ next: 'c2', rows: [] }),
  );
  const plugin = http({
    baseUrl: server.url,
    pull: { feed: { path: '/feed', query: { after: '{cursor}' } }, page: { style: 'cursor', next: 'next' } },
    answer: { ...answer, items: 'rows' },
  });
  expect(plugin.definition.capabilities.pull).toMatchObject({ by: 'cursor', range: false });
  const instance = instanceOf(plugin, fakeHost());
  const pages: (Json | undefined)[] = [];
  let page: Json | undefined;
  for (let count = 0; count < 3; count += 1) {
    const result: PullResult | undefined = await instance.pull?.({
      devices: [device()],
      limit: 10,
      signal,
      ...(page === undefined ? {} : { page }),
    });
    pages.push(result?.page);
    page = result?.page ?? page;
  }
  expect(pages).toEqual([{ cursor: 'c1' }, { cursor: 'c2' }, undefined]);
  expect(server.requests.map(({ target }) => target)).toEqual(['/feed', '/feed?after=c1', '/feed?after=c2']);
});

test('an answer cut short by its limit, without a way to go on, is told in the log', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json([{ n: 'level', v: 1, t: from }]));
  const host = fakeHost();
  const instance = instanceOf(
    http({
      baseUrl: server.url,
      pull: { range: { path: '/', query: { f: '{from:epoch-ms}', n: '{limit}' } } },
      answer,
    }),
    host,
  );
  await instance.pull?.({ devices: [device()], window, limit: 1, signal });
  expect(host.logs).toContain('rows may be missing');
});

test('check: the request of the configuration, the login, or the latest value of a device', async () => {
  await using server = await startFaultServer();
  server.reply('/me', replies.json({}));
  server.reply('/login', replies.json({ token: 'token-of-the-login' }), replies.answer(401));
  server.reply('*', none);
  const named = instanceOf(
    http({
      baseUrl: server.url,
      secrets: { a: 'env:A' },
      auth: [{ type: 'bearer', use: 'a' }],
      check: { path: '/me' },
      pull: latest,
      answer,
    }),
    fakeHost({ secrets }),
  );
  expect(await named.check({ signal })).toMatchObject({ ok: true });
  server.reply('/me', replies.answer(403));
  expect(await named.check({ signal })).toMatchObject({ ok: false });
  const config: HttpConfig = {
    baseUrl: server.url,
    secrets: { a: 'env:A' },
    auth: [{ type: 'login', path: '/login', fields: { p: '{secret.a}' }, tokenAt: '/token' }],
    pull: latest,
    answer,
  };
  expect(await instanceOf(http(config), fakeHost({ secrets })).check({ signal })).toEqual({
    ok: true,
    message: 'the login works',
  });
  expect(await instanceOf(http(config), fakeHost({ secrets })).check({ signal })).toMatchObject({ ok: false });
  const own = instanceOf(
    http({ baseUrl: server.url, auth: [{ type: 'bearer', use: 'credential' }], pull: latest, answer }),
    fakeHost({ secrets }),
  );
  expect(await own.check({ signal, device: device() })).toMatchObject({ ok: true });
  expect(server.requests.at(-1)?.target).toBe('/d/unit%201');
});

test('discover lists devices page by page and variables of a device', async () => {
  await using server = await startFaultServer();
  const page = (ids: readonly number[], hasNext: boolean) =>
    replies.json({ data: ids.map((id) => ({ id: { id }, name: `Well ${id}`, seen: from / 1000 })), hasNext });
  server.reply('/devices', page([1, 2], true), page([3], false));
  server.reply('/d/unit%201/keys', replies.json(['level', 'flow']));
  const instance = instanceOf(
    http({
      baseUrl: server.url,
      pull: latest,
      answer,
      discover: {
        devices: {
          request: { path: '/devices', query: { page: '{page}', size: '{limit}' } },
          items: 'data',
          id: 'id.id',
          name: 'name',
          lastContact: { at: 'seen', format: 'epoch-s' },
          page: { style: 'number', more: 'hasNext' },
          limit: 2,
        },
        variables: { request: { path: '/d/{device}/keys' } },
      },
    }),
    fakeHost({ secrets }),
  );
  expect(await instance.discover?.({ signal, devices: [device()] })).toEqual({
    devices: [1, 2, 3].map((id) => ({ externalId: String(id), name: `Well ${id}`, lastContact: from })),
    variables: ['level', 'flow'].map((name) => ({ device: 'unit 1', name })),
  });
});
