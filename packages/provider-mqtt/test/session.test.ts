import { systemClock } from '@caudal/core';
import type { MqttConfig } from '@caudal/provider-mqtt';
import { startMqtt } from '@caudal/simulators';
import { expect, test } from 'vitest';
import { drive, textOf } from './subscription.ts';

const json = { type: 'json' as const, time: { path: '/ts', as: 'ms' as const } };
const at = (url: string, topics: MqttConfig['topics']): MqttConfig => ({ url, clientId: 'caudal-wells', topics });
const device = (id: string, externalId: string, credential?: `env:${string}`) => ({
  id,
  externalId,
  settings: {},
  variables: [],
  ...(credential === undefined ? {} : { credential }),
});
const clock = systemClock;

test('the weak point of the field: placeholders are subscribed as wildcards, never literally, and captured on arrival', async () => {
  const broker = await startMqtt({ clock });
  await using driven = await drive(
    at(broker.url, [
      { topic: 'wells/{externalId}/{variable}', format: json },
      { topic: 'plant-{plant}/+/#', device: '{plant}', format: json, qos: 0 },
    ]),
  );
  await driven.connected;
  expect(broker.ledger.subscribed.map(({ filter, qos }) => [filter, qos])).toEqual([
    ['wells/+/+', 1],
    ['+/+/#', 0],
  ]);
  await broker.publish({ topic: 'wells/w-1/level', payload: '12.5' });
  const [record] = await driven.emitted(1);
  expect(record?.envelope).toEqual({ channel: 'subscribe', topic: 'wells/w-1/level' });
  await broker.close();
});

test('the session is ours and stays: stable client id, no clean start, no will', async () => {
  const broker = await startMqtt({ clock, users: { caudal: 'secret-word' } });
  {
    await using driven = await drive(
      { ...at(broker.url, [{ topic: 'w/{externalId}', format: json }]), username: 'env:U', password: 'env:P' },
      { secrets: { 'env:U': 'caudal', 'env:P': 'secret-word' } },
    );
    await driven.connected;
  }
  expect(broker.ledger.connections).toEqual([
    expect.objectContaining({
      clientId: 'caudal-wells',
      clean: false,
      hasWill: false,
      username: 'caudal',
      keepAliveSeconds: 60,
    }),
  ]);
  await broker.close();
});

test('a credential in a topic is subscribed, and shown nowhere', async () => {
  const broker = await startMqtt({ clock });
  const secrets = { 'env:A': 'thing-token-of-a', 'env:B': 'thing-token-of-b', 'env:SITE': 'shared-site-key' };
  await using driven = await drive(
    at(broker.url, [
      { format: { type: 'thethings' } },
      { topic: 'site/{site}/{externalId}', secrets: { site: 'env:SITE' }, format: json },
    ]),
    { devices: [device('a', 'well-a', 'env:A'), device('b', 'well-b', 'env:B'), device('c', 'well-c')], secrets },
  );
  await driven.connected;
  expect(broker.ledger.subscribed.map(({ filter }) => filter).toSorted()).toEqual([
    'site/shared-site-key/+',
    'v2/things/thing-token-of-a',
    'v2/things/thing-token-of-b',
  ]);
  await broker.publish({ topic: 'v2/things/thing-token-of-b', payload: '[]' });
  await broker.publish({ topic: 'site/shared-site-key/well-c', payload: '{}' });
  const records = await driven.emitted(2);
  expect(records.map(({ envelope }) => [envelope.topic, envelope.device])).toEqual([
    ['v2/things/{credential}', 'b'],
    ['site/{site}/well-c', 'c'],
  ]);
  const everything = JSON.stringify(records.map(({ envelope }) => envelope)) + driven.logs;
  for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret);
  await broker.close();
});

test('retained and repeated messages are marked', async () => {
  const broker = await startMqtt({ clock });
  await broker.publish({ topic: 'w/1', payload: '1', retain: true });
  const config = at(broker.url, [{ topic: 'w/{externalId}', format: json }]);
  await using driven = await drive(config);
  await driven.connected;
  await broker.publish({ topic: 'w/2', payload: '2' });
  const records = await driven.emitted(2);
  expect(records.map(({ envelope }) => [envelope.topic, envelope.retained])).toEqual([
    ['w/1', true],
    ['w/2', undefined],
  ]);
  await broker.close();
});

