import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openBus } from '@caudal/kafka';
import { Client } from 'pg';
import { systemClock } from '@caudal/core';
import { stringify } from 'yaml';
import { type KafkaBroker, startKafka } from '../../../../scripts/kafka.mjs';
import { createFeed, type Feed, type KafkaOptions } from '../../src/feed/feed.ts';
import { toRecord } from '../../src/feed/record.ts';
import { type NewRaw, openStore, type Store } from '../../src/store/index.ts';
import { startPostgres } from '../../test/store/postgres-server.ts';
import { rounded } from '../pipeline/measures.ts';
import { hour, minute, recordOf, start, valuesPerRecord, wellsOf } from '../pipeline/wells.ts';
import { secondsOfBareKafka } from './bare-kafka.ts';
import { secondsOfBarePostgres } from './bare-postgres.ts';
import { startInstances } from './instances.ts';
import { watchLock } from './lock-share.ts';

export interface ThroughputOptions {
  readonly wells: number;
  /** Of all wells, one body each, beside a first one that is not measured: judges are opened with it. */
  readonly hours: number;
  readonly instances: readonly number[];
  readonly withKafka: boolean;
  /** As `process.shards` of the instances; absent: as by default. */
  readonly shards?: number;
  /** False: not of the disk either. Default true. */
  readonly sync?: boolean;
}

/** One run of so many instances beside the bare engines. */
export interface ThroughputRun {
  readonly kafka: boolean;
  readonly instances: number;
  /** How many of them judged anything: whoever has no part of the processing stands by. */
  readonly processorsThatJudged: number;
  readonly valuesPerSecond: number;
  readonly barePostgresValuesPerSecond: number;
  readonly ratioToBarePostgres: number;
  /** Null without Kafka. */
  readonly bareKafkaValuesPerSecond: number | null;
  readonly ratioToBareKafka: number | null;
  /** Beside one instance of the same engines. */
  readonly scalingFactor: number | null;
  /** What Karp and Flatt reckon from the scaling factor and the processors that judged; null for one. */
  readonly serialShareByScaling: number | null;
  /** Of the time: somebody held the lock that one writing transaction at a time has. */
  readonly shareOfTimeLockHeld: number;
  /** Of all instances, until each said last that it judged something. */
  readonly cpuMicrosecondsPerValue: number;
}

/** What `bench:throughput` prints. */
export interface ThroughputMeasures {
  readonly bench: 'throughput';
  readonly node: string;
  readonly cores: number;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly wells: number;
  readonly values: number;
  readonly rawRecords: number;
  readonly shards: number | null;
  readonly serialPart: string;
  readonly runs: readonly ThroughputRun[];
}

const appendRows = 50;
const inFlight = 8;
const partitions = 12;

const kafkaOptions = (broker: KafkaBroker, name: string): KafkaOptions => ({
  brokers: [...broker.brokers],
  client: 'kafkajs',
  topic: name,
  deadTopic: `${name}.dead`,
  group: name,
  createTopics: true,
  partitions,
  replicas: 1,
  minInSyncReplicas: 1,
  retentionHours: 168,
  maxRecordBytes: 9_437_184,
  requestTimeoutMs: 30_000,
  sessionSeconds: 30,
  batchBytes: 1_048_576,
  tickMs: 500,
  stallSeconds: 30,
});

