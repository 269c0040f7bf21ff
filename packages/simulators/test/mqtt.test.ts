import { systemClock } from '@caudal/core';
import { findMosquitto, type MqttTransport, startMosquitto, startMqtt } from '@caudal/simulators';
import { connect, connectAsync, type IClientOptions } from 'mqtt';
import { expect, test } from 'vitest';

const clock = systemClock;
const once = { reconnectPeriod: 0 } satisfies IClientOptions;
const session = { ...once, clientId: 'reader', clean: false } satisfies IClientOptions;

/** What became of a connection: `connected`, the return code of a refusal, or `closed`. */
const fate = (url: string, options: IClientOptions = {}) =>
  new Promise<string | number>((resolve) => {
    const client = connect(url, { ...once, ...options });
    client.once('connect', () => resolve('connected'));
    client.once('error', (error) => resolve('code' in error ? (error.code as string | number) : error.message));
    client.once('close', () => resolve('closed'));
  });

test('a session keeps what comes while its client is away, until it is acknowledged', async () => {
  const broker = await startMqtt({ clock });
  const first = await connectAsync(broker.url, session);
  await first.subscribeAsync('wells/+', { qos: 1 });
  await first.endAsync();
  await broker.publish({ topic: 'wells/1', payload: 'kept' });
  expect(broker.ledger.acknowledged).toEqual([]);
  const again = connect(broker.url, session);
  const text = await new Promise((resolve) => {
    again.once('message', (_topic, payload) => resolve(payload.toString()));
  });
  expect(text).toBe('kept');
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 1);
  expect(broker.ledger.acknowledged).toMatchObject([{ clientId: 'reader', topic: 'wells/1' }]);
  await again.endAsync(true);
  await broker.close();
});

test('the ledger says what clients asked for and published', async () => {
  const broker = await startMqtt({ clock });
  const client = await connectAsync(broker.url, { ...session, username: 'u', keepalive: 9 });
  await client.subscribeAsync('a/#', { qos: 1 });
  await client.unsubscribeAsync('a/#');
  const taken: string[] = [];
  await broker.onPublished('commands/+', (topic, payload) => taken.push(`${topic} ${payload.toString()}`));
  await client.publishAsync('commands/x', 'go', { qos: 1 });
  await broker.ledger.until(({ published }) => published.length === 1);
  expect(broker.ledger.connections).toMatchObject([
    { clientId: 'reader', clean: false, username: 'u', keepAliveSeconds: 9, hasWill: false },
  ]);
  expect(broker.ledger.subscribed).toEqual([{ clientId: 'reader', filter: 'a/#', qos: 1 }]);
  expect(broker.ledger.unsubscribed).toEqual([{ clientId: 'reader', filter: 'a/#' }]);
  expect(taken).toEqual(['commands/x go']);
  await client.endAsync(true);
  await broker.close();
});

test('behaviours towards a client that connects and subscribes', async () => {
  const broker = await startMqtt({ clock, users: { u: 'p' } });
  const good = { username: 'u', password: 'p' };
  expect(await fate(broker.url, { ...good, password: 'q' })).toBe(4);
  expect(await fate(broker.url)).toBe(4);
  broker.behave({ connect: { next: ['refuse-5', 'drop', 'slow-20'] } });
  expect(await fate(broker.url, good)).toBe(5);
  expect(await fate(broker.url, good)).toBe('closed');
  expect(await fate(broker.url, good)).toBe('connected');
  broker.behave({ connect: { only: { late: 'hang' } } });
  expect(await fate(broker.url, { ...good, clientId: 'late', connectTimeout: 30 })).toBe('connack timeout');
  broker.behave({ subscribe: { only: { secret: 'refuse' } } });
  const client = await connectAsync(broker.url, { ...once, ...good });
  await expect(client.subscribeAsync('secret')).rejects.toThrow('Unspecified error');
  expect((await client.subscribeAsync('open', { qos: 1 }))[0]?.qos).toBe(1);
  expect(() => broker.behave({ connect: { next: ['refuse-9'] } })).toThrow(RangeError);
  await client.endAsync(true);
  await broker.close();
});

test('down refuses, up takes connections again on the same port, and cut ends them', async () => {
  const broker = await startMqtt({ clock });
  await broker.down();
  expect(await fate(broker.url)).toBe('ECONNREFUSED');
  await broker.up();
  const client = await connectAsync(broker.url, once);
  const closed = new Promise((resolve) => {
    client.once('close', () => resolve('closed'));
  });
  broker.cut();
  expect(await closed).toBe('closed');
  await broker.close();
});

test.each(['tls', 'mutual-tls', 'websocket'] as const satisfies MqttTransport[])('over %s', async (transport) => {
  const broker = await startMqtt({ clock, transport });
  const trust = broker.certificate === undefined ? {} : { ca: broker.certificate };
  const shown = broker.client === undefined ? {} : { cert: broker.client.certificate, key: broker.client.key };
  expect(await fate(broker.url, { ...trust, ...shown })).toBe('connected');
  if (transport === 'mutual-tls') expect(await fate(broker.url, trust)).not.toBe('connected');
  await broker.close();
});

test.skipIf(findMosquitto() === undefined)('Mosquitto comes up again on its port with its data', async () => {
  const broker = await startMosquitto({ lines: ['max_keepalive 100'] });
  const first = await connectAsync(broker.url, session);
  await first.subscribeAsync('wells/+', { qos: 1 });
  await first.endAsync();
  const device = await connectAsync(broker.url, once);
  await device.publishAsync('wells/1', 'kept', { qos: 1 });
  await device.endAsync();
  await broker.stop();
  expect(await fate(broker.url)).toBe('ECONNREFUSED');
  await broker.start();
  const again = connect(broker.url, session);
  const text = await new Promise((resolve) => {
    again.once('message', (_topic, payload) => resolve(payload.toString()));
  });
  expect(text).toBe('kept');
  await again.endAsync(true);
  await broker.close();
  await expect(startMosquitto({ lines: ['no_such_option 1'] })).rejects.toThrow('did not come up');
});
