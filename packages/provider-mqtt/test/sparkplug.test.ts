import * as fc from 'fast-check';
import { create, isCaudalError, type RawInput, type RawRecord, systemClock } from '@caudal/core';
import { mqtt, type MqttConfig } from '@caudal/provider-mqtt';
import { type SparkplugMetric, sparkplugNode, type SparkplugType, startMqtt } from '@caudal/simulators';
import { fakeHost } from '@caudal/testkit';
import { expect, test } from 'vitest';
import { drive } from './subscription.ts';

const at = Date.UTC(2026, 6, 6, 14, 30);
const config = (url: string, rebirth?: boolean): MqttConfig => ({
  url,
  clientId: 'caudal',
  topics: [{ format: { type: 'sparkplug-b', ...(rebirth === undefined ? {} : { rebirth }) } }],
});
const instance = create(mqtt(config('mqtt://broker.example')), fakeHost());
const context = { settings: () => undefined, externalId: () => undefined };
const stored = ({ body, envelope }: RawInput, id = 'r'): RawRecord => ({ id, receivedAt: at, body, envelope });

/** Readings of records that were emitted, each with the newest BIRTH before it, as a host hands it over. */
const readingsOf = (records: readonly RawInput[]) => {
  const births = new Map<string, RawRecord>();
  return records.flatMap((input, index) => {
    const record = stored(input, String(index));
    const { key, needs } = record.envelope;
    const needed = needs === undefined ? undefined : births.get(needs);
    if (key !== undefined) births.set(key, record);
    return instance.decode(record, needed === undefined ? context : { ...context, needed }).readings;
  });
};

const level = (value: number): SparkplugMetric => ({ name: 'level', type: 'Float', value, unit: 'm' });
const total = (value: number): SparkplugMetric => ({ name: 'total', type: 'UInt64', value });

test('births and data of a node and its device, from the edge to readings', async () => {
  const broker = await startMqtt({ clock: systemClock });
  const node = sparkplugNode({ group: 'plant', node: 'edge' });
  await using driven = await drive(config(broker.url));
  await driven.connected;
  expect(broker.ledger.subscribed.map(({ filter }) => filter)).toEqual(['spBv1.0/+/+/+/#']);
  await broker.publish(node.birth(at, [{ name: 'cpu', type: 'Int8', value: -5 }]));
  await broker.publish(node.deviceBirth('pump', at, [level(12.3), total(100)]));
  await broker.publish(node.deviceData('pump', at + 1000, [level(12.4)]));
  await broker.publish(node.data(at + 2000, [{ name: 'cpu', type: 'Int8', value: -6 }]));
  await broker.publish({ topic: 'spBv1.0/STATE/host', payload: '{"online":true}' });
  await broker.publish(node.deviceDeath('pump', at + 3000));
  await broker.publish(node.death(at + 4000));
  const records = await driven.emitted(6);
  expect(records.map(({ envelope: { key, needs } }) => key ?? needs)).toEqual([
    'sparkplug-birth/plant/edge',
    'sparkplug-birth/plant/edge/pump',
    'sparkplug-birth/plant/edge/pump',
    'sparkplug-birth/plant/edge',
    undefined,
    undefined,
  ]);
  expect(readingsOf(records).map(({ device, variable, value, unit }) => [device, variable, value, unit])).toEqual([
    ['plant/edge', 'cpu', -5, undefined],
    ['plant/edge/pump', 'level', 12.3, 'm'],
    ['plant/edge/pump', 'total', 100, undefined],
    ['plant/edge/pump', 'level', 12.4, 'm'],
    ['plant/edge', 'cpu', -6, undefined],
  ]);
  expect(broker.ledger.published).toEqual([]);
  await broker.close();
});

