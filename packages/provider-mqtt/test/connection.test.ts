import { createServer, type AddressInfo } from 'node:net';
import { create, open, systemClock } from '@caudal/core';
import { mqtt, type MqttConfig } from '@caudal/provider-mqtt';
import { type MqttTransport, startMqtt } from '@caudal/simulators';
import { fakeHost, refusedUrl } from '@caudal/testkit';
import { expect, test } from 'vitest';
import { drive } from './subscription.ts';

const json = { type: 'json' as const };
const topics: MqttConfig['topics'] = [{ topic: 'wells/{externalId}', format: json }];
const clock = systemClock;
const at = (url: string, more: Partial<MqttConfig> = {}): MqttConfig => ({ url, clientId: 'caudal', topics, ...more });
const signal = new AbortController().signal;

const fate = async (config: MqttConfig, secrets: Record<string, string> = {}) => {
  await using driven = await drive(config, { secrets });
  return await Promise.race([driven.connected.then(() => 'connected'), driven.ended]);
};

test.each([
  ['an address that is none', { url: 'mqtt://' }],
  ['credentials in the address', { url: 'mqtt://user:word@broker.example' }],
  ['credentials in a query', { url: 'wss://broker.example/mqtt?token=abc' }],
  ['TLS settings without TLS', { tls: { ca: 'env:CA' as const } }],
  ['HTTP', { url: 'https://broker.example' }],
  ['a wildcard within a level', { topics: [{ topic: 'wells/a+', format: json }] }],
  ['# before the end', { topics: [{ topic: '#/wells', format: json }] }],
  ['a broken placeholder', { topics: [{ topic: 'wells/{external id}', format: json }] }],
  ['a placeholder twice', { topics: [{ topic: '{externalId}/{externalId}', format: json }] }],
  ['a secret beside other text', { topics: [{ topic: 'things-{credential}', format: json }] }],
  ['a secret without a place', { topics: [{ topic: 'a', format: json, secrets: { key: 'env:K' as const } }] }],
  ['a format without a topic of its own', { topics: [{ format: { type: 'thingsboard-device' as const } }] }],
  ['a mapping without a device', { topics: [{ topic: 'wells', format: json }] }],
  [
    'a value without a variable',
    { topics: [{ topic: '{externalId}', format: { type: 'json' as const, value: '/v' } }] },
  ],
  ['a zone that is none', { topics: [{ topic: '{externalId}', format: json, zone: 'Chile/Atlantis' }] }],
  ['a password that is no reference', { password: 'word' as never }],
  ['an unknown option', { host: 'broker.example' } as never],
])('field failure 20: %s is refused before anything runs', (_name, wrong) => {
  expect(() => create(mqtt({ ...at('mqtt://broker.example'), ...wrong }), fakeHost())).toThrow(
    expect.objectContaining({ kind: 'config', sent: 'no' }),
  );
});

test.each([
  ['refuse-2', 'config', 'client id'],
  ['refuse-3', 'transient', 'not available'],
  ['refuse-4', 'auth', 'user name or password'],
  ['refuse-5', 'auth', 'not authorised'],
  ['drop', 'transient', 'before it took it'],
] as const)('a CONNECT that is answered with %s is %s', async (behaviour, kind, says) => {
  const broker = await startMqtt({ clock });
  broker.behave({ connect: { always: behaviour } });
  expect(await fate(at(broker.url))).toMatchObject({ kind, message: expect.stringContaining(says) });
  expect(broker.ledger.connections).toHaveLength(1);
  await broker.close();
});

test('a broker that says nothing is a timeout', async () => {
  const broker = await startMqtt({ clock });
  broker.behave({ connect: { always: 'hang' } });
  expect(await fate(at(broker.url, { timeoutMs: 50 }))).toMatchObject({ kind: 'timeout' });
  await broker.close();
});

test('a slow broker is waited for', async () => {
  const broker = await startMqtt({ clock });
  broker.behave({ connect: { always: 'slow-200' } });
  expect(await fate(at(broker.url))).toBe('connected');
  await broker.close();
});

test.each(['mqtt', 'ws'])('nothing listens for %s: transient, and certainly not sent', async (scheme) => {
  const url = (await refusedUrl()).replace('http', scheme);
  expect(await fate(at(url))).toMatchObject({ kind: 'transient', sent: 'no' });
});

