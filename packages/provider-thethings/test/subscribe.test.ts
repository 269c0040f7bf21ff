import { expect, test } from 'vitest';
import { isCaudalError, open, type RawInput } from '@caudal/core';
import { thethings, type TheThingsConfig } from '@caudal/provider-thethings';
import { startTheThings, type TheThingsItem } from '@caudal/simulators';
import { fakeHost, replies, settled, startFaultServer, virtualClock } from '@caudal/testkit';
import { device, everyFormOf, secrets, token } from './thing.ts';

const start = Date.UTC(2026, 6, 6, 12);
const item = (key: string, value: TheThingsItem['value'] = 1, datetime = start): TheThingsItem => ({
  key,
  value,
  datetime,
});
const text = ({ body }: RawInput) => Buffer.from(body).toString();
const context = { settings: () => ({}), externalId: () => 'well-1' };

/** How a subscription ended: `undefined` when it resolved. */
type End = Promise<unknown>;

const world = async (config: TheThingsConfig = {}) => {
  const clock = virtualClock(start);
  const server = await startTheThings({ clock });
  const thing = server.addThing({ token });
  const host = fakeHost({ clock, secrets });
  const instance = await open(thethings({ baseUrl: server.url, ...config }), host);
  const abort = new AbortController();
  const batches: (readonly RawInput[])[] = [];
  let connections = 0;
  const subscribe = (emit = (records: readonly RawInput[]) => Promise.resolve(void batches.push(records))): End =>
    instance.subscribe!({
      devices: [device('pulsos')],
      signal: abort.signal,
      connected: () => {
        connections += 1;
      },
      emit,
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
  return {
    clock,
    server,
    thing,
    host,
    instance,
    abort,
    batches,
    subscribe,
    connected: () => connections,
    streaming: () => server.until(() => thing.streams === 1),
    async [Symbol.asyncDispose]() {
      abort.abort();
      await instance.close?.();
      await server.close();
    },
  };
};

test('fixture: handshake, signs of life and lists of values: only values are records, byte for byte', async () => {
  await using here = await world();
  const end = here.subscribe();
  await here.streaming();
  await here.clock.runUntil(() => here.connected() === 1);
  expect(here.server.requests.map(({ path, query }) => `${path}?${query}`)).toEqual([
    '/v2/things/{token}?keepAlive=60000',
  ]);
  const spelled = '[ {"key":"pulsos", "value":1.10, "datetime":"2026-07-06T12:00:00.000Z"} ]';
  here.thing.send(`{}${spelled}`);
  here.thing.add([item('nivel', 'ñ]}"{')]);
  await here.clock.runUntil(() => here.batches.flat().length === 2);
  expect(here.batches.flat().map(text)).toEqual([
    spelled,
    '[{"key":"nivel","value":"ñ]}\\"{","datetime":"2026-07-06T12:00:00.000Z"}]',
  ]);
  const [record] = here.batches.flat();
  expect(record?.envelope).toEqual({
    channel: 'subscribe',
    device: 'ours',
    path: '/v2/things/{token}?keepAlive=60000',
    status: 200,
    contentType: 'application/json; charset=utf-8',
  });
  for (const form of everyFormOf(token)) expect(JSON.stringify(here.batches)).not.toContain(form);
  expect(here.instance.decode({ ...record!, id: 'r', receivedAt: 0 }, context).readings).toEqual([
    { device: 'well-1', variable: 'pulsos', at: start, value: 1.1, raw: '1.10' },
  ]);
  here.abort.abort();
  expect(await end).toBeUndefined();
});

test('connected once, and not before the handshake', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.slow(['{"status":"succ', 'ess","message":"subscribed"}', '{}']));
  const abort = new AbortController();
  let connections = 0;
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  const end = instance.subscribe!({
    devices: [device('a')],
    signal: abort.signal,
    connected: () => {
      connections += 1;
    },
    emit: () => Promise.reject(new Error('nothing to store')),
  }).catch((error: unknown) => error);
  await server.received(1);
  const seen: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    server.release();
    await settled();
    seen.push(connections);
  }
  expect(seen).toEqual([0, 1, 1]);
  abort.abort();
  await end;
});

test('messages cut into single bytes come out whole', async () => {
  await using here = await world();
  void here.subscribe();
  await here.streaming();
  here.thing.chunkBytes = 1;
  here.thing.add([item('pulsos', '\u{1F4A7}"]\\')]);
  here.thing.add([item('nivel', { deep: ['}'] })]);
  await here.clock.runUntil(() => here.batches.flat().length === 2);
  expect(here.batches.flat().map((record) => JSON.parse(text(record)) as unknown)).toMatchObject([
    [{ value: '\u{1F4A7}"]\\' }],
    [{ value: { deep: ['}'] } }],
  ]);
});

test('signs of life keep a quiet stream up for hours', async () => {
  await using here = await world();
  let ended = false;
  void here.subscribe().finally(() => {
    ended = true;
  });
  await here.streaming();
  await here.clock.advance(6 * 3_600_000);
  expect(ended).toBe(false);
  here.thing.add([item('pulsos')]);
  await here.clock.runUntil(() => here.batches.flat().length === 1);
});

test('silence longer than keep-alive and margin is a lost connection, on the clock of the host', async () => {
  await using here = await world({ stream: { keepAliveMs: 30_000, marginMs: 5000 } });
  const end = here.subscribe();
  await here.streaming();
  expect(here.server.requests[0]?.query).toBe('keepAlive=30000');
  here.thing.silent = true;
  let ended = false;
  void end.finally(() => {
    ended = true;
  });
  await here.clock.advance(34_999);
  expect(ended).toBe(false);
  await here.clock.runUntil(() => ended);
  expect(here.clock.now()).toBeLessThanOrEqual(start + 36_000);
  expect(await end).toMatchObject({ kind: 'transient', sent: 'maybe' });
});

