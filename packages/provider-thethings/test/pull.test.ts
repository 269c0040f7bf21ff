import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCaudalError, type Json, open, type PullResult } from '@caudal/core';
import { thethings, type TheThingsConfig } from '@caudal/provider-thethings';
import { type RangeBounds, startTheThings, type TheThingsItem, type TheThingsOptions } from '@caudal/simulators';
import { fakeHost, replies, startFaultServer, virtualClock } from '@caudal/testkit';
import { device, everyFormOf, secrets, token } from './thing.ts';

const signal = new AbortController().signal;
const start = Date.UTC(2026, 6, 6, 12);
const context = { settings: () => ({}), externalId: () => undefined };

const world = async (options: Omit<TheThingsOptions, 'clock'> = {}, config: TheThingsConfig = {}) => {
  const clock = virtualClock(start);
  const server = await startTheThings({ clock, ...options });
  const thing = server.addThing({ token });
  const instance = await open(thethings({ baseUrl: server.url, ...config }), fakeHost({ clock, secrets }));
  return {
    clock,
    server,
    thing,
    instance,
    async [Symbol.asyncDispose]() {
      await instance.close?.();
      await server.close();
    },
  };
};
type World = Awaited<ReturnType<typeof world>>;

const item = (key: string, datetime: number, value: TheThingsItem['value'] = 1): TheThingsItem => ({
  key,
  datetime,
  value,
  created: 0,
});

/** Every page of a window, as a host would ask for them: each page survives JSON. */
const pullAll = async ({ instance }: World, names: string[], window: { from: number; to: number }, limit: number) => {
  const results: PullResult[] = [];
  let page: Json | undefined;
  do {
    const request = { devices: [device(...names)], window, limit, signal };
    const result: PullResult = await instance.pull!({ ...request, ...(page === undefined ? {} : { page }) });
    results.push(result);
    page = result.page === undefined ? undefined : (JSON.parse(JSON.stringify(result.page)) as Json);
    if (results.length > 1000) throw new Error('paging does not end');
  } while (page !== undefined);
  return results;
};

const readingsOf = ({ instance }: World, results: readonly PullResult[]) =>
  results
    .flatMap(({ records }) => records)
    .flatMap((record) => instance.decode({ ...record, id: 'r', receivedAt: 0 }, context).readings);

const thrown = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isCaudalError(error)) throw new Error('expected a CaudalError', { cause: error });
  return error;
};

test('latest: one key, one item, and an envelope that is safe to store', async () => {
  await using here = await world();
  here.thing.add([item('pulsos', start - 1000, 276_166), item('pulsos', start - 2000), item('nivel', start)]);
  const result = await here.instance.pull!({ devices: [device('pulsos')], limit: 100, signal });
  expect(here.server.requests.map(({ path, query }) => `${path}?${query}`)).toEqual([
    '/v2/things/{token}/resources/pulsos?limit=1',
  ]);
  expect(result.page).toBeUndefined();
  expect(result.serverTime).toBeTypeOf('number');
  expect(result.records[0]?.envelope).toMatchObject({
    channel: 'pull',
    device: 'ours',
    asked: { devices: ['well-1'], variables: ['pulsos'] },
    path: '/v2/things/{token}/resources/pulsos?limit=1',
    status: 200,
  });
  for (const form of everyFormOf(token)) expect(JSON.stringify(result)).not.toContain(form);
  expect(readingsOf(here, [result])).toEqual([
    { device: 'well-1', variable: 'pulsos', at: start - 1000, value: 276_166, raw: '276166' },
  ]);
});

test('range: dates in ISO form, UTC, a little wider than the window; one request for each page', async () => {
  await using here = await world();
  here.thing.add([item('pulsos', start)]);
  await pullAll(here, ['pulsos'], { from: start, to: start + 3_600_500 }, 10);
  expect(Object.fromEntries(new URLSearchParams(here.server.requests[0]?.query))).toEqual({
    limit: '10',
    startDate: '2026-07-06T11:59:59.000Z',
    endDate: '2026-07-06T13:00:01.000Z',
  });
});

