import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, type BusClient, type Consumption, openBus } from '@caudal/kafka';
import { systemClock } from '@caudal/core';
import { stringify } from 'yaml';
import type { KafkaBroker } from '../../../../../scripts/kafka.mjs';
import { lineData, startLineVendor } from '../../collect/line-vendor.ts';
import { joined } from '../../feed/joined.ts';
import { kafkaFor } from '../../feed/kafka-for.ts';
import { copyDown } from '../instances/copy-down.ts';
import { ask, type Run, startRun } from '../run.ts';
import type { MemberOptions } from './child.ts';
import type { Evidence, Measured } from './judge.ts';
import { readTopic } from './topic.ts';
import { until } from './until.ts';

const devices = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const minute = 60_000;

/** A runtime that takes part, over all its lives. */
export interface Member {
  readonly number: number;
  /** What its control socket's name begins with. */
  readonly place: string;
  run: Run;
  /** Neither dead nor frozen. */
  up: boolean;
}

export interface SceneOptions {
  /** Of topic and group. */
  readonly name: string;
  readonly client: BusClient;
  readonly members: number;
  /** Where the data is; absent: a file, which is one member's own. */
  readonly server?: string;
  /** Beside what makes it quick. */
  readonly kafka: Partial<MemberOptions['kafka']>;
  /** All devices measure so often, of the machine's clock. */
  readonly measureMs: number;
}

export const sessionMs = 6_000;

export const openScene = async (broker: KafkaBroker, given: SceneOptions) => {
  const { name, client, server } = given;
  const folder = mkdtempSync(join(tmpdir(), 'caudal-kafka-'));
  const database = server ?? join(folder, 'caudal.db');
  const vendor = await startLineVendor({ numbered: true });
  const data = join(folder, 'data.yaml');
  writeFileSync(data, stringify(lineData(devices)));
  const [address = ''] = broker.brokers;
  const bus: Bus = await openBus(client, { brokers: broker.brokers, clientId: 'rig', requestTimeoutMs: 3_000 });
  const lives: Run[] = [];

  const live = (number: number, roles?: MemberOptions['roles']): Run => {
    const home = join(folder, `member-${number}`);
    mkdirSync(home, { recursive: true });
    const kafka = { ...kafkaFor(address, name, client), ...given.kafka };
    const options: MemberOptions = { database, folder: home, data, port: vendor.port, kafka, ...(roles && { roles }) };
    const run = startRun({ file: new URL('child.ts', import.meta.url), args: [JSON.stringify(options)] }, systemClock);
    lives.push(run);
    return run;
  };
  const members = Array.from({ length: given.members }, (_, number): Member => ({
    number,
    place: server === undefined ? database : join(folder, `member-${number}`, 'caudal'),
    run: live(number),
    up: true,
  }));

  /** Readings lie in the past, one after the other, so that each is a value of its own. */
  const began = systemClock.now() - 24 * 60 * minute;
  const measured: Measured[] = [];
  const measure = () => {
    for (const device of devices) {
      const value = measured.length;
      const id = vendor.measure(device, began + value, value);
      measured.push({ id, device, at: began + value, value });
    }
  };
  const ticking = setInterval(measure, given.measureMs);

  /** Whoever is up: answers to questions of the whole are the same everywhere. */
  const asked = () => {
    const member = members.find(({ up }) => up);
    if (member === undefined) throw new Error('nobody is up');
    return member.place;
  };

  return {
    name,
    members,
    vendor,
    bus,
    measured,
    /** Until all that was published by now is stored, and the vendor was told of something that it measured since. */
    async caughtUp() {
      const from = measured.length;
      await until(() => measured.slice(from).some(({ id }) => vendor.acknowledged.has(id)));
      const ends = new Map<number, number>();
      await until(async () => {
        for (const [partition, { end }] of await bus.ends(name)) ends.set(partition, end);
        return true;
      });
      await until(async () => {
        const { partitions } = await ask(asked(), 'kafkaStatus', null);
        return partitions.every(({ partition, next }) => (next ?? 0) >= (ends.get(partition) ?? 0));
      });
    },
    async kill(member: Member) {
      member.up = false;
      await member.run.kill();
      member.run = live(member.number);
      await member.run.ready;
      member.up = true;
    },
    freeze(member: Member) {
      member.up = false;
      process.kill(member.run.pid, 'SIGSTOP');
      return () => {
        process.kill(member.run.pid, 'SIGCONT');
        member.up = true;
      };
    },
    /** Ended in order; what it answers begins it again. */
    async leave(member: Member) {
      member.up = false;
      await member.run.stop();
      return async () => {
        member.run = live(member.number);
        await member.run.ready;
        member.up = true;
      };
    },
    /** A member that takes partitions and does with their records what it is told. */
    guest: (handle: () => Promise<number>): Promise<Consumption> =>
      joined(bus, { group: name, topics: [name], sessionTimeoutMs: sessionMs, handle }),
    status: () => ask(asked(), 'status', null),
    /**
     * Measures no more, waits until all of it is a value and ends all members; what was read while they ended is stored and processed by one that
     * reads nothing. Answers what the judge has to look at.
     */
    async end(): Promise<Evidence> {
      clearInterval(ticking);
      measure();
      await until(async () => {
        const { counts } = await ask(asked(), 'status', null);
        return Object.values(counts.values).reduce((sum, count) => sum + count, 0) >= measured.length;
      });
      for (const { run } of members) await run.stop();
      const [last] = members as [Member];
      last.run = live(last.number, ['process']);
      await last.run.ready;
      await until(async () => {
        const { partitions } = await ask(last.place, 'kafkaStatus', null);
        const { counts } = await ask(last.place, 'status', null);
        return partitions.every(({ behind }) => behind === 0) && counts.raw.PENDING + counts.raw.PROCESSING === 0;
      });
      await last.run.stop();
      const published = await readTopic(bus, name);
      const copy = server === undefined ? database : join(folder, 'copy.db');
      if (server !== undefined) await copyDown(server, copy);
      return { database: copy, topic: name, measured, acknowledged: vendor.acknowledged, published };
    },
    /** @param keeps whether database and logs are left to be looked at; answers where */
    async close(keeps: boolean): Promise<string> {
      clearInterval(ticking);
      // One that is frozen can be killed as it is.
      for (const run of lives) if (run.endedAt === undefined) await run.kill();
      await Promise.all([bus.close(), vendor.close()]);
      if (!keeps) rmSync(folder, { recursive: true, force: true });
      return folder;
    },
    /** Resolves when all members run, the vendor is listened to, and more than one of them stores. */
    async ready() {
      await Promise.all(members.map(({ run }) => run.ready));
      await vendor.until(() => devices.every((device) => vendor.open.includes(device)));
      await until(async () => {
        const { partitions } = await ask(asked(), 'kafkaStatus', null);
        return new Set(partitions.flatMap(({ holder }) => holder ?? [])).size >= Math.min(2, given.members);
      });
    },
  };
};

export type Scene = Awaited<ReturnType<typeof openScene>>;
