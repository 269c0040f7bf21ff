import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, type BusClient, type ConsumeOptions, type Consumption, openBus } from '@caudal/kafka';
import { systemClock } from '@caudal/core';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../../scripts/kafka.mjs';
import { type RuntimeOptions, runtimeOptions } from '../../src/config/options.ts';
import { openStore } from '../../src/store/index.ts';
import { type LineVendor, lineData, lineProvider, startLineVendor } from '../collect/line-vendor.ts';
import { inFolder } from '../store/files.ts';
import { noServer, type PostgresServer, startPostgres } from '../store/postgres-server.ts';
import { createWatch } from '../watch.ts';
import { kafkaFor, quick } from './kafka-for.ts';

const minute = 60_000;
const missing = kafkaMissing();
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** How often it is killed: by command, see docs/kafka.md. */
const long = process.env['CAUDAL_KAFKA_LIVES'];
const lives = Number(long ?? 1);
const mostValues = 1_500 * lives;

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
    const children = new Set<ChildProcess>();
    beforeAll(async () => {
      broker = await startKafka({
        folder: mkdtempSync(join(tmpdir(), 'caudal-feed-')),
        strangers: { stranger: 'nobody' },
      });
      if (long !== undefined && noServer === undefined) postgres = await startPostgres();
    }, 3 * minute);
    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(buses.map((bus) => bus.close()));
      await postgres?.remove();
      await broker.remove();
    }, minute);

    const address = () => broker.brokers[0] as string;
    const openOther = async (client: BusClient = 'kafkajs') => {
      const bus = await openBus(client, { brokers: broker.brokers, clientId: 'other', requestTimeoutMs: 3_000 });
      buses.push(bus);
      return bus;
    };

    /** What is on disk, in the order in which it was stored. */
    const stored = async (path: string, topic: string) => {
      const store = await openStore({ path, clock: systemClock });
      try {
        const rows = await store.read.rawList({}, 1_000_000);
        const bodies = await Promise.all(
          rows.toReversed().map(async (row) => {
            const full = await store.read.raw(row.id);
            return { ...row, text: Buffer.from(full?.body ?? []).toString(), channel: full?.envelope.channel };
          }),
        );
        return { bodies, positions: await store.read.feedPositions(topic) };
      } finally {
        await store.close();
      }
    };

    /** A member of a group that has partitions. It joins again when it broke: a broker that has just started has no coordinator for a while. */
    const joined = async (bus: Bus, options: ConsumeOptions): Promise<Consumption> => {
      for (;;) {
        const member = await bus.consume(options).catch(() => undefined);
        let over = false;
        const end = () => (over = true);
        member?.ended.then(end, end);
        await until(() => member === undefined || over || member.assigned.length > 0);
        if (member !== undefined && !over) return member;
        await member?.stop();
      }
    };

    /** A runtime in a process of its own. */
    const startChild = async (args: readonly string[]) => {
      const child = spawn(
        process.execPath,
        ['--conditions=@caudal/source', fileURLToPath(new URL('child.ts', import.meta.url)), ...args],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.add(child);
      const watch = createWatch();
      let stores = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        stores += chunk.toString().split('raw\n').length - 1;
        watch.look();
      });
      await once(child.stdout, 'data');
      return {
        /** Calls `measure` until so many more batches were stored: what was in a stream that broke is not acknowledged, and nothing follows it. */
        async more(count: number, measure: () => void) {
          const enough = stores + count;
          const pump = setInterval(measure, 250);
          try {
            await watch.until(() => stores >= enough);
          } finally {
            clearInterval(pump);
          }
        },
        async kill() {
          const exit = once(child, 'exit');
          child.kill('SIGKILL');
          await exit;
          children.delete(child);
        },
      };
    };

    /** What the vendor measured, and how it goes on measuring. */
    const measuring = (vendor: LineVendor) => {
      const began = Date.now() - 10 * minute;
      const sent: string[] = [];
      const measure = () => {
        for (const id of ids) {
          const value = sent.length;
          vendor.measure(id, began + value, value);
          sent.push(`${id} ${began + value} ${value}`);
        }
      };
      return { began, sent, measure };
    };

    const killed = (
      title: string,
      name: string,
      client: BusClient,
      databaseOf: (folder: string) => string | undefined,
    ) =>
      test(
        title,
        ({ skip }) =>
          inFolder(async (folder) => {
            const database = databaseOf(folder);
            if (database === undefined) return skip(noServer);
            const vendor = await startLineVendor();
            const data = join(folder, 'data.yaml');
            writeFileSync(data, stringify(lineData(ids)));
            const { began, sent, measure } = measuring(vendor);
            // The vendor measures as fast as it is acknowledged.
            vendor.onAcknowledged = (id) => {
              if (id % ids.length === 0 && sent.length < mostValues) measure();
            };
            // Members of one group have to know the same assignors, which those of two libraries do not.
            const other = await openOther(client);
            for (let life = 0; life < lives; life += 1) {
              const home = join(folder, `home-${life}`);
              mkdirSync(home);
              const child = await startChild([database, home, data, String(vendor.port), address(), name, client]);
              await vendor.until(() => vendor.open.length === ids.length);
              await child.more(3, measure);
              // Another member takes partitions and stores nothing of them; then it is gone.
              const intruder = await joined(other, {
                group: name,
                topics: [name],
                sessionTimeoutMs: 6_000,
                handle: () => Promise.reject(new Error('it takes nothing')),
              });
              await intruder.stop();
              await child.more(3, measure);
              await broker.kill();
              await broker.start();
              await child.more(3, measure);
              await child.kill();
              await vendor.until(() => vendor.open.length === 0);
              // Nobody listens: only the gap can bring these.
              measure();
            }
            delete vendor.onAcknowledged;
            // The last life is here, where it can be asked.
            const runtime = await running(join(folder, 'last'), vendor, { database, client, name });
            await vendor.until(() => vendor.open.length === ids.length);
            measure();
            await until(async () => (await valuesOf(runtime, began, sent.length)) >= sent.length);
            expect(await valuesOf(runtime, began, sent.length)).toBe(sent.length);
            await runtime.stop();
            const { bodies, positions } = await stored(database, name);
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
            // What was published while it stopped waits for the next start.
            const ends = await other.ends(name);
            for (const { partition, next } of positions)
              expect(next).toBeLessThanOrEqual(ends.get(partition)?.end ?? 0);
            expect(positions.length).toBeGreaterThan(1);
          }),
        6 * minute,
      );

    const running = async (
      folder: string,
      vendor: LineVendor,
      {
        name,
        database = join(folder, 'caudal.db'),
        client,
        kafka = {},
      }: {
        name: string;
        database?: string;
        client?: BusClient;
        kafka?: Partial<RuntimeOptions['kafka']>;
      },
    ): Promise<Runtime> => {
      mkdirSync(folder, { recursive: true });
      const data = join(folder, 'data.yaml');
      writeFileSync(data, stringify(lineData(ids)));
      const runtime = await createRuntime({
        ...quick,
        database,
        folder,
        data: [data],
        providers: { line: lineProvider({ port: vendor.port, per: 'device', pulls: true }) },
        kafka: { ...kafkaFor(address(), name, client), ...kafka },
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
    const topicThere = (runtime: Runtime) =>
      until(async () => (await runtime.query.kafkaStatus().catch(() => null)) !== null);

    const title = 'killed, rebalanced and with its broker restarted it loses, doubles and reorders nothing';
    const file = (folder: string) => join(folder, 'caudal.db');
    if (long === undefined) test.skip(`${title}: by command, with CAUDAL_KAFKA_LIVES=1`, () => undefined);
    else {
      killed(title, 'killed', 'kafkajs', file);
      killed(`${title} on PostgreSQL`, 'killed-postgres', 'kafkajs', () => postgres?.address('killed'));
      killed(`${title} with @platformatic/kafka`, 'killed-platformatic', '@platformatic/kafka', file);
    }

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
          const [begin, end, ...rest] = told(folder);
          expect(begin).toMatchObject({ level: 'warn', msg: expect.stringContaining('Kafka takes no records') });
          expect(end).toMatchObject({ level: 'info', msg: 'Kafka takes records again' });
          expect(end?.tries).toBeGreaterThan(1);
          expect(rest).toEqual([]);
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
          await topicThere(runtime);
          const intruder = await joined(other, {
            group: 'stall',
            topics: ['stall'],
            sessionTimeoutMs: 6_000,
            handle: () => never.promise,
          });
          const taken = intruder.assigned.map(({ partition }) => `partition ${partition} of stall stands still since`);
          const began = Date.now() - 10 * minute;
          let value = 0;
          for (let round = 0; round < 5; round += 1)
            for (const id of ids) vendor.measure(id, began + value, (value += 1));
          await until(async () => {
            const { ready, alerts } = await runtime.query.status();
            const { stalled } = await runtime.query.kafkaStatus();
            return (
              !ready &&
              alerts.some(({ rule }) => rule === 'kafka.stalled') &&
              stalled.some((why) => taken.some((beginning) => why.startsWith(beginning)))
            );
          });
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

    const told = (folder: string) =>
      readFileSync(join(folder, 'caudal.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('Kafka takes'))
        .map((line) => JSON.parse(line) as { level: string; msg: string; tries?: number });

    const unusable: readonly {
      readonly what: string;
      readonly kafka: () => Partial<RuntimeOptions['kafka']>;
      readonly kind: string;
      readonly says: string;
      readonly prepare?: (bus: Bus) => Promise<void>;
    }[] = [
      {
        what: 'missing',
        kafka: () => ({ createTopics: false }),
        kind: 'config',
        says: 'topic missing can not be used: it does not exist',
      },
      {
        what: 'narrow',
        kafka: () => ({}),
        kind: 'config',
        says: '1 partitions instead of 4',
        prepare: (bus) => bus.create({ topic: 'narrow', partitions: 1, replicas: 1, settings: {} }),
      },
      {
        what: 'forbidden',
        kafka: () => ({
          brokers: [...broker.saslBrokers],
          sasl: { mechanism: 'PLAIN', username: 'stranger', password: 'env:CAUDAL_TEST_STRANGER' },
        }),
        kind: 'auth',
        says: 'authorized',
      },
    ];
    for (const { what, kafka, kind, says, prepare } of unusable)
      test(
        `a topic that is ${what} keeps the runtime unready and says once what is wrong`,
        () =>
          inFolder(async (folder) => {
            process.env['CAUDAL_TEST_STRANGER'] = 'nobody';
            await prepare?.(await openOther());
            const vendor = await startLineVendor();
            const runtime = await running(folder, vendor, { name: what, kafka: kafka() });
            for (let times = 0; times < 3; times += 1)
              await expect(runtime.query.kafkaStatus()).rejects.toMatchObject({
                kind,
                message: expect.stringContaining(says),
              });
            await until(() => told(folder).length > 0);
            expect((await runtime.query.status()).ready).toBe(false);
            await runtime.stop();
            expect(told(folder)).toEqual([
              expect.objectContaining({ level: 'error', msg: expect.stringContaining(says) }),
            ]);
            await vendor.close();
          }),
        minute,
      );
  });