test('fixture: 404: a key that was never written is an empty answer, kept as it came', async () => {
  await using here = await world();
  const results = await pullAll(here, ['pulsos'], { from: 0, to: start }, 10);
  expect(results).toHaveLength(1);
  expect(results[0]?.records[0]?.envelope.status).toBe(404);
  expect(readingsOf(here, results)).toEqual([]);
  expect(here.server.requests).toHaveLength(1);
});

test.each([
  [304, ''],
  [404, ''],
  [404, 'not found'],
])('an answer %i with the body %j has no data and is no error', async (status, body) => {
  await using server = await startFaultServer();
  server.reply('*', replies.answer(status, body));
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  const result = await instance.pull!({ devices: [device('pulsos')], limit: 1, signal });
  expect(result.page).toBeUndefined();
  expect(instance.decode({ ...result.records[0]!, id: 'r', receivedAt: 0 }, context).readings).toEqual([]);
});

test('items that do not name their key are read', async () => {
  await using here = await world({ itemsNameKey: false });
  here.thing.add([item('nivel', start - 1, '12.30')]);
  const results = await pullAll(here, ['nivel'], { from: 0, to: start }, 10);
  expect(readingsOf(here, results)).toMatchObject([{ variable: 'nivel', value: 12.3, raw: '12.30' }]);
});

const everyBound: RangeBounds[] = [true, false].flatMap((startIncluded) =>
  [true, false].map((endIncluded) => ({ startIncluded, endIncluded })),
);

test.each(everyBound)(
  'field failure 14: any history, any page size, bounds %j: every reading once, and paging ends',
  async (bounds) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 6 }), fc.constantFrom(0, 1, 2, 999, 1000, 1001, 60_000)), { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (offsets, limit) => {
          await using here = await world({ bounds });
          const window = { from: start - 100_000, to: start };
          const instants = offsets.map(([count, unit]) => window.from + count * unit);
          here.thing.add(instants.map((instant, index) => item('pulsos', instant, index % 2)));
          const results = await pullAll(here, ['pulsos'], window, limit);
          const readings = readingsOf(here, results);
          const inside = readings.filter(({ at }) => at >= window.from && at < window.to);
          const wanted = new Set(instants.filter((instant) => instant < window.to));
          expect(new Set(inside.map(({ at }) => at))).toEqual(wanted);
          expect(here.server.requests.length).toBe(results.length);
        },
      ),
      { numRuns: 40 },
    );
  },
  30_000,
);

test('field failure 14: pages overlap, and what was on the page before is not read twice', async () => {
  await using here = await world();
  const from = start - 3_600_000;
  here.thing.add(Array.from({ length: 35 }, (_value, index) => item('pulsos', from + index * 60_000, index)));
  const results = await pullAll(here, ['pulsos'], { from, to: start }, 10);
  const ats = readingsOf(here, results).map(({ at }) => at);
  expect(ats).toHaveLength(35);
  expect(new Set(ats).size).toBe(35);
});

test.each(everyBound)(
  'field failure 14: two values for one instant at the border of pages are both read, bounds %j',
  async (bounds) => {
    await using here = await world({ bounds });
    const from = start - 3_600_000;
    here.thing.add([
      item('a', from + 2000, 1),
      item('a', from + 1000, 2),
      item('a', from + 1000, 3),
      item('a', from, 4),
    ]);
    const results = await pullAll(here, ['a'], { from, to: start }, 2);
    expect(
      readingsOf(here, results)
        .map(({ raw }) => raw)
        .toSorted(),
    ).toEqual(['1', '2', '3', '4']);
  },
);

test.each(everyBound)(
  'more items at one instant than a page holds: older ones are not lost, bounds %j',
  async (bounds) => {
    await using here = await world({ bounds });
    here.thing.add([
      item('a', start - 9000, 'oldest'),
      ...Array.from({ length: 25 }, () => item('a', start - 5000, 1)),
      item('a', start - 1000, 'newest'),
    ]);
    const results = await pullAll(here, ['a'], { from: start - 10_000, to: start }, 10);
    expect(new Set(readingsOf(here, results).map(({ raw }) => raw))).toEqual(new Set(['oldest', '1', 'newest']));
  },
);

