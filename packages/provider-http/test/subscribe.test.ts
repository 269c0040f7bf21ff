import { describe, expect, test } from 'vitest';
import type { DeviceRef, RawInput } from '@caudal/core';
import { http, type HttpConfig, presets } from '@caudal/provider-http';
import {
  fakeHost,
  providerConformance,
  registerConformance,
  replies,
  settled,
  startFaultServer,
  virtualClock,
} from '@caudal/testkit';
import { instanceOf } from './pages.ts';
import { startStreamServer } from './stream-server.ts';

const start = Date.UTC(2026, 6, 6, 14);
const secrets = { 'env:KEY': 'key-of-this-test-4711', 'env:DEVICE': 'device-secret-0815' };

const device: DeviceRef = {
  id: 'ours',
  externalId: 'unit-1',
  credential: 'env:DEVICE',
  settings: { parameters: { site: 'north' } },
  variables: [
    { name: 'level', settings: {} },
    { name: 'flow', settings: {} },
  ],
};

const configOf = (url: string, more: Partial<NonNullable<HttpConfig['subscribe']>> = {}): HttpConfig => ({
  secrets: { key: 'env:KEY' },
  auth: [{ type: 'header', name: 'X-API-Key', use: 'key' }],
  answer: {
    items: 'rows',
    shape: { type: 'list', variable: 'n', value: 'v' },
    time: { at: 't', format: 'epoch-ms' },
  },
  errors: [{ when: [{ path: 'error', exists: true }], means: 'auth', says: 'the stream was refused' }],
  subscribe: {
    url: `${url}/live?unit={device}`,
    first: [{ login: '{credential}' }, 'hello'],
    subscribe: [{ subscribe: '{device}', keys: '{variables}', site: '{parameter.site}' }],
    ready: [{ path: 'type', equals: 'subscribed' }],
    data: [{ path: 'type', equals: 'data' }],
    acknowledge: { ack: '{message:seq}' },
    ...more,
  },
});

const data = (seq: number) => JSON.stringify({ type: 'data', seq, rows: [{ n: 'level', v: `${seq}.50`, t: start }] });
const answerOf = (text: string) => (text.includes('"subscribe"') ? '{"type":"subscribed"}' : undefined);

/** A subscription that runs, with what it stored. */
const subscribe = (
  config: HttpConfig,
  options: { emit?: (records: readonly RawInput[]) => Promise<void>; clock?: ReturnType<typeof virtualClock> } = {},
) => {
  const host = fakeHost({ secrets, ...(options.clock === undefined ? {} : { clock: options.clock }) });
  const instance = instanceOf(http(config), host);
  const stop = new AbortController();
  const stored: RawInput[] = [];
  let flows = 0;
  const end = (async () =>
    instance.subscribe?.({
      devices: [device],
      signal: stop.signal,
      connected: () => {
        flows += 1;
      },
      emit: async (records) => {
        await options.emit?.(records);
        stored.push(...records);
      },
    }))();
  end.catch(() => {});
  return { host, instance, stop, stored, end, flows: () => flows };
};

test('what is sent first and for the device, what says that it flows, what is data, and an acknowledgement after storing', async () => {
  await using server = await startStreamServer(answerOf);
  const { host, instance, stop, stored, end, flows } = subscribe(configOf(server.url));
  await server.until(() => server.received.length === 3);
  expect(server.received).toEqual([
    '{"login":"device-secret-0815"}',
    'hello',
    '{"subscribe":"unit-1","keys":["level","flow"],"site":"north"}',
  ]);
  expect(server.opened[0]).toMatchObject({
    url: '/live?unit=unit-1',
    headers: { 'x-api-key': 'key-of-this-test-4711' },
  });
  await settled();
  expect(flows()).toBe(1);
  server.send('{"type":"pong"}');
  server.send(data(7));
  server.send(Buffer.from(data(8)));
  await server.until(() => server.received.length === 5);
  expect(server.received.slice(3)).toEqual(['{"ack":7}', '{"ack":8}']);
  const context = { settings: () => undefined, externalId: () => 'unit-1' };
  const readings = stored.flatMap(
    (record) => instance.decode({ ...record, id: '1', receivedAt: start }, context).readings,
  );
  expect(readings).toEqual(
    [7, 8].map((seq) => ({ device: 'unit-1', variable: 'level', at: start, value: seq + 0.5, raw: `${seq}.50` })),
  );
  expect(JSON.stringify(stored.map(({ envelope }) => envelope)) + host.logs).not.toContain('secret-0815');
  stop.abort();
  await end;
});

test('a heartbeat is sent, and a connection that says nothing is lost', async () => {
  await using server = await startStreamServer(answerOf);
  const clock = virtualClock(start);
  const { end, flows } = subscribe(
    configOf(server.url, { heartbeat: { everyMs: 20_000, message: { type: 'ping' } }, silenceMs: 50_000 }),
    { clock },
  );
  await server.until(() => server.received.length === 3);
  await settled();
  expect(flows()).toBe(1);
  await clock.advance(40_000);
  await server.until(() => server.received.filter((text) => text === '{"type":"ping"}').length === 2);
  server.send('{"type":"pong"}');
  await settled();
  await clock.advance(45_000);
  await clock.advance(10_000);
  await expect(end).rejects.toMatchObject({
    kind: 'transient',
    message: expect.stringContaining('said nothing') as string,
  });
});

