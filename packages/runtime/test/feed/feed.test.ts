import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, type BusClient, openBus } from '@caudal/kafka';
import { systemClock } from '@caudal/core';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../../scripts/kafka.mjs';
import { runtimeOptions } from '../../src/config/options.ts';
import { openStore } from '../../src/store/index.ts';
import { type LineVendor, lineData, lineProvider, startLineVendor } from '../collect/line-vendor.ts';
import { inFolder } from '../store/files.ts';
import { noServer, type PostgresServer, startPostgres } from '../store/postgres-server.ts';
import { createWatch } from '../watch.ts';
import { kafkaFor } from './kafka-for.ts';

const minute = 60_000;
/** With a runtime in front of a real broker: by command, see docs/kafka.md. */
const missing =
  process.env['CAUDAL_KAFKA_TESTS'] === undefined ? 'by command, with CAUDAL_KAFKA_TESTS=1' : kafkaMissing();
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** More make it long. */
const lives = Number(process.env['CAUDAL_KAFKA_LIVES'] ?? 2);

const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};

test('a partition that stands still is named within a minute by default', () => {
  const { stallSeconds, tickMs } = (
    runtimeOptions as unknown as {
      properties: { kafka: { properties: Record<'stallSeconds' | 'tickMs', { default: number }> } };
    }
  ).properties.kafka.properties;
  expect(stallSeconds.default * 1000 + 2 * tickMs.default).toBeLessThan(minute);
});