test('a server that cuts dates to whole seconds, and one that gives less than was asked: nothing is lost', async () => {
  await using here = await world({
    bounds: { endIncluded: false, startIncluded: false, wholeSeconds: true },
    maxLimit: 3,
  });
  const from = start - 60_000;
  here.thing.add(Array.from({ length: 20 }, (_value, index) => item('a', from + index * 700, index)));
  const readings = readingsOf(here, await pullAll(here, ['a'], { from, to: start }, 100));
  expect(readings.map(({ value }) => value).toSorted((x, y) => Number(x) - Number(y))).toEqual([...Array(20).keys()]);
});

test('a server that ignores the bounds does not make the host loop', async () => {
  await using server = await startFaultServer();
  const items = [{ key: 'a', value: 1, datetime: '2026-07-06T11:00:00.000Z' }];
  server.reply('*', replies.json(items));
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  let page: Json | undefined;
  let pulls = 0;
  do {
    const request = { devices: [device('a')], window: { from: 0, to: start }, limit: 1, signal };
    page = (await instance.pull!({ ...request, ...(page === undefined ? {} : { page }) })).page;
    pulls += 1;
  } while (page !== undefined && pulls < 50);
  expect(pulls).toBeLessThan(10);
});

test('an upload that arrives while a window is read is found', async () => {
  await using here = await world();
  const from = start - 60_000;
  here.thing.add([0, 1, 2, 3].map((index) => item('a', from + index * 10_000, index)));
  const request = { devices: [device('a')], window: { from, to: start }, limit: 2, signal };
  const first = await here.instance.pull!(request);
  here.thing.add([item('a', from + 5000, 'late')]);
  const results: PullResult[] = [];
  for (let { page } = first; page !== undefined; page = results.at(-1)?.page)
    results.push(await here.instance.pull!({ ...request, page }));
  expect(readingsOf(here, results).map(({ raw }) => raw)).toEqual(['1', 'late', '0']);
});

test('several variables are asked one by one, each with the token that it has', async () => {
  await using here = await world();
  const other = here.server.addThing({ token: 'another-thing-token' });
  here.thing.add([item('a', start - 1, 1)]);
  other.add([item('b', start - 1, 2)]);
  const both = device('a', { name: 'b', token: 'env:OTHER' });
  const results: PullResult[] = [await here.instance.pull!({ devices: [both], limit: 1, signal })];
  results.push(await here.instance.pull!({ devices: [both], limit: 1, signal, page: results[0]!.page! }));
  expect(results[1]?.page).toBeUndefined();
  expect(readingsOf(here, results)).toMatchObject([
    { device: 'well-1', variable: 'a', value: 1 },
    { device: 'well-1', variable: 'b', value: 2 },
  ]);
});

