import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeviceRef, isCaudalError, type Json, open, type PullResult, type SecretReference } from '@caudal/core';
import { tago, type TagoConfig, type TagoDeviceSettings, type TagoVariableSettings } from '@caudal/provider-tago';
import { fakeHost } from '@caudal/testkit';
import { type Answer, dataOf, serve, type StoredItem } from './tago-server.ts';

type Device = DeviceRef<TagoDeviceSettings, TagoVariableSettings>;

const signal = new AbortController().signal;
const token = '11111111-2222-3333-4444-555555555555';
const secrets = {
  'env:DEVICE': token,
  'env:OTHER': '66666666-7777-8888-9999-000000000000',
  'env:ACCOUNT': 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
};
const device = (
  variables: readonly (string | { name: string; token: SecretReference })[],
  credential = true,
): Device => ({
  id: 'ours',
  externalId: 'd',
  ...(credential ? { credential: 'env:DEVICE' as const } : {}),
  settings: {},
  variables: variables.map((one) =>
    typeof one === 'string' ? { name: one, settings: {} } : { name: one.name, settings: { token: one.token } },
  ),
});
const openAt = (baseUrl: string, config: TagoConfig = {}) => open(tago({ baseUrl, ...config }), fakeHost({ secrets }));
const context = { settings: () => undefined, externalId: () => undefined };
const itemsIn = ({ records }: PullResult) =>
  records.flatMap(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { result: StoredItem[] }).result);
const stored = (variable: string, instant: number, id: string): StoredItem => ({
  id,
  device: 'd',
  variable,
  value: 1,
  time: new Date(instant).toISOString(),
});
const thrown = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isCaudalError(error)) throw new Error('expected a CaudalError', { cause: error });
  return error;
};

/** Every page of a window, as a host would ask for them. */
const pullAll = async (
  instance: Awaited<ReturnType<typeof openAt>>,
  request: { devices: Device[]; window?: { from: number; to: number }; limit: number },
) => {
  const results: PullResult[] = [];
  let page: Json | undefined;
  do {
    const result: PullResult = await instance.pull!({ ...request, signal, ...(page === undefined ? {} : { page }) });
    results.push(result);
    page = result.page;
    if (results.length > 500) throw new Error('paging does not end');
  } while (page !== undefined);
  return results;
};

test('latest: several variables in one request with the device token; the envelope is safe to store', async () => {
  await using server = await serve(() => ({
    headers: { date: 'Sun, 05 Jul 2026 22:47:00 GMT' },
    body: { status: true, result: [stored('a', 1000, '1'), stored('b', 2000, '2')] },
  }));
  await using instance = await openAt(server.url);
  const result = await instance.pull!({ devices: [device(['a', 'b'])], limit: 10, signal });
  expect(server.asked).toHaveLength(1);
  expect(server.asked[0]?.url.pathname).toBe('/data');
  expect(server.asked[0]?.url.searchParams.getAll('variable[]')).toEqual(['a', 'b']);
  expect(server.asked[0]?.url.searchParams.get('query')).toBe('last_item');
  expect(server.asked[0]?.headers.authorization).toBe(token);
  expect(result.page).toBeUndefined();
  expect(result.serverTime).toBe(Date.UTC(2026, 6, 5, 22, 47));
  expect(result.records[0]?.envelope).toMatchObject({
    channel: 'pull',
    device: 'ours',
    asked: { devices: ['d'], variables: ['a', 'b'] },
    path: '/data?variable%5B%5D=a&variable%5B%5D=b&query=last_item',
    status: 200,
  });
  expect(JSON.stringify(result.records[0]?.envelope)).not.toContain(token);
});

test.each(['Authorization', 'Device-Token', 'token'] as const)('the token goes raw into %s', async (tokenHeader) => {
  await using server = await serve(() => ({ body: { status: true, result: [] } }));
  await using instance = await openAt(server.url, { tokenHeader });
  await instance.pull!({ devices: [device(['a'])], limit: 1, signal });
  expect(server.asked[0]?.headers[tokenHeader.toLowerCase()]).toBe(token);
});

