import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTago, type TagoDevice, type TagoOptions, type TagoSimulator, type TagoWireItem } from '../src/index.ts';
import { hours, minutes, TestClock } from './clock.ts';

const now = '2026-07-05T23:00:00Z';
let clock: TestClock;
let tago: TagoSimulator;
let logger: TagoDevice;
const more: TagoSimulator[] = [];

beforeEach(async () => {
  clock = new TestClock(now);
  tago = await startTago({ clock });
  logger = tago.addDevice({ name: 'LogBox 3G' });
});
afterEach(async () => {
  await tago.close();
  await Promise.all(more.splice(0).map((other) => other.close()));
});

const start = async (options: Omit<TagoOptions, 'clock'>) => {
  const other = await startTago({ clock, ...options });
  more.push(other);
  return other;
};

const get = (path: string, headers: Record<string, string> = { 'Device-Token': logger.token }, at = tago) =>
  fetch(at.url + path, { headers });

const result = async (path: string, headers?: Record<string, string>, at?: TagoSimulator) => {
  const body = (await (await get(path, headers, at)).json()) as { status: boolean; result: unknown };
  expect(body.status).toBe(true);
  return body.result;
};

const items = async (path: string, headers?: Record<string, string>, at?: TagoSimulator) =>
  (await result(path, headers, at)) as TagoWireItem[];

const values = async (path: string) => (await items(path)).map(({ value }) => value);

const fill = (device: TagoDevice, variable: string, count: number, offset = 0) => {
  const first = clock.now() - minutes(count);
  device.add(
    Array.from({ length: count }, (_, n) => ({ variable, time: first + minutes(n) + offset, value: n, unit: 'm3' })),
  );
};

describe('credentials', () => {
  it.each(['Device-Token', 'Authorization', 'token'])('takes the device token in %s', async (header) => {
    fill(logger, 'a', 1);
    expect(await items('/data/?variable=a', { [header]: logger.token })).toHaveLength(1);
  });

  it.each([
    ['none', {}],
    ['a wrong one', { 'Device-Token': 'x' }],
    ['a bearer', { Authorization: 'Bearer TOKEN' }],
    ["the account's", { 'Account-Token': 'account-token' }],
  ])('denies /data with %s', async (_, headers: Record<string, string>) => {
    const given = Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, text.replace('TOKEN', logger.token)]),
    );
    const answer = await get('/data', given);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ status: false, message: 'Authorization Denied' });
  });

  it('denies a replaced, an expired and a write-only token, of that device only', async () => {
    const neighbour = tago.addDevice();
    const old = logger.token;
    logger.token = 'new';
    expect((await get('/data', { token: old })).status).toBe(401);
    logger.expires = clock.now() + 1;
    expect((await get('/data', { token: 'new' })).status).toBe(200);
    clock.advance(1);
    expect((await get('/data', { token: 'new' })).status).toBe(401);
    logger.expires = undefined;
    logger.permission = 'write';
    expect((await get('/data', { token: 'new' })).status).toBe(401);
    expect((await get('/data', { token: neighbour.token })).status).toBe(200);
  });

  it('opens devices and their data to the account token', async () => {
    fill(logger, 'a', 2);
    tago.addDevice({ name: 'second' });
    const account = { 'Account-Token': tago.accountToken };
    expect(await result('/device?page=2&amount=1', account)).toMatchObject([{ name: 'second', last_input: null }]);
    expect(await items(`/device/${logger.id}/data?variable=a`, account)).toHaveLength(2);
    expect(await result(`/device/${logger.id}`, account)).toMatchObject({ id: logger.id });
    expect((await get('/device/none/data', account)).status).toBe(404);
    expect((await get('/device')).status).toBe(401);
  });

  it('tells a device token about its device', async () => {
    logger.add([{ variable: 'a', time: clock.now() - hours(1), value: 1 }]);
    expect(await result('/info')).toEqual({
      id: logger.id,
      name: 'LogBox 3G',
      active: true,
      visible: true,
      last_input: '2026-07-05T23:00:00.000Z',
      tags: [],
    });
  });
});