if (missing !== undefined) test.skip(`Kafka before the database: ${missing}`, () => undefined);
else
  describe('Kafka before the database', () => {
    let broker: KafkaBroker;
    let postgres: PostgresServer | undefined;
    const buses: Bus[] = [];
    beforeAll(async () => {
      broker = await startKafka({ folder: mkdtempSync(join(tmpdir(), 'caudal-feed-')) });
      if (noServer === undefined) postgres = await startPostgres();
    }, 3 * minute);
    afterAll(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await postgres?.remove();
      await broker.remove();
    }, minute);

    const address = () => broker.brokers[0] as string;
    const openOther = async () => {
      const bus = await openBus('kafkajs', { brokers: broker.brokers, clientId: 'other', requestTimeoutMs: 3_000 });
      buses.push(bus);
      return bus;
    };

    /** What is on disk, in the order in which it was stored. */
    const stored = async (path: string) => {
      const store = await openStore({ path, clock: systemClock });
      try {
        const rows = await store.read.rawList({}, 1_000_000);
        const bodies = await Promise.all(
          rows.toReversed().map(async (row) => {
            const full = await store.read.raw(row.id);
            return { ...row, text: Buffer.from(full?.body ?? []).toString(), channel: full?.envelope.channel };
          }),
        );
        return { bodies, positions: await store.read.feedPositions('caudal.raw') };
      } finally {
        await store.close();
      }
    };

    const killed = (name: string, client: BusClient, databaseOf: (folder: string) => string | undefined) =>
      test(
        name,
        ({ skip }) =>
          inFolder(async (folder) => {
            const database = databaseOf(folder);
            if (database === undefined) return skip(noServer);
            const vendor = await startLineVendor();
            const data = join(folder, 'data.yaml');
            writeFileSync(data, stringify(lineData(ids)));
            const began = Date.now() - 10 * minute;
            const sent: string[] = [];
            let value = 0;
            const measure = () => {
              for (const id of ids) {
                vendor.measure(id, began + value, value);
                sent.push(`${id} ${began + value} ${value}`);
                value += 1;
              }
            };
            const children = new Set<ChildProcess>();
            const watch = createWatch();
            const start = async () => {
              const home = join(folder, `home-${children.size}`);
              mkdirSync(home);
              const child = spawn(
                process.execPath,
                [
                  '--conditions=@caudal/source',
                  fileURLToPath(new URL('child.ts', import.meta.url)),
                  database,
                  home,
                  data,
                  String(vendor.port),
                  address(),
                  client,
                ],
                { stdio: ['ignore', 'pipe', 'inherit'] },
              );
              children.add(child);
              let stores = 0;
              child.stdout.on('data', (chunk: Buffer) => {
                stores += chunk.toString().split('raw\n').length - 1;
                watch.look();
              });
              await once(child.stdout, 'data');
              /** Measures until so many more batches were stored: what was in a stream that broke is not acknowledged, and nothing follows it. */
              const more = async (count: number) => {
                const enough = stores + count;
                const pump = setInterval(measure, 250);
                try {
                  await watch.until(() => stores >= enough);
                } finally {
                  clearInterval(pump);
                }
              };
              return { child, more };
            };
            // The vendor measures as fast as it is acknowledged.
            vendor.onAcknowledged = (id) => {
              if (id % ids.length === 0 && value < 4_000) measure();
            };
            const other = await openOther();
            for (let life = 0; life < lives; life += 1) {
              const { child, more } = await start();
              await vendor.until(() => vendor.open.length === ids.length);
              await more(5);
              if (life % 2 === 0) {
                // Another member takes partitions and stores nothing of them; then it is gone.
                const intruder = await other.consume({
                  group: 'caudal',
                  topics: ['caudal.raw'],
                  sessionTimeoutMs: 6_000,
                  handle: async ({ records }) => records[0]?.offset ?? 0,
                });
                await until(() => intruder.assigned.length > 0);
                await intruder.stop();
                await more(5);
              } else {
                await broker.kill();
                await broker.start();
                await more(5);
              }
              child.kill('SIGKILL');
              await once(child, 'exit');
              await vendor.until(() => vendor.open.length === 0);
              // Nobody listens: only the gap can bring these.
              measure();
            }
            delete vendor.onAcknowledged;
            // The last life is here, where it can be asked.
            const runtime = await running(join(folder, 'last'), vendor, { database, client });
            const values = createWatch();
            runtime.events.on('values', () => values.look());
            await vendor.until(() => vendor.open.length === ids.length);
            measure();
            await until(async () => {
              const found = await runtime.query.values({
                series: ids.map((id) => `point-${id}/flow`),
                from: began,
                to: began + value,
                limit: value + 1,
              });
              return found.length >= value;
            });
            await runtime.stop();
            const { bodies, positions } = await stored(database);
            await vendor.close();
            const lines = bodies.flatMap(({ text }) => text.split('\n').filter((line) => line !== ''));
            expect(new Set(lines)).toEqual(new Set(sent));
            const pushed = bodies.filter(({ channel }) => channel === 'subscribe').map(({ text }) => text);
            expect(new Set(pushed).size).toBe(pushed.length);
            for (const id of ids) {
              const own = pushed.filter((text) => text.startsWith(`${id} `)).map((text) => Number(text.split(' ')[2]));
              expect(own).toEqual(own.toSorted((a, b) => a - b));
              expect(own.length).toBeGreaterThan(0);
            }
            const ends = await other.ends('caudal.raw');
            for (const { partition, next } of positions) expect(next).toBe(ends.get(partition)?.end);
            expect(positions.length).toBeGreaterThan(1);
          }),
        6 * minute,
      );

    const running = async (
      folder: string,
      vendor: LineVendor,
      {
        database = join(folder, 'caudal.db'),
        client,
        name = 'caudal.raw',
      }: { database?: string; client?: BusClient; name?: string },
    ): Promise<Runtime> => {
      mkdirSync(folder, { recursive: true });
      const data = join(folder, 'data.yaml');
      writeFileSync(data, stringify(lineData(ids)));
      const own = name === 'caudal.raw' ? {} : { topic: name, deadTopic: `${name}.dead`, group: name };
      const runtime = await createRuntime({
        database,
        folder,
        data: [data],
        providers: { line: lineProvider({ port: vendor.port, per: 'device', pulls: true }) },
        http: { enabled: false },
        log: { console: false },
        collect: { tickMs: 200, leaseSeconds: 3 },
        kafka: { ...kafkaFor(address(), client), ...own },
      });
      await runtime.start();
      return runtime;
    };
    const valuesOf = async (runtime: Runtime, began: number, count: number) =>
      (
        await runtime.query.values({
          series: ids.map((id) => `point-${id}/flow`),
          from: began,
          to: began + count,
          limit: count + 1,
        })
      ).length;

    killed(
      'killed, rebalanced and with its broker restarted it loses, doubles and reorders nothing',
      'kafkajs',
      (folder) => join(folder, 'caudal.db'),
    );

    test(
      'while the broker is away nothing is acknowledged and nobody is blamed; then all of it comes',
      () =>
        inFolder(async (folder) => {
          const vendor = await startLineVendor();
          const runtime = await running(folder, vendor, { name: 'away' });
          await vendor.until(() => vendor.open.length === ids.length);
          const began = Date.now() - 10 * minute;
          let value = 0;
          const measure = () => ids.map((id) => vendor.measure(id, began + value, (value += 1)));
          const before = measure();
          await vendor.until(() => before.every((id) => vendor.acknowledged.has(id)));
          await broker.kill();
          const during = measure();
          await until(async () => (await runtime.query.kafkaStatus().catch(() => null)) === null);
          expect(during.some((id) => vendor.acknowledged.has(id))).toBe(false);
          await broker.start();
          await until(async () => (await valuesOf(runtime, began, value)) === value);
          const { alerts } = await runtime.query.status();
          expect(alerts.map(({ rule }) => rule).filter((rule) => rule !== 'kafka.stalled')).toEqual([]);
          await runtime.stop();
          await vendor.close();
        }),
      4 * minute,
    );

    test(
      'a partition whose consumer stands still is named, with who has it, and is well again when it moves',
      () =>
        inFolder(async (folder) => {
          const vendor = await startLineVendor();
          const runtime = await running(folder, vendor, { name: 'stall' });
          await vendor.until(() => vendor.open.length === ids.length);
          const other = await openOther();
          const never = Promise.withResolvers<number>();
          await until(async () => (await runtime.query.kafkaStatus().catch(() => null)) !== null);
          const intruder = await other.consume({
            group: 'stall',
            topics: ['stall'],
            sessionTimeoutMs: 6_000,
            handle: () => never.promise,
          });
          await until(() => intruder.assigned.length > 0);
          const began = Date.now() - 10 * minute;
          let value = 0;
          for (let round = 0; round < 5; round += 1)
            for (const id of ids) vendor.measure(id, began + value, (value += 1));
          await until(async () => {
            const { ready, alerts } = await runtime.query.status();
            return !ready && alerts.some(({ rule }) => rule === 'kafka.stalled');
          });
          const { stalled } = await runtime.query.kafkaStatus();
          const { partition } = intruder.assigned[0] ?? {};
          expect(stalled.join()).toContain(`partition ${partition} of stall stands still since`);
          never.resolve(0);
          await intruder.stop();
          await until(async () => (await valuesOf(runtime, began, value + 1)) === value);
          await until(async () => {
            const { ready, alerts } = await runtime.query.status();
            return ready && alerts.every(({ rule }) => rule !== 'kafka.stalled');
          });
          await runtime.stop();
          await vendor.close();
        }),
      4 * minute,
    );

    test(
      'what is no raw record is set aside with its reason, and goes back on demand',
      () =>
        inFolder(async (folder) => {
          const vendor = await startLineVendor();
          const runtime = await running(folder, vendor, { name: 'dead' });
          await vendor.until(() => vendor.open.length === ids.length);
          const other = await openOther();
          const at = Date.now() - 10 * minute;
          await until(async () => (await other.describe('dead')) !== null);
          await other.publish('dead', [
            { key: 'line/logger-a', value: Buffer.from('a 1 1'), headers: { 'caudal-raw': '{"v":1,"id":' } },
            { key: 'line/logger-a', value: Buffer.from('a 1 1') },
          ]);
          const id = vendor.measure('a', at, 7);
          await vendor.until(() => vendor.acknowledged.has(id));
          await until(async () => (await runtime.query.kafkaStatus()).dead === 2);
          await until(async () => (await valuesOf(runtime, at, 1)) === 1);
          const rules = async () => (await runtime.query.status()).alerts.map(({ rule }) => rule);
          expect(await rules()).toContain('kafka.dead');
          expect(await runtime.query.kafkaRequeue({ because: 'a test' })).toEqual({ requeued: 2 });
          // They are what they were: set aside once more, and nothing of the first two is left to go back.
          await until(async () => (await runtime.query.kafkaStatus()).dead === 2);
          await expect(runtime.query.kafkaRequeue({ because: '' })).rejects.toMatchObject({ kind: 'config' });
          await runtime.stop();
          await vendor.close();
        }),
      4 * minute,
    );

    test(
      'a topic that can not be used keeps the runtime unready and says what is wrong',
      () =>
        inFolder(async (folder) => {
          const other = await openOther();
          await other.create({ topic: 'narrow', partitions: 1, replicas: 1, settings: {} });
          const vendor = await startLineVendor();
          const runtime = await running(folder, vendor, { name: 'narrow' });
          await expect(runtime.query.kafkaStatus()).rejects.toMatchObject({
            kind: 'config',
            message: expect.stringContaining('1 partitions instead of 4'),
          });
          await runtime.stop();
          await vendor.close();
        }),
      minute,
    );
  });