test('latest: variables that the answer lacks are asked alone, one request a pull, and nothing is made up', async () => {
  await using server = await serve(({ url }) => {
    const names = [...url.searchParams.getAll('variable'), ...url.searchParams.getAll('variable[]')];
    const first = names[0] ?? '';
    return { body: { status: true, result: first === 'never' ? [] : [stored(first, 1000, first)] } };
  });
  await using instance = await openAt(server.url);
  const results = await pullAll(instance, { devices: [device(['a', 'b', 'never'])], limit: 10 });
  expect(results.map((result) => itemsIn(result).map(({ variable }) => variable))).toEqual([['a'], ['b'], []]);
});

test('row 9: no login, one request for all variables of a device', async () => {
  await using server = await serve(dataOf(['a', 'b', 'c'].map((name) => stored(name, 1000, name))));
  await using instance = await openAt(server.url);
  const results = await pullAll(instance, {
    devices: [device(['a', 'b', 'c'])],
    window: { from: 0, to: 5000 },
    limit: 100,
  });
  expect([results.length, server.asked.length]).toEqual([1, 1]);
  expect(server.asked[0]?.url.searchParams.get('ordination')).toBe('ascending');
});

test('a variable with a token of its own is asked on a page of its own and belongs to the logger', async () => {
  await using server = await serve(({ headers }) => ({
    body: {
      status: true,
      result: [
        {
          ...stored(headers.authorization === token ? 'a' : 'b', 1000, '1'),
          device: headers.authorization === token ? 'd' : 'elsewhere',
        },
      ],
    },
  }));
  await using instance = await openAt(server.url);
  const results = await pullAll(instance, { devices: [device(['a', { name: 'b', token: 'env:OTHER' }])], limit: 10 });
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([token, secrets['env:OTHER']]);
  const readings = results.flatMap(({ records }) =>
    records.flatMap((record) => instance.decode({ ...record, id: 'r', receivedAt: 0 }, context).readings),
  );
  expect(readings.map((reading) => [reading.variable, reading.device])).toEqual([
    ['a', 'd'],
    ['b', 'd'],
  ]);
});

test('a device without a token is read with that of the account, by its id', async () => {
  await using server = await serve(() => ({ body: { status: true, result: [] } }));
  await using instance = await openAt(server.url, { token: 'env:ACCOUNT' });
  await instance.pull!({ devices: [device(['a'], false)], limit: 1, signal });
  expect(server.asked[0]?.url.pathname).toBe('/device/d/data');
  expect(server.asked[0]?.headers.authorization).toBe(secrets['env:ACCOUNT']);
});

test('no token at all is a mistake of the configuration, and nothing is sent', async () => {
  await using instance = await openAt('http://vendor.invalid');
  const error = await thrown(instance.pull!({ devices: [device(['a'], false)], limit: 1, signal }));
  expect(error).toMatchObject({ kind: 'config', scope: 'device', sent: 'no' });
});

test('row 14: full page boundary, equal times, empty page: nothing is lost and paging ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 8 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      async (instants, limit) => {
        const items = instants.map((instant, index) => stored(index % 3 === 0 ? 'a' : 'b', instant, String(index)));
        await using server = await serve(dataOf(items));
        await using instance = await openAt(server.url);
        const results = await pullAll(instance, { devices: [device(['a', 'b'])], window: { from: 0, to: 8 }, limit });
        const got = new Set(results.flatMap(itemsIn).map(({ id }) => id));
        const wanted = items.filter(({ time }) => time < new Date(8).toISOString()).map(({ id }) => id);
        expect([...got].toSorted()).toEqual(wanted.toSorted());
        for (const result of results) expect(itemsIn(result).length).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 60 },
  );
});

test('row 14: more than a full page at one instant', async () => {
  const items = Array.from({ length: 25 }, (_value, index) => stored('a', 5000, String(index)));
  items.push(stored('a', 6000, 'last'));
  await using server = await serve(dataOf(items));
  await using instance = await openAt(server.url);
  const results = await pullAll(instance, { devices: [device(['a'])], window: { from: 0, to: 10_000 }, limit: 10 });
  expect(new Set(results.flatMap(itemsIn).map(({ id }) => id)).size).toBe(26);
});

test('row 16: a server that ignores the order asked for loses nothing', async () => {
  const items = Array.from({ length: 25 }, (_value, index) => stored('a', index, String(index)));
  const descending = dataOf(items);
  await using server = await serve((asked) => {
    asked.url.searchParams.delete('ordination');
    return descending(asked);
  });
  await using instance = await openAt(server.url);
  const results = await pullAll(instance, { devices: [device(['a'])], window: { from: 0, to: 100 }, limit: 10 });
  expect(new Set(results.flatMap(itemsIn).map(({ id }) => id)).size).toBe(25);
});