test('a topic that left the configuration is unsubscribed, and what it still brings is kept as unmatched', async () => {
  const broker = await startMqtt({ clock });
  const kept = { topic: 'wells/{externalId}', format: json };
  {
    await using before = await drive(at(broker.url, [kept, { topic: 'old/{externalId}/+/data', format: json }]));
    await before.connected;
  }
  await broker.publish({ topic: 'old/w-9/x/data', payload: '{"left":"over"}' });
  await using driven = await drive(at(broker.url, [kept]));
  const [stray] = await driven.emitted(1);
  expect(stray?.envelope.topic).toBe('old/w-9/x/data');
  expect(textOf(stray as NonNullable<typeof stray>)).toBe('{"left":"over"}');
  await broker.ledger.until(({ unsubscribed }) => unsubscribed.some(({ filter }) => filter === 'old/+/+/data'));
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 1);
  expect(broker.ledger.unsubscribed.map(({ filter }) => filter)).not.toContain('wells/+');
  await driven.connected;
  await broker.publish({ topic: 'old/w-9/x/data', payload: '{"left":"over again"}' });
  await broker.publish({ topic: 'wells/w-1', payload: '{"level":1}' });
  const records = await driven.emitted(2);
  expect(records.map(({ envelope }) => envelope.topic)).toEqual(['old/w-9/x/data', 'wells/w-1']);
  await broker.close();
});

test('the token of a device that was removed is unsubscribed and still not shown', async () => {
  const broker = await startMqtt({ clock });
  const config = at(broker.url, [{ format: { type: 'thethings' } }]);
  const secrets = { 'env:A': 'thing-token-of-a', 'env:B': 'thing-token-of-b' };
  {
    await using before = await drive(config, { devices: [device('a', 'well-a', 'env:A')], secrets });
    await before.connected;
  }
  await broker.publish({ topic: 'v2/things/thing-token-of-a', payload: '[]' });
  await using driven = await drive(config, { devices: [device('b', 'well-b', 'env:B')], secrets });
  const [stray] = await driven.emitted(1);
  expect(stray?.envelope).toEqual({ channel: 'subscribe', topic: 'v2/things/{credential}' });
  await broker.ledger.until(({ unsubscribed }) =>
    unsubscribed.some(({ filter }) => filter === 'v2/things/thing-token-of-a'),
  );
  expect(driven.logs).not.toContain('thing-token-of-a');
  await broker.close();
});

test('a payload beyond the bound is cut, said so, and acknowledged: it must not stop the queue', async () => {
  const broker = await startMqtt({ clock });
  await using driven = await drive({
    ...at(broker.url, [{ topic: 'w/{externalId}', format: json }]),
    maxMessageBytes: 1000,
  });
  await driven.connected;
  await broker.publish({ topic: 'w/1', payload: 'x'.repeat(5000) });
  const [record] = await driven.emitted(1);
  expect(record?.body.byteLength).toBe(1000);
  expect(record?.envelope.headers).toEqual({ 'mqtt-payload-length': '5000' });
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 1);
  await broker.close();
});

test('messages held are bounded; the disk sets the pace; acknowledgements keep the order of arrival', async () => {
  const broker = await startMqtt({ clock });
  let most = 0;
  let free = () => {};
  const disk = new Promise<void>((resolve) => {
    free = resolve;
  });
  await using driven = await drive(
    { ...at(broker.url, [{ topic: 'w/{externalId}', format: json }]), maxInFlight: 5 },
    {
      store: async (records) => {
        most = Math.max(most, records.length);
        await disk;
      },
    },
  );
  await driven.connected;
  const published = Array.from({ length: 50 }, (_, index) => String(index));
  for (const payload of published) await broker.publish({ topic: 'w/1', payload });
  expect(broker.ledger.acknowledged).toEqual([]);
  free();
  const records = await driven.emitted(50);
  expect(records.map(textOf)).toEqual(published);
  expect(most).toBeLessThanOrEqual(5);
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 50);
  expect(broker.ledger.acknowledged.map(({ payload }) => payload.toString())).toEqual(published);
  await broker.close();
});

test('what could not be stored ends the connection, and comes again with the next', async () => {
  const broker = await startMqtt({ clock });
  const config = at(broker.url, [{ topic: 'w/{externalId}', format: json }]);
  {
    await using full = await drive(config, { store: () => Promise.reject(new Error('the disk is full')) });
    await full.connected;
    await broker.publish({ topic: 'w/1', payload: 'precious' });
    expect(await full.ended).toMatchObject({ kind: 'transient' });
  }
  expect(broker.ledger.acknowledged).toEqual([]);
  await using driven = await drive(config);
  const [record] = await driven.emitted(1);
  expect(textOf(record as NonNullable<typeof record>)).toBe('precious');
  await broker.ledger.until(({ acknowledged }) => acknowledged.length === 1);
  await broker.close();
});
