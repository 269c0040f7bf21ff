import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issuesOf, schemaOf } from '@caudal/core';
import { kafka } from '@caudal/kafka/outlet';
import { mqtt } from '@caudal/provider-mqtt/outlet';
import { createRuntime, PublishedMessage } from '@caudal/runtime';
import { findMosquitto, startMosquitto } from '@caudal/simulators';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../../scripts/kafka.mjs';
import { type LineVendor, startLineVendor } from '../collect/line-vendor.ts';
import { spawnNode } from '../spawn-node.ts';
import { inFolder } from '../store/files.ts';
import { noServer, type PostgresServer, startPostgres } from '../store/postgres-server.ts';
import { type Reader, readKafka, readMqtt } from './readers.ts';
import { configOf, hasAll, ids, outOfOrder, running, series, storedOf, until } from './scene.ts';

const minute = 60_000;
const noMosquitto =
  findMosquitto() === undefined ? 'mosquitto is not installed (Debian: apt-get install mosquitto)' : undefined;
const noKafka = kafkaMissing();
const named = (what: string, missing: string | undefined) => `${what}${missing === undefined ? '' : `: ${missing}`}`;
const secret = 'outlet-secret-93';

/** Measures at every logger, later each time. */
const measuring = (vendor: LineVendor) => {
  const began = Date.now() - 10 * minute;
  let count = 0;
  return {
    began,
    get to() {
      return began + count + 1;
    },
    round: (rounds: number) => {
      for (let round = 0; round < rounds; round += 1)
        for (const id of ids) vendor.measure(id, began + count, 20 + (count += 1) / 100);
    },
    get count() {
      return count;
    },
  };
};

/** The broker goes in the middle, and comes back. */
const throughAnOutage = async (
  publish: NonNullable<Parameters<typeof configOf>[2]>,
  broker: { stop(): Promise<void>; start(): Promise<void> },
  read: () => Promise<Reader>,
): Promise<void> =>
  inFolder(async (folder) => {
    process.env['CAUDAL_TEST_OUTLET'] = secret;
    const vendor = await startLineVendor();
    const runtime = await running(configOf(folder, vendor.port, publish));
    const reader = await read();
    await vendor.until(() => vendor.open.length === ids.length);
    const measured = measuring(vendor);
    const stored = () => storedOf(runtime, measured.began, measured.to);
    measured.round(10);
    await until(async () => {
      const values = await stored();
      return values.length === measured.count && hasAll(reader.messages, values);
    });

    await broker.stop();
    measured.round(20);
    // Nothing else waits for it.
    await until(async () => (await stored()).length === measured.count);
    await until(async () => {
      const { outlets, alerts } = await runtime.query.status();
      return (outlets[0]?.reason ?? null) !== null && alerts.some(({ rule }) => rule === 'publish.behind');
    });
    const away = await runtime.query.status();
    expect(away.outlets).toMatchObject([{ name: 'scada', backlog: expect.any(Number), filling: false }]);
    expect(away.outlets[0]?.backlog).toBeGreaterThan(0);
    expect(away.ready).toBe(true);
    // Two readings of one instant: which of them counts is not decided by which came last.
    const at = measured.began + 1_000_000;
    for (const [id, first, second] of [
      ['a', 5, 7],
      ['b', 7, 5],
    ] as const) {
      const before = vendor.measure(id, at, first);
      await vendor.until(() => vendor.acknowledged.has(before));
      await until(async () =>
        (await storedOf(runtime, at, at + 1)).some(({ series: of }) => of === `point-${id}/flow`),
      );
      vendor.measure(id, at, second);
    }
    await until(async () => new Set((await storedOf(runtime, at, at + 1)).map(({ value }) => value)).size === 1);

    await broker.start();
    const all = () => storedOf(runtime, measured.began, at + 1);
    await until(async () => hasAll(reader.messages, await all()));
    await until(async () => {
      const { outlets, alerts } = await runtime.query.status();
      return outlets[0]?.backlog === 0 && alerts.every(({ rule }) => rule !== 'publish.behind');
    });
    await until(() =>
      ['alert.opened', 'alert.closed'].every((event) =>
        reader.messages.some(
          (one) => one.type === 'alert' && one.event === event && one.alert.rule === 'publish.behind',
        ),
      ),
    );
    expect(outOfOrder(reader.messages)).toEqual([]);
    const twice = reader.messages.filter((one) => one.type === 'value' && Date.parse(one.at) === at);
    expect(twice).toContainEqual(expect.objectContaining({ revision: 1 }));
    expect(twice).toContainEqual(expect.objectContaining({ revision: 2 }));
    const schema = schemaOf(PublishedMessage);
    expect(reader.messages.flatMap((message) => issuesOf(schema, message))).toEqual([]);
    const status = JSON.stringify(await runtime.query.status());
    await runtime.stop();
    const log = readFileSync(join(folder, 'caudal.log'), 'utf8');
    for (const text of [log, status, JSON.stringify(reader.messages)]) expect(text).not.toContain('outlet-secret');
    expect(log.split('\n').filter((line) => line.includes('outlet scada takes no messages'))).toHaveLength(1);
    expect(log).toContain('outlet scada takes messages again');
    await reader.close();
    await vendor.close();
  });

