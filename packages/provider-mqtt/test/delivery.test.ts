import { connectAsync } from 'mqtt';
import type { MqttConfig } from '@caudal/provider-mqtt';
import { findMosquitto, mulberry32, startMosquitto } from '@caudal/simulators';
import { expect, test } from 'vitest';
import { cuttable } from './cuttable.ts';
import { drive, textOf } from './subscription.ts';

const missing = findMosquitto() === undefined;
if (missing)
  console.log('skipped delivery over Mosquitto: mosquitto is not installed (Debian: apt-get install mosquitto)');

const json = { type: 'json' as const, time: { path: '/ts', as: 'ms' as const } };

/** Seconds of the run: 12 in CI, more with CAUDAL_MQTT_SECONDS. */
const seconds = Number(process.env['CAUDAL_MQTT_SECONDS'] ?? 12);
const perSecond = 200;

const tick = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

test.skipIf(missing)(
  'nothing that was published is missing in the end: broker stopped, network cut, we killed and the disk failing, in turn',
  { timeout: (seconds + 120) * 1000 },
  async () => {
    const broker = await startMosquitto();
    await using line = await cuttable(broker.port);
    const random = mulberry32(7);
    const stored = new Map<string, number>();
    const total = seconds * perSecond;
    const config: MqttConfig = {
      url: `mqtt://127.0.0.1:${line.port}`,
      clientId: 'caudal-delivery',
      maxInFlight: 50,
      topics: [{ topic: 'wells/{externalId}', format: json }],
    };
    let failures = 0;
    const store = async (records: readonly Parameters<typeof textOf>[0][]) => {
      await tick(5);
      if (random() < 0.03) {
        failures += 1;
        throw new Error('the disk fails');
      }
      for (const record of records) stored.set(textOf(record), (stored.get(textOf(record)) ?? 0) + 1);
    };

    let current: Awaited<ReturnType<typeof drive>> | undefined;
    let over = false;
    let connections = 0;
    const subscriber = (async () => {
      while (!over) {
        await using driven = await drive(config, { store });
        current = driven;
        connections += 1;
        await driven.ended;
        await tick(20);
      }
    })();
    // A session must be there before a broker keeps anything for it.
    while (current === undefined) await tick(5);
    await current.connected;

    const device = await connectAsync({
      host: '127.0.0.1',
      port: broker.port,
      clientId: 'device',
      clean: false,
      reconnectPeriod: 50,
    });
    device.on('error', () => {});
    const faults: (() => Promise<void>)[] = [
      async () => line.cut(),
      async () => {
        await broker.stop('SIGTERM');
        await broker.start();
      },
      async () => current?.abort(),
    ];
    const published: Promise<unknown>[] = [];
    const begun = performance.now();
    for (let n = 0; n < total; n += 1) {
      published.push(device.publishAsync(`wells/w-${n % 7}`, String(n), { qos: 1 }));
      if (n % 250 === 249) await faults[Math.floor(n / 250) % faults.length]?.();
      while (performance.now() - begun < (n * 1000) / perSecond) await tick(1);
    }
    await Promise.all(published);
    for (let left = 9000; stored.size < total && left > 0; left -= 1) await tick(10);
    over = true;
    current.abort();
    await subscriber;
    await device.endAsync(true);
    await broker.close();

    const lost = Array.from({ length: total }, (_, n) => String(n)).filter((text) => !stored.has(text));
    expect(lost).toEqual([]);
    // Otherwise it has proved nothing.
    expect(failures).toBeGreaterThan(0);
    expect(connections).toBeGreaterThan(faults.length);
  },
);