test('nothing is read while a batch is not on disk: records in order, one batch in flight', async () => {
  await using here = await world();
  const order: string[] = [];
  let inFlight = 0;
  let most = 0;
  let store: () => void = () => {};
  void here.subscribe(async (records) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise<void>((resolve) => {
      store = resolve;
    });
    order.push(...records.map(text));
    inFlight -= 1;
  });
  await here.streaming();
  const keys = ['a', 'b', 'c', 'd'];
  for (const key of keys) {
    here.thing.add([item(key)]);
    await settled();
  }
  expect([inFlight, order]).toEqual([1, []]);
  await here.clock.advance(300_000);
  expect(inFlight).toBe(1);
  while (order.length < keys.length) {
    store();
    await settled();
  }
  expect(most).toBe(1);
  expect(order.map((body) => (JSON.parse(body) as { key: string }[])[0]?.key)).toEqual(keys);
});

test('what cannot be stored ends the subscription with the reason of the store', async () => {
  await using here = await world();
  const end = here.subscribe(() => Promise.reject(new Error('the disk is full')));
  await here.streaming();
  here.thing.add([item('pulsos')]);
  expect(await end).toMatchObject({ message: 'the disk is full' });
  await here.server.until(() => here.thing.streams === 0);
});

test.each(['drop', 'end'] as const)(
  'a stream that the server breaks (%s) is transient; the gap is read',
  async (how) => {
    await using here = await world();
    const end = here.subscribe();
    await here.streaming();
    await here.clock.runUntil(() => here.connected() === 1);
    here.thing[how]();
    expect(await end).toMatchObject({ kind: 'transient', sent: 'maybe' });
    here.thing.add([item('pulsos', 7)]);
    void here.subscribe();
    await here.streaming();
    await here.clock.runUntil(() => here.connected() === 2);
    expect(here.batches).toEqual([]);
    const { signal } = here.abort;
    const window = { from: start - 1000, to: start + 1000 };
    const result = await here.instance.pull!({ devices: [device('pulsos')], window, limit: 10, signal });
    const record = { ...result.records[0]!, id: 'r', receivedAt: 0 };
    expect(here.instance.decode(record, context).readings).toMatchObject([{ value: 7, at: start }]);
  },
);

test('after its end a subscription leaves no connection and no sleeper behind', async () => {
  await using here = await world();
  const end = here.subscribe();
  await here.streaming();
  here.abort.abort();
  expect(await end).toBeUndefined();
  await here.server.until(() => here.thing.streams === 0);
  await settled();
  expect(here.clock.sleepers).toBe(0);
});

test('a message larger than the limit ends the stream; what came before it is stored', async () => {
  await using here = await world({ stream: { maxDocumentBytes: 200 } });
  const end = here.subscribe();
  await here.streaming();
  here.thing.send(`[]["${'x'.repeat(500)}"]`);
  expect(await end).toMatchObject({ kind: 'invalid-data', scope: 'device' });
  expect(here.batches.flat().map(text)).toEqual(['[]']);
});

test('a balanced message that is no JSON is stored like any other; decode says what is wrong', async () => {
  await using here = await world();
  void here.subscribe();
  await here.streaming();
  here.thing.send('{oops}');
  await here.clock.runUntil(() => here.batches.flat().length === 1);
  const record = { ...here.batches.flat()[0]!, id: 'r', receivedAt: 0 };
  expect(() => here.instance.decode(record, context)).toThrow(expect.objectContaining({ kind: 'invalid-data' }));
});

test.each([
  [
    { status: 'error', code: 401, message: 'Invalid session token' },
    { kind: 'auth', scope: 'credential' },
  ],
  [
    { status: 'error', code: 503, message: 'restarting' },
    { kind: 'transient', retryAfterMs: 10_000 },
  ],
])('a refusal inside the stream ends it: %j', async (refusal, expected) => {
  await using here = await world();
  const end = here.subscribe();
  await here.streaming();
  here.thing.send(JSON.stringify({ ...refusal, message: `${refusal.message} ${token}` }));
  const error = await end;
  expect(error).toMatchObject(expected);
  if (!isCaudalError(error)) throw new Error('expected a CaudalError');
  for (const form of everyFormOf(token)) expect(`${error.message} ${error.detail} ${error.stack}`).not.toContain(form);
});

test.each([
  [401, '{"status":"error","code":401,"message":"Invalid session token"}', { kind: 'auth', scope: 'credential' }],
  [403, '{"status":"error","code":403,"message":"limit"}', { kind: 'rate-limit', retryAfterMs: 60_000 }],
  [404, '', { kind: 'config' }],
  [502, '', { kind: 'transient', retryAfterMs: 10_000 }],
])('a stream that is refused with %i', async (status, body, expected) => {
  await using server = await startFaultServer();
  server.reply('*', replies.answer(status, body));
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  const end = instance.subscribe!({
    devices: [device('a')],
    signal: new AbortController().signal,
    connected: () => {
      throw new Error('it is not connected');
    },
    emit: () => Promise.resolve(),
  });
  await expect(end).rejects.toMatchObject(expected);
});

test('a web page instead of the stream is transient', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.html());
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  const signal = new AbortController().signal;
  const end = instance.subscribe!({ devices: [device('a')], signal, connected() {}, emit: () => Promise.resolve() });
  await expect(end).rejects.toMatchObject({ kind: 'transient' });
});