test('a stream that never flows is a time-out', async () => {
  await using server = await startStreamServer();
  const clock = virtualClock(start);
  const { end } = subscribe(configOf(server.url, { readyMs: 5000 }), { clock });
  await server.until(() => server.received.length === 3);
  await clock.advance(5000);
  await expect(end).rejects.toMatchObject({ kind: 'timeout' });
});

test('a message that is a refusal ends the subscription with its kind', async () => {
  await using server = await startStreamServer(() => '{"error":"bad login"}');
  const { end } = subscribe(configOf(server.url));
  await expect(end).rejects.toMatchObject({ kind: 'auth' });
});

test('more messages than may wait end the connection instead of filling memory', async () => {
  await using server = await startStreamServer(answerOf);
  const { end, stored } = subscribe(configOf(server.url, { maxWaiting: 2 }), { emit: () => new Promise(() => {}) });
  await server.until(() => server.received.length === 3);
  for (const seq of [1, 2, 3, 4]) server.send(data(seq));
  await expect(end).rejects.toMatchObject({ kind: 'transient' });
  expect(stored).toEqual([]);
});

test('a message that is too large is refused', async () => {
  await using server = await startStreamServer(answerOf);
  const { end } = subscribe(configOf(server.url, { maxMessageBytes: 200 }));
  await server.until(() => server.received.length === 3);
  server.send(JSON.stringify({ type: 'data', text: 'x'.repeat(200) }));
  await expect(end).rejects.toMatchObject({ kind: 'invalid-data' });
});

test('a server that does not answer is transient, and a proxy is unsupported rather than passed by', async () => {
  const server = await startStreamServer();
  await server[Symbol.asyncDispose]();
  await expect(subscribe(configOf(server.url)).end).rejects.toMatchObject({ kind: 'transient' });
  const host = fakeHost({ secrets, network: { proxy: 'http://127.0.0.1:9' } });
  const instance = instanceOf(http(configOf(server.url)), host);
  const call = {
    devices: [device],
    signal: new AbortController().signal,
    connected() {},
    emit: () => Promise.resolve(),
  };
  await expect(instance.subscribe?.(call)).rejects.toMatchObject({ kind: 'unsupported', sent: 'no' });
});

test('ThingsBoard: the token of the login goes into the first message, updates are pairs by key', async () => {
  await using login = await startFaultServer();
  login.reply('/api/auth/login', replies.json({ token: 'jwt-of-this-test' }));
  const update =
    '{"subscriptionId":1,"errorCode":0,"errorMsg":null,"data":{"input1Count":[[1703123456789,"39764"]],"never":[[1703123456789,null]]},"latestValues":{}}';
  await using server = await startStreamServer((text) => (text.includes('authCmd') ? update : undefined));
  const config: HttpConfig = {
    ...presets.thingsboard,
    ...presets.thingsboardStream,
    subscribe: { ...presets.thingsboardStream.subscribe, url: `${server.url}/api/ws` },
    baseUrl: login.url,
    secrets: { user: 'env:KEY', password: 'env:DEVICE' },
  };
  const { instance, stop, stored, end, flows } = subscribe(config);
  await server.until(() => server.received.length === 1);
  expect(JSON.parse(server.received[0] ?? '')).toEqual({
    authCmd: { cmdId: 0, token: 'jwt-of-this-test' },
    cmds: [{ type: 'TIMESERIES', entityType: 'DEVICE', entityId: 'unit-1', scope: 'LATEST_TELEMETRY', cmdId: 1 }],
  });
  await settled();
  expect(flows()).toBe(1);
  const context = { settings: () => undefined, externalId: () => 'unit-1' };
  expect(
    stored.flatMap((record) => instance.decode({ ...record, id: '1', receivedAt: start }, context).readings),
  ).toEqual([{ device: 'unit-1', variable: 'input1Count', at: 1703123456789, value: 39764, raw: '39764' }]);
  stop.abort();
  await end;
});

registerConformance(
  providerConformance({
    plugin: (baseUrl) => http(configOf(baseUrl.replace(/^http/, 'ws'))),
    secrets,
    device,
    records: [
      {
        id: '1',
        receivedAt: start,
        body: new TextEncoder().encode(data(1)),
        envelope: { channel: 'subscribe', device: 'ours', asked: { devices: ['unit-1'] } },
      },
    ],
    async stream() {
      const server = await startStreamServer(answerOf);
      let seq = 0;
      return {
        plugin: http(configOf(server.url)),
        subscribed: () => server.until(() => server.received.length >= 3),
        deliver: async () => {
          seq += 1;
          server.send(data(seq));
          await settled();
        },
        acknowledged: () => server.received.filter((text) => text.startsWith('{"ack"')).length,
        drop: async () => {
          server.drop();
        },
        close: async () => {
          await server[Symbol.asyncDispose]();
        },
      };
    },
  }),
  { describe, test },
);