describe.skipIf(noMosquitto !== undefined)(named('values and events in MQTT topics', noMosquitto), () => {
  test(
    'arrive in order, wait while the broker is away and hold up nobody, and the newest is kept for who comes later',
    async () => {
      const broker = await startMosquitto();
      await throughAnOutage(
        {
          scada: {
            to: mqtt({
              url: broker.url,
              clientId: 'caudal-out',
              username: 'env:CAUDAL_TEST_OUTLET',
              password: 'env:CAUDAL_TEST_OUTLET',
            }),
            values: { topic: 'water/{series}', status: 'any', retain: true },
            events: { topic: 'water/events/{event}' },
            tickMs: 50,
            behindSeconds: 1,
          },
        },
        broker,
        () => readMqtt(broker.url, 'water/#'),
      );
      const late = await connectAsync(broker.url, { clientId: 'late' });
      const kept: { series: string; at: string; value: number }[] = [];
      late.on('message', (_topic, body) => kept.push(JSON.parse(body.toString()) as (typeof kept)[number]));
      await late.subscribeAsync('water/+/flow', { qos: 1 });
      await until(() => kept.length === ids.length);
      expect(kept.map((one) => one.series).toSorted()).toEqual(series);
      expect(new Set(kept.filter((one) => one.series !== 'point-c/flow').map(({ at }) => at)).size).toBe(1);
      await late.endAsync(true);
      await broker.close();
    },
    3 * minute,
  );

  test(
    'leave no gap when the process is killed in the middle',
    () =>
      inFolder(async (folder) => {
        const broker = await startMosquitto();
        const vendor = await startLineVendor();
        const reader = await readMqtt(broker.url, 'caudal/values/#');
        const start = async () => {
          const child = spawnNode(new URL('child.ts', import.meta.url), [folder, String(vendor.port), broker.url], {
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          await once(child.stdout as NodeJS.ReadableStream, 'data');
          return child;
        };
        const child = await start();
        await vendor.until(() => vendor.open.length === ids.length);
        const measured = measuring(vendor);
        measured.round(100);
        await until(() => reader.messages.length > 20);
        child.kill('SIGKILL');
        await once(child, 'exit');
        const heir = await running({
          ...configOf(folder, vendor.port, {
            scada: { to: mqtt({ url: broker.url, clientId: 'caudal-out' }), values: { status: 'any' }, tickMs: 50 },
          }),
        });
        await until(async () => {
          const values = await storedOf(heir, measured.began, measured.to);
          return values.length === measured.count && hasAll(reader.messages, values);
        });
        expect(outOfOrder(reader.messages)).toEqual([]);
        await heir.stop();
        await reader.close();
        await vendor.close();
        await broker.close();
      }),
    3 * minute,
  );

  test('a name that is new begins with older values from an instant on', () =>
    inFolder(async (folder) => {
      const broker = await startMosquitto();
      const vendor = await startLineVendor();
      const before = await running(configOf(folder, vendor.port, undefined));
      await vendor.until(() => vendor.open.length === ids.length);
      const measured = measuring(vendor);
      measured.round(10);
      await until(async () => (await storedOf(before, measured.began, measured.to)).length === measured.count);
      await before.stop();
      const reader = await readMqtt(broker.url, 'caudal/values/#');
      const from = measured.began + 9;
      const runtime = await running(
        configOf(folder, vendor.port, {
          scada: {
            to: mqtt({ url: broker.url, clientId: 'caudal-out' }),
            values: { status: 'any' },
            from: new Date(from).toISOString(),
            tickMs: 50,
            batchMessages: 4,
          },
        }),
      );
      await until(async () => hasAll(reader.messages, await storedOf(runtime, from, measured.to)));
      expect(reader.messages.every((one) => one.type === 'value' && Date.parse(one.at) >= from)).toBe(true);
      await until(async () => (await runtime.query.status()).outlets[0]?.filling === false);
      await runtime.stop();
      await reader.close();
      await vendor.close();
      await broker.close();
    }));
});

describe.skipIf(noKafka !== undefined)(named('values and events in Kafka topics', noKafka), () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka({ folder: mkdtempSync(join(tmpdir(), 'caudal-publish-')), users: { caudal: secret } });
  }, 3 * minute);
  afterAll(() => broker.remove(), minute);

  test(
    'arrive in order, and wait while the broker is away',
    () =>
      throughAnOutage(
        {
          scada: {
            to: kafka({
              brokers: [...broker.saslBrokers],
              sasl: { mechanism: 'PLAIN', username: 'caudal', password: 'env:CAUDAL_TEST_OUTLET' },
              partitions: 3,
              replicas: 1,
              minInSyncReplicas: 1,
              requestTimeoutMs: 3_000,
            }),
            values: { status: 'any' },
            events: {},
            tickMs: 50,
            behindSeconds: 1,
            timeoutMs: 10_000,
          },
        },
        { stop: () => broker.kill(), start: () => broker.start() },
        () => readKafka(broker.brokers, ['caudal.values', 'caudal.events']),
      ),
    4 * minute,
  );
});