/** Several appends are under way at once, as those of collectors are. */
const hand = async (rows: readonly NewRaw[], keep: (some: readonly NewRaw[]) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const lane = async () => {
    while (next < rows.length) {
      const at = next;
      next += appendRows;
      await keep(rows.slice(at, at + appendRows));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Values per second from raw records handed in to judged values, by several instances on one server, beside a bare server and a bare broker that take the
 * same rows and bytes in the same run.
 *
 * @throws when a value or a record is missing at the end
 */
export const measureThroughput = async (given: ThroughputOptions): Promise<ThroughputMeasures> => {
  const { wells, hours, withKafka, shards, sync = true } = given;
  const loadBefore = loadavg()[0] as number;
  const folder = mkdtempSync(join(tmpdir(), 'caudal-throughput-'));
  const data = join(folder, 'data.yaml');
  writeFileSync(data, stringify(wellsOf(wells)));
  const hourOf = (at: number) => Array.from({ length: wells }, (_, well) => recordOf(well, at));
  const [first, rest] = [hourOf(0), Array.from({ length: hours }, (_, at) => hourOf(at + 1)).flat()];
  const values = rest.length * valuesPerRecord;
  const server = await startPostgres({ sync });
  const broker = withKafka ? await startKafka({ folder: join(folder, 'broker') }) : undefined;

  const runOnce = async (
    instances: number,
    kafka: boolean,
  ): Promise<Omit<ThroughputRun, 'scalingFactor' | 'serialShareByScaling'>> => {
    const name = `run_${kafka ? 'kafka' : 'postgres'}_${instances}`;
    const home = join(folder, name);
    mkdirSync(home);
    const database = server.address(name);
    const store: Store = await openStore({ path: database, clock: systemClock });
    const options = kafka && broker !== undefined ? kafkaOptions(broker, name) : undefined;
    const feed: Feed | undefined =
      options && createFeed(options, () => Promise.reject(new Error('there is no secret')), systemClock, quiet);
    const client = new Client({ connectionString: server.address(name).replace(/\?.*/, '') });
    await client.connect();
    const running = await startInstances(instances, home, {
      database,
      data,
      offsetMs: start + (hours + 1) * hour + 16 * minute - systemClock.now(),
      process: { idleMs: 10, ...(shards === undefined ? {} : { shards }) },
      ...(options === undefined ? {} : { kafka: options }),
    });
    try {
      const keep = (rows: readonly NewRaw[]) => feed?.publish(rows) ?? store.write.appendRaw(rows);
      await hand(first, keep);
      await running.until(first.length * valuesPerRecord);
      const before = [...running.done];
      const unwatch = watchLock(client, database);
      const began = performance.now();
      await hand(rest, keep);
      await running.until(first.length * valuesPerRecord + values);
      const taken = (performance.now() - began) / 1000;
      const shareOfTimeLockHeld = await unwatch();
      const during = running.done.map(({ values: judged, cpuMs }, index) => ({
        values: judged - (before[index]?.values ?? 0),
        cpuMs: cpuMs - (before[index]?.cpuMs ?? 0),
      }));
      await running.end();
      const counts = await store.read.counts();
      const stored = Object.values(counts.values).reduce((sum, count) => sum + count, 0);
      if (stored !== values + first.length * valuesPerRecord || counts.raw.COMPLETED !== first.length + rest.length)
        throw new Error(`${stored} values and ${counts.raw.COMPLETED} records of ${name}: some are missing`);
      const bare = ((await secondsOfBarePostgres(client, name)) * values) / stored;
      let bareKafka: number | undefined;
      if (options !== undefined) {
        const bus = await openBus(options.client, { brokers: options.brokers, clientId: 'bare' });
        bareKafka = await secondsOfBareKafka(bus, { topic: `${name}.bare`, partitions }, rest.map(toRecord));
        await bus.close();
      }
      return {
        kafka,
        instances,
        processorsThatJudged: during.filter((one) => one.values > 0).length,
        valuesPerSecond: rounded(values / taken),
        barePostgresValuesPerSecond: rounded(values / bare),
        ratioToBarePostgres: rounded(bare / taken, 3),
        bareKafkaValuesPerSecond: bareKafka === undefined ? null : rounded(values / bareKafka),
        ratioToBareKafka: bareKafka === undefined ? null : rounded(bareKafka / taken, 3),
        shareOfTimeLockHeld: rounded(shareOfTimeLockHeld, 2),
        cpuMicrosecondsPerValue: rounded((during.reduce((sum, { cpuMs }) => sum + cpuMs, 0) * 1000) / values, 1),
      };
    } finally {
      await running.end();
      await feed?.close();
      await store.close();
      await client.query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
      await client.end();
    }
  };

  try {
    const runs: ThroughputRun[] = [];
    for (const kafka of withKafka ? [false, true] : [false]) {
      let one: number | undefined;
      for (const instances of given.instances) {
        const run = await runOnce(instances, kafka);
        if (instances === 1) one = run.valuesPerSecond;
        const factor = one === undefined ? null : run.valuesPerSecond / one;
        const judged = run.processorsThatJudged;
        runs.push({
          ...run,
          scalingFactor: factor === null ? null : rounded(factor, 2),
          serialShareByScaling:
            factor === null || judged < 2 ? null : rounded((1 / factor - 1 / judged) / (1 - 1 / judged), 2),
        });
      }
    }
    return {
      bench: 'throughput',
      node: process.version,
      cores: availableParallelism(),
      loadBefore: rounded(loadBefore, 1),
      loadAfter: rounded(loadavg()[0] as number, 1),
      wells,
      values,
      rawRecords: rest.length,
      shards: shards ?? null,
      serialPart:
        'the writing transactions of all instances take one lock; the server, the instances and whoever hands in share the cores',
      runs,
    };
  } finally {
    await broker?.remove();
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};
