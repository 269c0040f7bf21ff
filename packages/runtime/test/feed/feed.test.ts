import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, openBus } from '@caudal/kafka';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../../scripts/kafka.mjs';
import { type RuntimeOptions, runtimeOptions } from '../../src/config/options.ts';
import { type LineVendor, lineData, lineProvider, startLineVendor } from '../collect/line-vendor.ts';
import { inFolder } from '../store/files.ts';
import { joined } from './joined.ts';
import { kafkaFor, quick } from './kafka-for.ts';

const minute = 60_000;
const missing = kafkaMissing();
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

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
    const buses: Bus[] = [];
    beforeAll(async () => {
      broker = await startKafka({
        folder: mkdtempSync(join(tmpdir(), 'caudal-feed-')),
        strangers: { stranger: 'nobody' },
      });
    }, 3 * minute);
    afterAll(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await broker.remove();
    }, minute);

    const address = () => broker.brokers[0] as string;
    const openOther = async () => {
      const bus = await openBus('kafkajs', { brokers: broker.brokers, clientId: 'other', requestTimeoutMs: 3_000 });
      buses.push(bus);
      return bus;
    };

    const running = async (
      folder: string,
      vendor: LineVendor,
      { name, kafka = {} }: { name: string; kafka?: Partial<RuntimeOptions['kafka']> },
    ): Promise<Runtime> => {
      const data = join(folder, 'data.yaml');
      writeFileSync(data, stringify(lineData(ids)));
      const runtime = await createRuntime({
        ...quick,
        database: join(folder, 'caudal.db'),
        folder,
        data: [data],
        providers: { line: lineProvider({ port: vendor.port, per: 'device', pulls: true }) },
        kafka: { ...kafkaFor(address(), name), ...kafka },
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
          // Who opened the alert is not there any more when it moves.
          await runtime.stop();
          const heir = await running(folder, vendor, { name: 'stall' });
          never.resolve(0);
          await intruder.stop();
          await until(async () => (await valuesOf(heir, began, value + 1)) === value);
          await until(async () => {
            const { ready, alerts } = await heir.query.status();
            return ready && alerts.every(({ rule }) => rule !== 'kafka.stalled');
          });
          await heir.stop();
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
