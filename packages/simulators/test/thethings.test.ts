import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTheThings, type TheThingsItem, type TheThingsOptions, type TheThingsSimulator } from '../src/index.ts';
import { minutes, TestClock } from './clock.ts';

const now = '2026-07-06T15:00:00Z';
let clock: TestClock;
let more: TheThingsSimulator[] = [];

beforeEach(() => {
  clock = new TestClock(now);
  more = [];
});
afterEach(() => Promise.all(more.map((server) => server.close())));

const start = async (options: Omit<TheThingsOptions, 'clock'> = {}) => {
  const server = await startTheThings({ clock, things: [{ token: 'a token/1' }], ...options });
  more.push(server);
  const [thing] = server.things;
  if (thing === undefined) throw new Error('there is no thing');
  const path = `${server.url}/things/a%20token%2F1`;
  const get = async (rest: string) => {
    const response = await fetch(path + rest);
    return { status: response.status, body: JSON.parse(await response.text()) as unknown };
  };
  return { server, thing, path, get };
};
const item = (minutesAgo: number, value: TheThingsItem['value'] = minutesAgo, key = 'pulsos'): TheThingsItem => ({
  key,
  value,
  datetime: clock.now() - minutes(minutesAgo),
});
const values = (body: unknown) => (body as { value: unknown }[]).map(({ value }) => value);
const iso = (minutesAgo: number) => new Date(clock.now() - minutes(minutesAgo)).toISOString();

describe('reading', () => {
  it('gives the newest first, up to the limit, with or without the key', async () => {
    const { thing, get } = await start();
    thing.add([item(3), item(1), item(2), item(0, 'x', 'nivel')]);
    expect(await get('/resources/pulsos?limit=2')).toEqual({
      status: 200,
      body: [
        { key: 'pulsos', value: 1, datetime: '2026-07-06T14:59:00.000Z' },
        { key: 'pulsos', value: 2, datetime: '2026-07-06T14:58:00.000Z' },
      ],
    });
    expect(values((await get('/resources/pulsos/')).body)).toEqual([1, 2, 3]);
    const bare = await start({ itemsNameKey: false });
    bare.thing.add([item(1)]);
    expect((await bare.get('/resources/pulsos')).body).toEqual([{ value: 1, datetime: '2026-07-06T14:59:00.000Z' }]);
  });

  it.each([
    [{}, [1, 2, 3]],
    [{ startIncluded: false }, [1, 2]],
    [{ endIncluded: false }, [2, 3]],
  ])('takes the bounds as it is told: %j', async (bounds, expected) => {
    const { thing, get } = await start({ bounds });
    thing.add([0, 1, 2, 3, 4].map((ago) => item(ago)));
    expect(values((await get(`/resources/pulsos?startDate=${iso(3)}&endDate=${iso(1)}`)).body)).toEqual(expected);
    expect(values((await get('/resources/pulsos?startDate=20260706145700&endDate=20260706T145900')).body)).toEqual(
      expected,
    );
  });

  it('gives all keys, with a limit for each or for all', async () => {
    const each = await start();
    const total = await start({ allResources: 'total' });
    for (const { thing } of [each, total]) thing.add([item(2, 'a', 'a'), item(1, 'b', 'b')]);
    expect(values((await each.get('/all_resources?limit=1')).body)).toEqual(['a', 'b']);
    expect(values((await total.get('/all_resources?limit=1')).body)).toEqual(['b']);
  });

  it('answers 404 for a key that was never written, and an empty list where the range has nothing', async () => {
    const { thing, get } = await start();
    expect(await get('/resources/pulsos')).toMatchObject({ status: 404, body: { status: 'error', code: 404 } });
    expect(await get('/all_resources')).toMatchObject({ status: 404 });
    thing.add([item(1)]);
    expect(await get(`/resources/pulsos?endDate=${iso(5)}`)).toEqual({ status: 200, body: [] });
  });

  it('shows a late upload when it arrives', async () => {
    const { thing, get } = await start();
    thing.add([item(5), { ...item(3), created: clock.now() + 1000 }]);
    expect(values((await get('/resources/pulsos')).body)).toEqual([5]);
    clock.advance(1000);
    expect(values((await get('/resources/pulsos')).body)).toEqual([3, 5]);
  });

  it.each([
    '?limit=0',
    '?limit=x',
    '?startDate=yesterday',
    '?endDate=2026-07-06T10:00:00',
    '?from=1',
    '?limit=1&limit=2',
  ])('refuses %s', async (query) => {
    const { thing, get } = await start();
    thing.add([item(1)]);
    expect(await get(`/resources/pulsos${query}`)).toMatchObject({ status: 400 });
  });
});