test('a BIRTH that was missed is asked for, and what comes before it is not guessed', async () => {
  const broker = await startMqtt({ clock: systemClock });
  const node = sparkplugNode({ group: 'plant', node: 'edge' });
  node.birth(at, []);
  node.deviceBirth('pump', at, [level(1)]);
  await broker.onPublished(node.commands, (_topic, payload) => {
    if (!payload.includes('Node Control/Rebirth')) return;
    void broker.publish(node.birth(at + 2000, []));
    void broker.publish(node.deviceBirth('pump', at + 2000, [level(12.5)]));
  });
  await using driven = await drive(config(broker.url));
  await driven.connected;
  await broker.publish(node.deviceData('pump', at + 1000, [level(12.4)]));
  await driven.emitted(3);
  await broker.publish(node.deviceData('pump', at + 3000, [level(12.6)]));
  const records = await driven.emitted(4);
  expect(records[0]?.envelope.needs).toBeUndefined();
  expect(readingsOf(records).map(({ value }) => value)).toEqual([12.5, 12.6]);
  expect(broker.ledger.published.map(({ topic }) => topic)).toEqual(['spBv1.0/plant/NCMD/edge']);
  await broker.close();
});

test('a missing sequence number makes aliases doubtful: a new BIRTH may have been what was lost', async () => {
  const broker = await startMqtt({ clock: systemClock });
  const node = sparkplugNode({ group: 'plant', node: 'edge' });
  await using driven = await drive(config(broker.url));
  await driven.connected;
  await broker.publish(node.birth(at, [level(1)]));
  await broker.publish(node.data(at + 1000, [level(2)]));
  node.data(at + 2000, [level(3)]);
  await broker.publish(node.data(at + 3000, [level(4)]));
  await broker.ledger.until(({ published }) => published.length === 1);
  const records = await driven.emitted(3);
  expect(readingsOf(records).map(({ value }) => value)).toEqual([1, 2]);
  await broker.close();
});

test('without rebirths nothing is published, and the last BIRTH that was stored is used', async () => {
  const broker = await startMqtt({ clock: systemClock });
  const node = sparkplugNode({ group: 'plant', node: 'edge' });
  node.birth(at, [level(1)]);
  await using driven = await drive(config(broker.url, false));
  await driven.connected;
  await broker.publish(node.data(at + 1000, [level(2)]));
  const [record] = await driven.emitted(1);
  expect(record?.envelope.needs).toBe('sparkplug-birth/plant/edge');
  expect(broker.ledger.published).toEqual([]);
  await broker.close();
});

const ranges: Readonly<Partial<Record<SparkplugType, readonly [bigint, bigint]>>> = {
  Int8: [-128n, 127n],
  Int16: [-32_768n, 32_767n],
  Int32: [-(2n ** 31n), 2n ** 31n - 1n],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
  UInt8: [0n, 255n],
  UInt16: [0n, 65_535n],
  UInt32: [0n, 2n ** 32n - 1n],
  UInt64: [0n, 2n ** 64n - 1n],
};

test.each(Object.entries(ranges))(
  '%s comes through digit by digit over its whole range, named or by alias',
  (type, range) => {
    const [min, max] = range;
    fc.assert(
      fc.property(fc.bigInt({ min, max }), (value) => {
        const node = sparkplugNode({ group: 'g', node: 'n' });
        const metric = { name: 'v', type: type as SparkplugType, value };
        const birth = node.birth(at, [metric]);
        const data = node.data(at + 1, [metric]);
        const record = (message: typeof birth, more: object) => ({
          body: Uint8Array.from(message.payload as Uint8Array),
          envelope: { channel: 'subscribe' as const, topic: message.topic, ...more },
        });
        const readings = readingsOf([record(birth, { key: 'k' }), record(data, { needs: 'k' })]);
        expect(readings.map(({ raw }) => raw)).toEqual([String(value), String(value)]);
      }),
    );
  },
);

test('floats are the shortest decimal that is the same float', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const message = sparkplugNode({ group: 'g', node: 'n' }).birth(at, [{ name: 'v', type: 'Float', value }]);
      const [reading] = readingsOf([
        {
          body: Uint8Array.from(message.payload as Uint8Array),
          envelope: { channel: 'subscribe', topic: message.topic },
        },
      ]);
      expect(Math.fround(reading?.value ?? Number.NaN)).toBe(value + 0);
    }),
  );
});

test('any bytes: readings or invalid data, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      try {
        for (const { at: instant, value } of readingsOf([
          { body, envelope: { channel: 'subscribe', topic: 'spBv1.0/g/NBIRTH/n' } },
        ])) {
          expect(Number.isFinite(instant)).toBe(true);
          expect(value === null || Number.isFinite(value)).toBe(true);
        }
      } catch (error) {
        if (!isCaudalError(error) || error.kind !== 'invalid-data') throw error;
      }
    }),
  );
});