describe('items', () => {
  it('have the wire form, with the arrival only on request', async () => {
    logger.add([
      {
        variable: '3grecdi1va',
        time: Date.parse('2026-07-05T22:46:54Z'),
        value: 276_166,
        unit: 'm3',
        group: '1631814703672',
        id: '6143842f561c4e00199f517b',
        location: [-70.6, -33.4],
        metadata: { source: 'test' },
      },
    ]);
    const expected = {
      id: '6143842f561c4e00199f517b',
      device: logger.id,
      variable: '3grecdi1va',
      value: 276_166,
      unit: 'm3',
      group: '1631814703672',
      time: '2026-07-05T22:46:54.000Z',
      location: { type: 'Point', coordinates: [-70.6, -33.4] },
      metadata: { source: 'test' },
    };
    expect(await items('/data?variable=3grecdi1va')).toEqual([expected]);
    expect(await items('/data?variable=3grecdi1va&details=true')).toEqual([
      { ...expected, created_at: '2026-07-05T23:00:00.000Z' },
    ]);
  });

  it('keep text, booleans, sentinels and location-only items as they are', async () => {
    const time = clock.now();
    logger.add([
      { variable: 'text', time, value: '16' },
      { variable: 'flag', time, value: false },
      { variable: 'fault', time, value: -3200 },
      { variable: 'place', time, location: [-70, -33] },
    ]);
    const found = await items('/data?variable[]=text&variable[]=flag&variables[]=fault&variables=place');
    expect(new Map(found.map((item) => [item.variable, item.value]))).toEqual(
      new Map<string, unknown>([
        ['text', '16'],
        ['flag', false],
        ['fault', -3200],
        ['place', undefined],
      ]),
    );
    expect(found.find(({ variable }) => variable === 'place')).not.toHaveProperty('value');
  });

  it('answers an empty list for no data', async () => {
    expect(await result('/data?variable=none')).toEqual([]);
  });
});

describe('ranges', () => {
  it('gives 15 items, newest first, unless asked otherwise', async () => {
    fill(logger, 'a', 40);
    expect(await values('/data?variable=a')).toEqual(Array.from({ length: 15 }, (_, n) => 39 - n));
    expect(await values('/data?variable=a&ordination=ascending&qty=3&skip=2')).toEqual([2, 3, 4]);
    expect(await values('/data?variable=a&qty=2&skip=39')).toEqual([0]);
  });

  it('includes both ends, in every form of date', async () => {
    fill(logger, 'a', 10);
    const range = '&ordination=ascending&start_date=2026-07-05T22:52:00.000Z&end_date=2026-07-05';
    expect(await values(`/data?variable=a${range}T22:54:00Z`)).toEqual([2, 3, 4]);
    expect(await values('/data?variable=a&end_date=2026-07-05 22:51:00')).toEqual([1, 0]);
    expect(await values('/data?variable=a&start_date=2026-07-06')).toEqual([]);
    expect(await values('/data?variable=a&start_date=2 minutes')).toEqual([9, 8]);
    expect(await values('/data?variable=a&start_date=1 month&qty=100')).toHaveLength(10);
  });

  it('merges variables in time order, whatever order they were sent in', async () => {
    fill(logger, 'b', 3, 30_000);
    fill(logger, 'a', 3);
    logger.add([{ variable: 'a', time: clock.now() - hours(1), value: -1 }]);
    const found = await items('/data?variable=a&variable=b&ordination=ascending');
    expect(found.map(({ variable, value }) => `${variable}${String(value)}`)).toEqual([
      'a-1',
      'a0',
      'b0',
      'a1',
      'b1',
      'a2',
      'b2',
    ]);
    expect(await items('/data')).toHaveLength(7);
  });

  it('filters by group and value', async () => {
    const time = clock.now();
    logger.add([
      { variable: 'a', time, value: 1, group: 'x' },
      { variable: 'a', time, value: 2, group: 'y' },
    ]);
    expect(await values('/data?groups=x')).toEqual([1]);
    expect(await values('/data?values[]=2')).toEqual([2]);
  });

  it.each(['start_date=soon', 'qty=many', 'qty=10001', 'skip=-1', 'ordination=up', 'query=median'])(
    'refuses %s',
    async (bad) => {
      expect((await get(`/data?${bad}`)).status).toBe(400);
    },
  );

  it('pages through a hundred thousand items', async () => {
    const count = 100_000;
    const times = Float64Array.from({ length: count }, (_, n) => clock.now() - (count - n) * 1000);
    logger.addSeries('a', { times, values: Float64Array.from(times.keys()) }, 'l/s');
    const seen: unknown[] = [];
    for (let skip = 0; skip < count; skip += 10_000)
      seen.push(...(await values(`/data?variable=a&ordination=ascending&qty=10000&skip=${skip}`)));
    expect(seen).toEqual([...times.keys()]);
  });
});

describe('query modes', () => {
  beforeEach(() => {
    const time = clock.now();
    logger.add([
      { variable: 'a', time: time - hours(2), value: 5 },
      { variable: 'a', time: time - hours(1), value: '7' },
      { variable: 'b', time: time - minutes(30), value: 6 },
      { variable: 'a', time: time - minutes(10), location: [-70, -33] },
      { variable: 'b', time: time - hours(3), value: 1 },
    ]);
  });

  it('gives the last item per variable, or one in total', async () => {
    const time = (found: TagoWireItem[]) => found.map((item) => [item.variable, item.value]);
    expect(time(await items('/data?query=last_item'))).toEqual([
      ['b', 6],
      ['a', undefined],
    ]);
    const single = await start({ lastItem: 'total' });
    const device = single.addDevice();
    fill(device, 'a', 3);
    fill(device, 'b', 3, 1);
    expect(time(await items('/data?query=last_item&variable=a&variable=b', { token: device.token }, single))).toEqual([
      ['b', 2],
    ]);
  });

  it.each([
    ['last_value', 'a', ['7']],
    ['last_location', 'a', [undefined]],
    ['first_item', 'a', [5]],
    ['first_value', 'b', [1]],
    ['last_insert', 'b', [1]],
    ['min', 'a', [5]],
    ['max', 'a', ['7']],
  ])('%s of %s', async (mode, variable, expected) => {
    expect(await values(`/data?query=${mode}&variable=${variable}`)).toEqual(expected);
  });

  it.each([
    ['count', 5],
    ['sum', 19],
    ['avg', 4.75],
  ])('%s is the bare number %d', async (mode, expected) => {
    expect(await result(`/data?query=${mode}`)).toBe(expected);
  });
});

