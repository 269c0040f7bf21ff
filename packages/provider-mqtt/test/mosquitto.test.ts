import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { MqttConfig } from '@caudal/provider-mqtt';
import { findMosquitto, startMosquitto } from '@caudal/simulators';
import { describe, expect, test } from 'vitest';
import { cuttable } from './cuttable.ts';
import { drive, textOf } from './subscription.ts';

const missing = findMosquitto() === undefined;
if (missing) console.log('skipped Mosquitto: mosquitto is not installed (Debian: apt-get install mosquitto)');

const json = { type: 'json' as const, time: { path: '/ts', as: 'ms' as const } };
const topics: MqttConfig['topics'] = [{ topic: 'wells/{externalId}', format: json }];

/** A device that publishes with quality 1 and waits for the broker to take it. */
const device = async (url: string) => {
  const client = await connectAsync(url, { clientId: 'device' });
  return {
    publish: (topic: string, payload: string, retain = false) =>
      client.publishAsync(topic, payload, { qos: 1, retain }),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
};

const many = Array.from({ length: 1500 }, (_, n) => `value ${n} end`);

describe.skipIf(missing)('against Mosquitto', () => {
  test.for(['3.1.1', '5'] as const)(
    'MQTT %s: more than its default queue comes after an absence, whole and in order',
    async (version) => {
      const broker = await startMosquitto({ saves: 'at-stop' });
      const config: MqttConfig = { url: broker.url, clientId: 'caudal', version, topics };
      {
        await using before = await drive(config);
        await before.connected;
      }
      await using publisher = await device(broker.url);
      await Promise.all(many.map((text) => publisher.publish('wells/1', text)));
      {
        await using driven = await drive(config);
        expect((await driven.emitted(many.length)).map(textOf)).toEqual(many);
      }
      await broker.close();
    },
  );

  test('what a broker had saved when it was killed comes after its start', async () => {
    const broker = await startMosquitto();
    const config: MqttConfig = { url: broker.url, clientId: 'caudal', topics };
    {
      await using before = await drive(config);
      await before.connected;
    }
    {
      await using publisher = await device(broker.url);
      for (const text of many.slice(0, 50)) await publisher.publish('wells/1', text);
    }
    const last = many[49] ?? '';
    while (!(await readFile(join(broker.folder, 'data', 'mosquitto.db'))).includes(last));
    await broker.stop('SIGKILL');
    await broker.start();
    {
      await using driven = await drive(config);
      expect((await driven.emitted(50)).map(textOf)).toEqual(many.slice(0, 50));
    }
    await broker.close();
  });

  test('MQTT 5: the broker is told how much may be in flight, and retained messages come once a session', async () => {
    const broker = await startMosquitto();
    const config: MqttConfig = { url: broker.url, clientId: 'caudal', version: '5', maxInFlight: 3, topics };
    await using publisher = await device(broker.url);
    await publisher.publish('wells/1', 'kept', true);
    let free = () => {};
    const disk = new Promise<void>((resolve) => {
      free = resolve;
    });
    let most = 0;
    const store = (records: readonly unknown[]) => {
      most = Math.max(most, records.length);
      return disk;
    };
    {
      await using driven = await drive(config, { store });
      await driven.connected;
      for (const text of many.slice(0, 20)) await publisher.publish('wells/1', text);
      free();
      const records = await driven.emitted(21);
      expect(records.map(textOf)).toEqual(['kept', ...many.slice(0, 20)]);
      expect(most).toBeLessThanOrEqual(3);
      expect(records.map(({ envelope }) => envelope.retained)).toEqual([true, ...Array<undefined>(20).fill(undefined)]);
    }
    {
      await using again = await drive(config);
      await again.connected;
      await publisher.publish('wells/1', 'new');
      // What was stored when we went, and not yet acknowledged, may come again; the retained message does not.
      let got: readonly string[] = [];
      while (got.at(-1) !== 'new') got = (await again.emitted(got.length + 1)).map(textOf);
      expect(got).not.toContain('kept');
    }
    await broker.close();
  });

  test('what was taken and not acknowledged comes again, marked as a duplicate', async () => {
    const broker = await startMosquitto();
    const config: MqttConfig = { url: broker.url, clientId: 'caudal', topics };
    await using publisher = await device(broker.url);
    {
      await using full = await drive(config, { store: () => Promise.reject(new Error('the disk is full')) });
      await full.connected;
      await publisher.publish('wells/1', 'precious');
      await full.ended;
    }
    {
      await using driven = await drive(config);
      const [record] = await driven.emitted(1);
      expect(record?.envelope.duplicate).toBe(true);
    }
    await broker.close();
  });

  test.for(['3.1.1', '5'] as const)(
    'MQTT %s: a disk that takes longer than one and a half keep-alives does not cost the connection, although nothing more is read',
    async (version) => {
      const broker = await startMosquitto({ saves: 'at-stop' });
      await using line = await cuttable(broker.port);
      let free = () => {};
      const disk = new Promise<void>((resolve) => {
        free = resolve;
      });
      await using driven = await drive(
        {
          url: `mqtt://127.0.0.1:${line.port}`,
          clientId: 'caudal',
          version,
          topics: [{ topic: 'wells/{externalId}', format: json, qos: 0 }],
          maxInFlight: 10,
          keepAliveSeconds: 1,
        },
        { store: () => disk },
      );
      await driven.connected;
      await using publisher = await device(broker.url);
      // Quality 0, which no window of the broker holds back.
      const texts = many.slice(0, 100);
      await Promise.all(texts.map((text) => publisher.publish('wells/1', text)));
      // A broker gives a client up that it has not heard for one and a half keep-alives, and so does MQTT.js a broker.
      await Promise.race([line.pinged(6), driven.ended]);
      free();
      expect((await driven.emitted(texts.length)).map(textOf)).toEqual(texts);
      driven.abort();
      expect(await driven.ended).toBeUndefined();
      await broker.close();
    },
  );

  test('a second client with our client id ends the first as transient', async () => {
    const broker = await startMosquitto();
    const config: MqttConfig = { url: broker.url, clientId: 'caudal', version: '5', topics };
    await using first = await drive(config);
    await first.connected;
    await using second = await drive(config);
    await second.connected;
    expect(await first.ended).toMatchObject({ kind: 'transient' });
    await broker.close();
  });

  test('over WebSockets', async () => {
    const broker = await startMosquitto({ websockets: true });
    await using driven = await drive({ url: broker.websocketUrl ?? '', clientId: 'caudal', topics });
    await driven.connected;
    await using publisher = await device(broker.url);
    await publisher.publish('wells/1', '{"level":1}');
    expect((await driven.emitted(1)).map(textOf)).toEqual(['{"level":1}']);
    await broker.close();
  });

  test('a topic that left the configuration is unsubscribed with MQTT 5 too', async () => {
    const broker = await startMosquitto();
    const config: MqttConfig = { url: broker.url, clientId: 'caudal', version: '5', topics };
    {
      await using before = await drive({ ...config, topics: [{ topic: 'old/{externalId}/#', format: json }] });
      await before.connected;
    }
    await using publisher = await device(broker.url);
    await publisher.publish('old/1/a/b', 'left over');
    await using driven = await drive(config);
    expect((await driven.emitted(1)).map(textOf)).toEqual(['left over']);
    await driven.connected;
    // Mosquitto has no ledger: pairs are sent until one comes without its first half.
    let ended = false;
    for (let n = 0; n < 50 && !ended; n += 1) {
      const before = driven.records.length;
      await publisher.publish('old/1/a/b', 'not wanted');
      await publisher.publish('wells/1', 'wanted');
      const records = await driven.emitted(before + 1);
      ended = records.slice(before).every((record) => textOf(record) === 'wanted');
      await driven.emitted(before + (ended ? 1 : 2));
    }
    expect(ended).toBe(true);
    await broker.close();
  });
});