const missingBoth = noServer ?? noMosquitto;
describe.skipIf(missingBoth !== undefined)(named('two instances on PostgreSQL', missingBoth), () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ sync: false });
  });
  afterAll(() => server.remove());

  test(
    'one of them publishes, and the other goes on where it ended',
    () =>
      inFolder((one) =>
        inFolder(async (two) => {
          const broker = await startMosquitto();
          const vendor = await startLineVendor();
          const reader = await readMqtt(broker.url, 'caudal/values/#');
          const instance = (folder: string, roles: ('publish' | 'process' | 'collect')[]) =>
            running({
              ...configOf(folder, vendor.port, {
                scada: { to: mqtt({ url: broker.url, clientId: 'caudal-out' }), values: { status: 'any' }, tickMs: 50 },
              }),
              database: server.address('publish'),
              roles,
            });
          const first = await instance(one, ['publish']);
          const does = async () =>
            (await first.query.status()).parts.some(({ part, by }) => part === 'publish' && by === 'here');
          await until(does);
          const second = await instance(two, ['collect', 'process', 'publish']);
          await vendor.until(() => vendor.open.length === ids.length);
          const measured = measuring(vendor);
          const arrived = async () => {
            const values = await storedOf(second, measured.began, measured.to);
            return values.length === measured.count && hasAll(reader.messages, values);
          };
          measured.round(10);
          await until(arrived);
          const others = (await second.query.status()).parts.find(({ part }) => part === 'publish');
          expect([others?.by === 'here', await does()].filter(Boolean)).toHaveLength(1);
          await first.stop();
          measured.round(10);
          await until(arrived);
          expect(outOfOrder(reader.messages)).toEqual([]);
          await second.stop();
          await reader.close();
          await vendor.close();
          await broker.close();
        }),
      ),
    3 * minute,
  );
});

test('mistakes in what is published are named with their place', async () => {
  const to = kafka({ brokers: ['127.0.0.1:1'] });
  const mistakes = async (publish: unknown) => {
    try {
      await createRuntime({ database: ':memory:', data: [], publish } as never);
      return '';
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  expect(await mistakes({ scada: to })).toMatch(/publish\.scada.*must be an object with the outlet/);
  expect(await mistakes({ scada: { to } })).toMatch(/publish\.scada.*publishes nothing/);
  expect(await mistakes({ scada: { to, values: { topic: 'v.{well}' } } })).toMatch(
    /publish\.scada\.values\.topic.*no place \{well\}; there are \{point\}, \{series\}/,
  );
  expect(await mistakes({ scada: { to, events: { topic: 'a b' } } })).toMatch(/events\.topic.*"a b"/);
  expect(await mistakes({ scada: { to, values: { retain: true } } })).toMatch(
    /retain.*nothing that this outlet can do/,
  );
  expect(await mistakes({ scada: { to, values: {}, evnts: {} } })).toMatch(/evnts/);
  expect(
    await mistakes({
      scada: { to: mqtt({ url: 'mqtt://127.0.0.1', clientId: 'x', password: 'hunter2' as never }), values: {} },
    }),
  ).toMatch(/publish\.scada\.to/);
});