test('row 14: a page that shrinks because data expired ends the window', async () => {
  let asked = 0;
  const items = Array.from({ length: 10 }, (_value, index) => stored('a', index, String(index)));
  await using server = await serve((request) => {
    asked += 1;
    return asked === 1 ? dataOf(items)(request) : { body: { status: true, result: [] } };
  });
  await using instance = await openAt(server.url);
  expect(await pullAll(instance, { devices: [device(['a'])], window: { from: 0, to: 100 }, limit: 10 })).toHaveLength(
    2,
  );
});

test('a page of somebody else is refused', async () => {
  await using instance = await openAt('http://vendor.invalid');
  for (const page of [1, {}, { group: -1, token: 'device' }, { group: 0, token: 'device', skip: 'x' }]) {
    const error = await thrown(instance.pull!({ devices: [device(['a'])], limit: 1, signal, page }));
    expect(error).toMatchObject({ kind: 'bug', sent: 'no' });
  }
});

const failures: [string, Answer, object][] = [
  [
    'status:false with a message',
    { status: 401, body: { status: false, message: 'Authorization Denied' } },
    { kind: 'auth', scope: 'credential', credential: 'env:DEVICE' },
  ],
  [
    'status:false inside result',
    { status: 401, body: { status: false, result: { message: 'Authorization Denied' } } },
    { kind: 'auth', scope: 'credential', credential: 'env:DEVICE' },
  ],
  [
    'status:false with HTTP 200',
    { body: { status: false, message: 'Authorization Denied' } },
    { kind: 'auth', scope: 'credential', credential: 'env:DEVICE' },
  ],
  [
    'an unknown refusal with HTTP 200',
    { body: { status: false, message: 'No' } },
    { kind: 'rejected', scope: 'device' },
  ],
  [
    'the wait inside the 429 message',
    { status: 429, body: { status: false, message: 'Too many requests (Retry-After: 8)' } },
    { kind: 'rate-limit', scope: 'instance', retryAfterMs: 8000 },
  ],
  [
    '429 without a wait: until the next clock minute of the vendor',
    {
      status: 429,
      headers: { date: 'Sun, 05 Jul 2026 22:46:54 GMT' },
      body: { status: false, message: 'Too many requests' },
    },
    { kind: 'rate-limit', retryAfterMs: 6000 },
  ],
  [
    'the monthly Data Output is used up',
    { status: 429, body: { status: false, message: 'Data Output limit exceeded' } },
    { kind: 'quota', scope: 'instance' },
  ],
  [
    'an unknown device',
    { status: 404, body: { status: false, message: 'Device not found' } },
    { kind: 'config', scope: 'device' },
  ],
  [
    'a server fault',
    { status: 500, body: { status: false, message: 'Internal error' } },
    { kind: 'transient', scope: 'instance' },
  ],
  [
    'an HTML page',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' },
    { kind: 'transient', scope: 'instance' },
  ],
  [
    'an HTML page with HTTP 200',
    { headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
    { kind: 'transient' },
  ],
  ['JSON that is no answer', { body: [] }, { kind: 'invalid-data', scope: 'device' }],
  ['no JSON', { body: 'ok' }, { kind: 'invalid-data' }],
];

test.each(failures)('row 1, fixture: %s is a failure and gives no record', async (_name, answer, expected) => {
  await using server = await serve(() => answer);
  await using instance = await openAt(server.url);
  const error = await thrown(instance.pull!({ devices: [device(['a'])], limit: 1, signal }));
  expect(error).toMatchObject(expected);
  expect(JSON.stringify(error) + error.message).not.toContain(token);
  expect(server.asked).toHaveLength(1);
});

test('row 13: a token that the vendor sends back is not in the error', async () => {
  await using server = await serve(({ headers }) => ({
    status: 400,
    body: { status: false, message: `bad token ${headers.authorization}` },
  }));
  await using instance = await openAt(server.url);
  const error = await thrown(instance.pull!({ devices: [device(['a'])], limit: 1, signal }));
  expect(error.detail).toContain('[redacted]');
  expect(JSON.stringify(error) + error.message + error.stack).not.toContain(token);
});