it('denies a token that no thing has, also a replaced one', async () => {
  const { thing, get } = await start();
  thing.token = 'another';
  expect(await get('/all_resources')).toEqual({
    status: 401,
    body: { status: 'error', code: 401, message: 'Invalid session token' },
  });
});

it.each([403, 429] as const)('refuses with %i what is too much for a clock minute', async (limitStatus) => {
  const { get, thing } = await start({ requestsPerMinute: 1, limitStatus });
  thing.add([item(1)]);
  expect((await get('/all_resources')).status).toBe(200);
  expect(await get('/all_resources')).toMatchObject({
    status: limitStatus,
    body: { message: 'Rate limit exceeded' },
  });
  clock.advance(minutes(1));
  expect((await get('/all_resources')).status).toBe(200);
});

it('takes writes of devices, and refuses malformed ones', async () => {
  const { path, get } = await start();
  const post = async (body: string) => (await fetch(path, { method: 'POST', body })).status;
  expect(
    await post('{"values":[{"key":"temp","value":12.3,"datetime":"20260706143000"},{"key":"now","value":1}]}'),
  ).toBe(201);
  expect((await get('/resources/temp')).body).toEqual([
    { key: 'temp', value: 12.3, datetime: '2026-07-06T14:30:00.000Z' },
  ]);
  expect((await get('/resources/now')).body).toMatchObject([{ datetime: '2026-07-06T15:00:00.000Z' }]);
  for (const bad of ['', '[]', '{"values":[{"key":"a b","value":1}]}', '{"values":[{"key":"a"}]}'])
    expect(await post(bad)).toBe(400);
});

it('tells the time of its clock, which may be wrong', async () => {
  const { server } = await start();
  server.clockSkewMs = 5000;
  const response = await fetch(`${server.url}/utils/date?thingToken=a%20token%2F1&format=unix_timestamp`);
  expect(await response.json()).toEqual([{ key: 'unix_timestamp', value: Date.parse(now) / 1000 + 5 }]);
});

it('remembers requests without tokens, and plays faults for one thing', async () => {
  const { server, get, thing } = await start();
  server.behave({ only: { [thing.id]: 'status-503' } });
  expect(await fetch(`${server.url}/things/a%20token%2F1/all_resources`).then(({ status }) => status)).toBe(503);
  server.behave({ only: { [thing.id]: null } });
  await get('/resources/a?limit=1');
  await fetch(`${server.url}/utils/date?thingToken=a%20token%2F1&format=UTC`);
  expect(server.requests).toMatchObject([
    { path: '/v2/things/{token}/all_resources', thing: 'thing-1', behaviour: 'status-503' },
    { path: '/v2/things/{token}/resources/a', query: 'limit=1', behaviour: 'normal' },
    { path: '/v2/utils/date', query: 'thingToken=%7Btoken%7D&format=UTC' },
  ]);
  expect(JSON.stringify(server.requests)).not.toMatch(/a[ +]token|a%20token/);
});

describe('the stream', () => {
  const reading = async (path: string, keepAlive = '60000') => {
    const abort = new AbortController();
    const response = await fetch(`${path}?keepAlive=${keepAlive}`, { signal: abort.signal });
    let text = '';
    const ended = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    })().catch((error: unknown) => error);
    const until = async (wanted: string) => {
      while (text !== wanted) await new Promise((resolve) => setImmediate(resolve));
    };
    return { until, ended, abort };
  };
  const handshake = '{"status":"success","message":"subscribed"}';

  it('begins with a handshake, then signs of life and lists without separators', async () => {
    const { thing, path } = await start();
    const stream = await reading(path);
    await stream.until(handshake);
    clock.advance(60_000);
    await stream.until(`${handshake}{}`);
    thing.add([item(0, 7)]);
    const list = '[{"key":"pulsos","value":7,"datetime":"2026-07-06T15:01:00.000Z"}]';
    await stream.until(`${handshake}{}${list}`);
    thing.chunkBytes = 1;
    thing.resend([item(0, 7)]);
    await stream.until(`${handshake}{}${list}${list}`);
    thing.end();
    expect(await stream.ended).toBeUndefined();
  });

  it('is silent when told, and can be broken', async () => {
    const { thing, path, server } = await start();
    const stream = await reading(path);
    await stream.until(handshake);
    thing.silent = true;
    clock.advance(60_000);
    thing.send('[]');
    await stream.until(`${handshake}[]`);
    thing.drop();
    expect(await stream.ended).toBeInstanceOf(Error);
    await server.until(() => thing.streams === 0);
  });

  it.each(['', '0', 'x', '5'])('refuses keepAlive=%s', async (keepAlive) => {
    const { path } = await start();
    expect((await fetch(`${path}?keepAlive=${keepAlive}`)).status).toBe(400);
  });
});