test('a server that speaks no MQTT is an error, whatever it says', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  expect(await fate(at(`mqtt://127.0.0.1:${port}`))).toMatchObject({ kind: 'transient' });
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

test('MQTT 5: the broker says why it ends the connection', async () => {
  // CONNACK with success, then DISCONNECT with 0x8E, "Session taken over" (MQTT 5, 3.2 and 3.14).
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from([0x20, 3, 0, 0, 0, 0xe0, 1, 0x8e])));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  expect(await fate(at(`mqtt://127.0.0.1:${port}`, { version: '5' }))).toMatchObject({
    kind: 'transient',
    message: expect.stringContaining('client id'),
  });
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

test('a refused subscription is auth and names the topic', async () => {
  const broker = await startMqtt({ clock });
  broker.behave({ subscribe: { only: { 'wells/+': 'refuse' } } });
  expect(await fate(at(broker.url))).toMatchObject({
    kind: 'auth',
    message: expect.stringContaining('wells/{externalId}'),
  });
  await broker.close();
});

test('a refused token of one device stops no other; all refused is auth, and shows none', async () => {
  const broker = await startMqtt({ clock });
  const config = at(broker.url, { topics: [{ format: { type: 'thethings' } }] });
  const device = (id: string) => ({
    id,
    externalId: id,
    credential: `env:${id}` as const,
    settings: {},
    variables: [],
  });
  const secrets = { 'env:A': 'token-of-a', 'env:B': 'token-of-b' };
  broker.behave({ subscribe: { only: { 'v2/things/token-of-a': 'refuse' } } });
  {
    await using driven = await drive(config, { devices: [device('A'), device('B')], secrets });
    await driven.connected;
    await broker.publish({ topic: 'v2/things/token-of-b', payload: '[]' });
    await driven.emitted(1);
    expect(driven.logs).toContain('refused the subscription');
    expect(driven.logs).not.toContain('token-of-a');
  }
  await using alone = await drive(config, { devices: [device('A')], secrets });
  const failure = await alone.ended;
  expect(failure).toMatchObject({ kind: 'auth', scope: 'credential', credential: 'env:A' });
  expect(String(failure)).not.toContain('token-of-a');
  await broker.close();
});

test('a device whose credential is missing is told of and stops no other', async () => {
  const broker = await startMqtt({ clock });
  const config = at(broker.url, { topics: [{ format: { type: 'thethings' } }] });
  const device = (id: string) => ({
    id,
    externalId: id,
    credential: `env:${id}` as const,
    settings: {},
    variables: [],
  });
  await using driven = await drive(config, { devices: [device('A'), device('B')], secrets: { 'env:B': 'token-of-b' } });
  await driven.connected;
  expect(broker.ledger.subscribed.map(({ filter }) => filter)).toEqual(['v2/things/token-of-b']);
  expect(driven.logs).toContain('no credential');
  await broker.close();
});

test.each(['tls', 'mutual-tls', 'websocket'] as const satisfies MqttTransport[])('over %s', async (transport) => {
  const broker = await startMqtt({ clock, transport });
  const secrets = {
    'env:CA': broker.certificate ?? '',
    'env:CERT': broker.client?.certificate ?? '',
    'env:KEY': broker.client?.key ?? '',
  };
  const certificates = transport === 'mutual-tls' ? { certificate: 'env:CERT' as const, key: 'env:KEY' as const } : {};
  const more = transport === 'websocket' ? {} : { tls: { ca: 'env:CA' as const, ...certificates } };
  await using driven = await drive(at(broker.url, more), { secrets });
  await driven.connected;
  await broker.publish({ topic: 'wells/1', payload: '{}' });
  await driven.emitted(1);
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 1);
  await broker.close();
});

test('a certificate that nobody vouches for is config and certainly not sent, also when Node is told to take any', async () => {
  const broker = await startMqtt({ clock, transport: 'tls' });
  expect(await fate(at(broker.url))).toMatchObject({ kind: 'config', sent: 'no' });
  expect(broker.ledger.connections).toEqual([]);
  await broker.close();
});

test('the authorities of the host are trusted', async () => {
  const broker = await startMqtt({ clock, transport: 'tls' });
  const host = fakeHost({ network: { ca: broker.certificate ?? '' } });
  await using instance = await open(mqtt(at(broker.url)), host);
  expect(await instance.check({ signal })).toMatchObject({ ok: true });
  await broker.close();
});

test('a broker that asks for our certificate and gets none refuses as auth', async () => {
  const broker = await startMqtt({ clock, transport: 'mutual-tls' });
  const config = at(broker.url, { tls: { ca: 'env:CA' } });
  expect(await fate(config, { 'env:CA': broker.certificate ?? '' })).toMatchObject({ kind: 'auth' });
  await broker.close();
});

test('a key that can not be read is config', async () => {
  const broker = await startMqtt({ clock, transport: 'tls' });
  const config = at(broker.url, { tls: { certificate: 'env:CERT', key: 'env:KEY' } });
  expect(await fate(config, { 'env:CERT': 'no certificate', 'env:KEY': 'no key' })).toMatchObject({ kind: 'config' });
  await broker.close();
});

test('check never takes over the live connection, and leaves nothing behind', async () => {
  const broker = await startMqtt({ clock });
  await using driven = await drive(at(broker.url));
  await driven.connected;
  await using instance = await open(mqtt(at(broker.url)), fakeHost());
  expect(await instance.check({ signal })).toMatchObject({ ok: true });
  await broker.publish({ topic: 'wells/1', payload: '{}' });
  await driven.emitted(1);
  expect(broker.ledger.connections.map(({ clientId, clean }) => [/-check-/.test(clientId), clean])).toEqual([
    [false, false],
    [true, true],
  ]);
  broker.behave({ subscribe: { always: 'refuse' } });
  expect(await instance.check({ signal })).toMatchObject({ ok: false, message: expect.stringContaining('wells/') });
  await broker.close();
});

test('close ends a subscription', async () => {
  const broker = await startMqtt({ clock });
  const instance = await open(mqtt(at(broker.url)), fakeHost());
  let connected = () => {};
  const flowing = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const ended = instance.subscribe?.({ devices: [], signal, connected, emit: async () => {} }).catch(() => 'ended');
  await flowing;
  await instance[Symbol.asyncDispose]();
  expect(await ended).toBe('ended');
  await broker.close();
});