test.each(['per-key', 'total'] as const)(
  'latest of all keys in one request, where a limit counts %s: what is missing is asked alone',
  async (allResources) => {
    await using here = await world({ allResources }, { latest: 'all-resources' });
    here.thing.add([item('a', start - 1, 1), item('b', start - 2, 2)]);
    const request = { devices: [device('a', 'b', 'never')], limit: 1, signal };
    const results: PullResult[] = [await here.instance.pull!(request)];
    for (let page = results[0]!.page; page !== undefined; page = results.at(-1)!.page)
      results.push(await here.instance.pull!({ ...request, page }));
    const readings = readingsOf(here, results);
    expect(readings.map(({ variable, value }) => [variable, value])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(results).toHaveLength(allResources === 'total' ? 3 : 2);
    expect(thethings({ latest: 'all-resources' }).definition.capabilities.pull?.scope).toBe('device');
  },
);

const limited = { status: 'error', code: 403, message: 'Rate limit exceeded' };
const refusals: [string, number, unknown, Record<string, string>, object][] = [
  [
    '401 body',
    401,
    { status: 'error', code: 401, message: 'Invalid session token' },
    {},
    { kind: 'auth', scope: 'credential', credential: 'env:THING' },
  ],
  [
    '401 with status 200',
    200,
    { status: 'error', code: 401, message: 'Invalid session token' },
    {},
    { kind: 'auth', scope: 'credential' },
  ],
  ['403 limit', 403, limited, {}, { kind: 'rate-limit', scope: 'instance', retryAfterMs: 60_000 }],
  ['403 limit, told how long', 403, limited, { 'retry-after': '7' }, { kind: 'rate-limit', retryAfterMs: 7000 }],
  ['403 limit that is no JSON', 403, 'plan limit reached', {}, { kind: 'rate-limit' }],
  [
    '403 without permission',
    403,
    { status: 'error', code: 403, message: 'Forbidden' },
    {},
    { kind: 'auth', scope: 'credential' },
  ],
  ['403 with an empty body', 403, '', {}, { kind: 'auth', scope: 'credential' }],
  ['429', 429, '', {}, { kind: 'rate-limit', retryAfterMs: 60_000 }],
  ['400', 400, { status: 'error', code: 400, message: 'Invalid date' }, {}, { kind: 'rejected', scope: 'device' }],
  ['500 with an empty body', 500, '', {}, { kind: 'transient', retryAfterMs: 10_000 }],
  ['503 told how long', 503, '', { 'retry-after': '120' }, { kind: 'transient', retryAfterMs: 120_000 }],
  ['504', 504, 'no JSON', {}, { kind: 'transient', retryAfterMs: 10_000 }],
  ['410', 410, '', {}, { kind: 'config' }],
  ['a web page with 404', 404, '<html>nothing here</html>', { 'content-type': 'text/html' }, { kind: 'config' }],
  ['a web page with 200', 200, '<html>log in</html>', { 'content-type': 'text/html' }, { kind: 'transient' }],
  ['no JSON with 200', 200, 'ok', {}, { kind: 'invalid-data' }],
  ['an empty body with 200', 200, '', {}, { kind: 'invalid-data' }],
  ['JSON that is no list', 200, { pulsos: 1 }, {}, { kind: 'invalid-data' }],
];

test.each(refusals)(
  'field failure 1, fixture: %s is a failure and gives no record',
  async (_name, status, body, headers, expected) => {
    await using server = await startFaultServer();
    server.reply('*', replies.answer(status, typeof body === 'string' ? body : JSON.stringify(body), headers));
    await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
    const window = { from: 0, to: start };
    const error = await thrown(instance.pull!({ devices: [device('a')], window, limit: 1, signal }));
    expect(error).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  },
);

test('which words of a 403 mean a limit is configuration', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ status: 'error', code: 403, message: 'Cuota agotada' }, 403));
  const host = fakeHost({ secrets });
  for (const [config, kind] of [
    [{}, 'auth'],
    [{ limitPattern: 'cuota' }, 'rate-limit'],
  ] as const) {
    await using instance = await open(thethings({ baseUrl: server.url, ...config }), host);
    expect(await thrown(instance.pull!({ devices: [device('a')], limit: 1, signal }))).toMatchObject({ kind });
  }
});

test('a page of somebody else is refused; no token, no variable and two devices are mistakes; nothing is sent', async () => {
  await using instance = await open(thethings({ baseUrl: 'http://vendor.invalid' }), fakeHost({ secrets }));
  for (const page of [1, {}, { rest: [] }, { rest: [1] }, { rest: ['a'], until: 'x' }, { rest: ['a'], seen: [1] }])
    expect(await thrown(instance.pull!({ devices: [device('a')], limit: 1, signal, page }))).toMatchObject({
      kind: 'bug',
      sent: 'no',
    });
  const bare = { ...device('a') };
  delete (bare as { credential?: string }).credential;
  for (const devices of [[bare], [device()], [], [device('a'), device('b')]])
    expect(await thrown(instance.pull!({ devices, limit: 1, signal }))).toMatchObject({
      kind: 'config',
      scope: 'device',
      sent: 'no',
    });
});
