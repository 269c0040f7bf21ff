import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Bus,
  type BusClient,
  type BusOptions,
  type BusRecord,
  type ConsumeOptions,
  type Consumption,
  ensureTopic,
  openBus,
  partitionOf,
} from '@caudal/kafka';
import { untrusted } from '@caudal/testkit';
import { type KafkaBroker, kafkaMissing, startKafka } from '../../../scripts/kafka.mjs';

export interface SuiteOptions {
  readonly client: BusClient;
  /** What the client can not do, by the title of the test, with the reason. */
  readonly skips?: Readonly<Record<string, string>>;
}

const settings = { 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'max.message.bytes': '9000000' };
const minute = 60_000;

/** Every client of the bus does the same on a real broker. */
export const busSuite = ({ client, skips = {} }: SuiteOptions): void => {
  const missing = kafkaMissing();
  const title = `bus on ${client}`;
  if (missing !== undefined) {
    test.skip(`${title}: ${missing}`, () => undefined);
    return;
  }
  describe(title, () => {
    let broker: KafkaBroker;
    const buses: Bus[] = [];
    let serial = 0;

    beforeAll(async () => {
      broker = await startKafka({
        folder: mkdtempSync(join(tmpdir(), 'caudal-kafka-')),
        users: { caudal: 'right-horse' },
        tls: { key: untrusted.key, cert: untrusted.certificate },
      });
    }, 2 * minute);
    afterAll(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await broker.remove();
    }, minute);

    const open = async (options: Partial<BusOptions> = {}) => {
      const bus = await openBus(client, {
        brokers: broker.brokers,
        clientId: 'suite',
        requestTimeoutMs: 5_000,
        ...options,
      });
      buses.push(bus);
      return bus;
    };
    const topicOf = async (bus: Bus, partitions = 4) => {
      const topic = `t${(serial += 1)}`;
      await ensureTopic(bus, { topic, partitions, replicas: 1, settings }, true);
      return topic;
    };
    const it = (name: string, run: () => Promise<void>) => {
      const why = skips[name];
      if (why === undefined) test(name, run, 2 * minute);
      else test.skip(`${name}: ${why}`, run);
    };
    /** Follows its own positions as the runtime follows those of the database. */
    const reader = (topic: string, bus: Bus, more: Partial<ConsumeOptions> = {}) => {
      const positions = new Map<number, number>();
      const seen: (BusRecord & { readonly partition: number })[] = [];
      const waiting = new Set<() => void>();
      const until = (enough: () => boolean) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (!enough()) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        });
      const join = (): Promise<Consumption> =>
        bus.consume({
          group: `g-${topic}`,
          topics: [topic],
          sessionTimeoutMs: 6_000,
          retryMs: 50,
          async handle({ partition, records }) {
            const at = positions.get(partition) ?? 0;
            const fresh = records.filter(({ offset }) => offset >= at);
            if ((records[0]?.offset ?? 0) > at) return at;
            const next = (records.at(-1)?.offset ?? 0) + 1;
            if (next <= at) return at;
            positions.set(partition, next);
            seen.push(...fresh.map((record) => ({ ...record, partition })));
            for (const look of waiting) look();
            return next;
          },
          onAssigned: () => {
            for (const look of waiting) look();
          },
          ...more,
        });
      return { seen, until, join, look: () => waiting.forEach((look) => look()) };
    };
    /** Joins again whenever it broke, as the runtime does: a broker that has just started has no coordinator of groups for a while. */
    const owned = async (join: () => Promise<Consumption>) => {
      let stopping = false;
      const joined = async (): Promise<Consumption> => {
        for (;;) {
          try {
            return await join();
          } catch (thrown) {
            if (stopping) throw thrown;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        }
      };
      let consumption = await joined();
      const following = (async () => {
        while (!stopping) {
          await consumption.ended.catch(() => undefined);
          if (stopping) return;
          await consumption.stop();
          consumption = await joined();
        }
      })();
      return {
        get consumption() {
          return consumption;
        },
        async stop() {
          stopping = true;
          await consumption.stop();
          await following.catch(() => undefined);
        },
      };
    };
    const numbered = (keys: number, each: number, from = 0) =>
      Array.from({ length: each }, (_, index) =>
        Array.from({ length: keys }, (__, key) => ({ key: `k${key}`, value: Buffer.from(String(from + index)) })),
      ).flat();
    const expectWhole = (seen: readonly BusRecord[], keys: number, each: number) => {
      for (let key = 0; key < keys; key += 1) {
        const own = seen.filter((record) => String(record.key) === `k${key}`).map(({ value }) => Number(value));
        expect(own).toEqual(Array.from({ length: each }, (_, index) => index));
      }
    };

    it('a topic that several create at once is there once, and none of them is refused', async () => {
      const instances = await Promise.all(Array.from({ length: 6 }, () => open()));
      const wanted = { topic: `t${(serial += 1)}`, partitions: 12, replicas: 1, settings };
      await Promise.all(instances.map((bus) => ensureTopic(bus, wanted, true)));
      expect(await (await open()).describe(wanted.topic)).toMatchObject({ partitions: 12, replicas: 1 });
    });

    it('a topic is created with its settings, and one that differs is refused with what is wrong', async () => {
      const bus = await open();
      expect(await bus.describe('nothing')).toBeNull();
      await expect(
        ensureTopic(bus, { topic: 'nothing', partitions: 1, replicas: 1, settings: {} }, false),
      ).rejects.toMatchObject({ kind: 'config', message: expect.stringContaining('does not exist') });
      const topic = await topicOf(bus);
      expect(await bus.describe(topic)).toMatchObject({ partitions: 4, replicas: 1, settings });
      await ensureTopic(bus, { topic, partitions: 4, replicas: 1, settings: { 'retention.ms': '1000' } }, true);
      await expect(
        ensureTopic(
          bus,
          { topic, partitions: 5, replicas: 3, settings: { 'cleanup.policy': 'compact', 'retention.ms': '-1' } },
          true,
        ),
      ).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringMatching(
          /4 partitions instead of 5.*1 replicas instead of 3.*cleanup.policy is delete instead of compact.*retention.ms/,
        ),
      });
    });

    it('more replicas than brokers is a mistake of the configuration', async () => {
      const bus = await open();
      await expect(
        ensureTopic(bus, { topic: 'three', partitions: 1, replicas: 3, settings: {} }, true),
      ).rejects.toMatchObject({ kind: 'config' });
    });

    it('records keep bytes, headers, the partition of their key and the order of the key', async () => {
      const bus = await open();
      const topic = await topicOf(bus);
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      await bus.publish(topic, [{ key: 'pozo-ñ', value: bytes, headers: { caudal: '{"a":"ñ"}', other: '' } }]);
      for (let from = 0; from < 50; from += 10) await bus.publish(topic, numbered(7, 10, from));
      const { seen, until, join } = reader(topic, bus);
      const member = await owned(join);
      await until(() => seen.length === 351);
      const first = seen.find(({ key }) => String(key) === 'pozo-ñ');
      expect(first).toMatchObject({ value: bytes, headers: { caudal: '{"a":"ñ"}', other: '' } });
      for (const { key, partition } of seen) expect(partition).toBe(partitionOf(String(key), 4));
      expectWhole(seen, 7, 50);
      const ends = await bus.ends(topic);
      expect([...ends.values()].reduce((sum, { first: from, end }) => sum + end - from, 0)).toBe(351);
      const { consumption } = member;
      await member.stop();
      await consumption.ended;
    });

    it('the position that the handler answers is where it goes on, forward and back', async () => {
      const bus = await open();
      const topic = await topicOf(bus, 1);
      await bus.publish(topic, numbered(1, 10));
      const starts: number[] = [];
      const done = Promise.withResolvers<void>();
      const answers = [7, 3, 10];
      const consumption = await bus.consume({
        group: `g-${topic}`,
        topics: [topic],
        retryMs: 50,
        async handle({ records }) {
          starts.push(records[0]?.offset as number);
          if (starts.length === answers.length) done.resolve();
          return answers[starts.length - 1] as number;
        },
      });
      await done.promise;
      expect(starts).toEqual([0, 7, 3]);
      await consumption.stop();
    });

    it('a batch that was refused comes again', async () => {
      const bus = await open();
      const topic = await topicOf(bus, 1);
      await bus.publish(topic, numbered(1, 20));
      let refusals = 0;
      const { seen, until, join } = reader(topic, bus);
      const consumption = await bus.consume({
        group: `g-${topic}`,
        topics: [topic],
        retryMs: 50,
        handle: async () => {
          refusals += 1;
          if (refusals === 3) queueMicrotask(() => void consumption.stop());
          throw new Error('not now');
        },
      });
      await consumption.ended;
      const next = await join();
      await until(() => seen.length === 20);
      expectWhole(seen, 1, 20);
      await next.stop();
    });

    it('while paused nothing is handled and the membership is kept', async () => {
      const bus = await open();
      const topic = await topicOf(bus, 2);
      const { seen, until, join, look } = reader(topic, bus);
      const consumption = await join();
      await until(() => consumption.assigned.length === 2);
      consumption.pause();
      await bus.publish(topic, numbered(4, 5));
      // Another group gets them meanwhile: they were there to be had.
      const other = reader(topic, bus, { group: `other-${topic}` });
      const others = await other.join();
      await other.until(() => other.seen.length === 20);
      await others.stop();
      expect(seen).toEqual([]);
      expect(consumption.assigned).toHaveLength(2);
      consumption.resume();
      look();
      await until(() => seen.length === 20);
      expectWhole(seen, 4, 5);
      await consumption.stop();
    });

    it('members that come and go take nothing twice and lose nothing', async () => {
      const bus = await open();
      const topic = await topicOf(bus);
      const { seen, until, join } = reader(topic, bus);
      const first = await owned(join);
      for (let round = 0; round < 4; round += 1) {
        const other = await owned(join);
        for (let from = 0; from < 25; from += 5) await bus.publish(topic, numbered(8, 5, round * 25 + from));
        await other.stop();
      }
      await until(() => seen.length === 800);
      expectWhole(seen, 8, 100);
      await first.stop();
    });

    it('after a restart of the broker nothing is lost', async () => {
      const bus = await open();
      const topic = await topicOf(bus);
      const { seen, until, join } = reader(topic, bus);
      const member = await owned(join);
      await bus.publish(topic, numbered(4, 10));
      await until(() => seen.length === 40);
      await broker.kill();
      await expect(bus.publish(topic, numbered(1, 1))).rejects.toMatchObject({
        kind: expect.stringMatching(/transient|timeout/),
      });
      await broker.start();
      for (;;) {
        try {
          await bus.publish(topic, numbered(4, 10, 10));
          break;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
      await until(() => seen.length >= 80);
      const distinct = new Set(seen.map(({ key, value }) => `${String(key)} ${String(value)}`));
      expect(distinct.size).toBe(80);
      await member.stop();
    });

    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)
      it(`${mechanism} lets the right password in and no other`, async () => {
        const sasl = { mechanism, username: 'caudal', password: 'right-horse' };
        const bus = await open({ brokers: broker.saslBrokers, sasl });
        expect(await bus.describe('nothing')).toBeNull();
        const wrong = await open({ brokers: broker.saslBrokers, sasl: { ...sasl, password: 'wrong-horse' } });
        await expect(wrong.describe('nothing')).rejects.toMatchObject({
          kind: 'auth',
          message: expect.not.stringContaining('wrong-horse'),
        });
      });

    it('TLS trusts the authority it is given and no other', async () => {
      const sasl = { mechanism: 'SCRAM-SHA-512', username: 'caudal', password: 'right-horse' } as const;
      const bus = await open({ brokers: broker.tlsBrokers, sasl, tls: { ca: untrusted.certificate } });
      expect(await bus.describe('nothing')).toBeNull();
      const other = await open({ brokers: broker.tlsBrokers, sasl, tls: {} });
      await expect(other.describe('nothing')).rejects.toMatchObject({ kind: 'transient' });
    });
  });
};