describe('arrival', () => {
  it('hides what has not arrived yet, though it was measured', async () => {
    logger.add([{ variable: 'a', time: clock.now() - hours(1), value: 1, created: clock.now() + hours(1) }]);
    expect(await values('/data?variable=a')).toEqual([]);
    clock.advance(hours(1));
    expect(await values('/data?variable=a')).toEqual([1]);
  });

  it('asks a source for each stretch of the clock once', async () => {
    const asked: [number, number][] = [];
    const from = clock.now();
    const device = tago.addDevice({
      source: (start, end) => {
        asked.push([start - from, end - from]);
        return [{ variable: 'a', time: end - 1, value: asked.length }];
      },
    });
    const look = () => items('/data?variable=a', { token: device.token });
    clock.advance(minutes(5));
    expect(await look()).toHaveLength(1);
    expect(await look()).toHaveLength(1);
    clock.advance(minutes(1));
    expect(await look()).toHaveLength(2);
    expect(asked).toEqual([
      [0, minutes(5)],
      [minutes(5), minutes(6)],
    ]);
  });
});

describe('limits', () => {
  it('counts requests per clock minute and names the wait in the message', async () => {
    const limited = await start({ limits: { data: 2, info: 1 } });
    const device = limited.addDevice();
    const ask = (path = '/data') => get(path, { token: device.token }, limited);
    clock.advance(52_000);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({ status: false, message: 'Too many requests (Retry-After: 8)' });
    expect((await ask('/info')).status).toBe(200);
    clock.advance(8000);
    expect((await ask()).status).toBe(200);
  });

  it('refuses data when the Data Output of the month is spent, until the next month', async () => {
    const limited = await start({ dataOutput: 10 });
    const device = limited.addDevice();
    fill(device, 'a', 10);
    const ask = () => get('/data?variable=a', { token: device.token }, limited);
    expect((await ask()).status).toBe(200);
    expect(limited.dataOutputUsed).toBe(10);
    const refused = await ask();
    expect(refused.ok).toBe(false);
    expect(await refused.text()).toContain('Data Output');
    clock.advance(hours(24 * 27));
    expect((await ask()).status).toBe(200);
  });
});

describe('errors and outages', () => {
  it('has both shapes of an error, with its status or with 200', async () => {
    const odd = await start({ errorShape: 'result', errorStatus: 'ok' });
    const answer = await get('/data', {}, odd);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: false, result: { message: 'Authorization Denied' } });
  });

  it('fails one device and not its neighbour', async () => {
    const neighbour = tago.addDevice();
    tago.behave({ only: { [logger.id]: 'status-500' } });
    expect((await get('/data')).status).toBe(500);
    expect((await get('/data', { token: neighbour.token })).status).toBe(200);
    expect((await get(`/device/${logger.id}/data`, { token: tago.accountToken })).status).toBe(500);
  });

  it('is out for a stretch of the clock', async () => {
    tago.behave({ outages: [{ from: clock.now() + 1000, to: clock.now() + 2000, as: 'html-502' }] });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await get('/data')).status);
      clock.advance(1000);
    }
    expect(statuses).toEqual([200, 502, 200]);
  });

  it('plays a script of faults', async () => {
    fill(logger, 'a', 15);
    tago.behave({ next: ['rate-limit-8', 'cut', 'reset'] });
    expect(await (await get('/data')).text()).toContain('Retry-After: 8');
    const broken = await get('/data');
    expect(broken.status).toBe(200);
    await expect(broken.text()).rejects.toThrow();
    await expect(get('/data')).rejects.toThrow();
    expect(tago.requests.map(({ behaviour }) => behaviour)).toEqual(['rate-limit-8', 'cut', 'reset']);
    expect(() => tago.behave({ always: 'slow' as never })).toThrow(RangeError);
  });

  it('ends a hang when it closes', async () => {
    tago.behave({ always: 'hang' });
    const answer = get('/data');
    const broken = expect(answer).rejects.toThrow();
    await tago.requested(1);
    await tago.close();
    await broken;
  });

  it('keeps no token of a request', async () => {
    await get('/data?variable=a');
    expect(JSON.stringify(tago.requests)).not.toContain(logger.token);
    expect(tago.requests).toMatchObject([{ path: '/data', query: 'variable=a', device: logger.id }]);
  });
});
