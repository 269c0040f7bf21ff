import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { dga } from '@caudal/compliance-dga';
import { type Clock, createRedactor, secretResolver } from '@caudal/core';
import { createRuntime, type RuntimeConfig } from '@caudal/runtime';
import { assemble } from '../../src/assemble.ts';
import { logFilesIn } from '../../src/config/places.ts';
import { resolveConfiguration } from '../../src/config/resolve.ts';
import { openKept } from '../../src/kept/index.ts';
import { createEvents } from '../../src/observe/events.ts';
import { createLog } from '../../src/observe/create-log.ts';
import { stagesOf } from '../../src/roles/stages.ts';
import { parts } from '../../src/roles/roles.ts';
import type { StageName } from '../../src/services.ts';
import { createWaker, type Stage } from '../../src/stage.ts';
import { openStore } from '../../src/store/index.ts';
import { rounded } from '../pipeline/measures.ts';
import { type Asked, countOperations } from './count-statements.ts';
import { fleetVendor, hour, minute, start } from './fleet.ts';
import { putValues, seed } from './seed.ts';

const mebibyte = 1024 * 1024;
const never = new AbortController().signal;

/** What one step costs. */
export interface Tick {
  /** Of all threads. */
  readonly cpuMs: number;
  /** Operations that the store was asked for. */
  readonly operations: number;
}

/** An hour's work of a stage, to its end. */
export interface HourOfWork extends Tick {
  readonly steps: number;
}

/** What `bench:scale` says of one number of points. */
export interface ScaleMeasures {
  readonly points: number;
  readonly slotsInStore: number;
  readonly storeMb: number;
  /** From the configuration at hand to the first steps of the stages. */
  readonly startMs: number;
  readonly startCpuMs: number;
  readonly rssMb: number;
  /** After a collection. */
  readonly heapMb: number;
  readonly idle: Readonly<Record<string, Tick>>;
  readonly hour: Readonly<Record<string, HourOfWork>>;
  /** Bytes of the database for each slot from value to rendered submission. */
  readonly bytesPerSlot: number;
}

const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const collectGarbage = () => {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
};

/** Of its pages: the log beside it is whole pages for every change. */
const bytesOf = (path: string): number => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const sizes = ['page_count', 'page_size'].map(
      (name) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0],
    );
    return sizes.reduce<number>((product, size) => product * Number(size), 1);
  } finally {
    database.close();
  }
};

const sum = (asked: Asked): number => [...asked.values()].reduce((total, count) => total + count, 0);

/**
 * Starts a runtime on a store of so many points, and steps each of its stages by hand: with nothing due, and with an hour's reads and slots.
 *
 * @param tell gets each part as it is measured: a large one takes long
 * @throws when a device was not read or a slot not rendered
 */
export const measureScale = async (
  points: number,
  slots: number,
  idleTicks = 3,
  tell: (part: object) => void = () => undefined,
): Promise<ScaleMeasures> => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-scale-'));
  const path = join(folder, 'caudal.db');
  let now = start + (slots - 1) * hour + 30 * minute;
  const clock: Clock = {
    now: () => now,
    // It stands: nothing times out and no stage steps unless it is told to.
    sleep: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
  };
  /** Who waits for work that is under way goes on when some of it ends, never by the wall: what is counted must not depend on how fast it goes. */
  const looking: Clock = {
    now: () => clock.now(),
    sleep: (_ms, signal) => wait(600_000, undefined, signal === undefined ? {} : { signal }),
  };
  const fleet = { asked: new Set<string>() };
  const config: RuntimeConfig = {
    folder,
    database: path,
    data: [],
    providers: { fleet: fleetVendor(fleet) },
    targets: { dga: dga({ rutEmpresa: '77555666-8' }) },
    comply: { shadow: ['dga'] },
    // A day's second look at what was read is work of that day, not of an hour, and so is a first read of what was before.
    collect: { rereadHours: 0, firstReadHours: 1 },
    http: { enabled: false },
    log: { console: false, level: 'error' },
    clock,
  };
  try {
    const seeding = await openStore({ path, clock });
    await seed(seeding, points, slots);
    await putValues(seeding, points, start + (slots - 1) * hour);
    await seeding.close();
    tell({ seeded: points, slots, storeMb: rounded(bytesOf(path) / mebibyte, 1) });

    collectGarbage();
    const before = process.memoryUsage();
    const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
    const runtime = await createRuntime({ ...config, roles: ['api'] });
    await runtime.start();
    const startMs = performance.now() - began;
    const startCpuMs = cpuMs(cpuBefore);
    collectGarbage();
    const memory = process.memoryUsage();
    tell({ startMs, startCpuMs, rss: memory.rss, heap: memory.heapUsed - before.heapUsed });
    await runtime.stop();

    const { options, domain, data } = await resolveConfiguration(config);
    const redact = createRedactor();
    const log = createLog(options.log, logFilesIn(folder), redact, clock);
    const opened = await openStore({ path, clock });
    const asked: Asked = new Map();
    const store = countOperations(opened, asked);
    const waker = createWaker(looking);
    const services = assemble({
      config,
      options,
      kept: await openKept({ config, data, domain, store, clock }),
      clock,
      redact,
      secret: secretResolver((value) => redact.add(value), {}),
      log,
      events: createEvents((thrown) => {
        throw thrown;
      }),
      store,
      wake: (stage: StageName) => waker.wake(stage),
    });
    let rendered = 0;
    services.events.on('submission', ({ state }) => {
      if (state === 'shadowed') rendered += 1;
    });
    const stages = parts.flatMap((part) => stagesOf[part](services, undefined));
    const stageOf = (name: StageName) => stages.find((stage) => stage.name === name) as Stage;
    try {
      const drive = async (name: StageName, isDone: () => boolean): Promise<HourOfWork> => {
        const stage = stageOf(name);
        asked.clear();
        const used = process.cpuUsage();
        let steps = 0;
        for (let more = true; more || !isDone(); steps += 1) {
          more = await stage.step(never);
          if (!more && !isDone()) await waker.rest(name, stage.restMs, never);
        }
        return { steps, operations: sum(asked), cpuMs: rounded(cpuMs(used), 1) };
      };
      const always = () => true;
      const idleTick = async (stage: Stage): Promise<Tick> => {
        await stage.step(never);
        asked.clear();
        const used = process.cpuUsage();
        for (let tick = 0; tick < idleTicks; tick += 1) await stage.step(never);
        return { cpuMs: rounded(cpuMs(used) / idleTicks, 2), operations: sum(asked) / idleTicks };
      };
      // What a start finds to do once.
      for (const name of ['process', 'comply', 'notify', 'maintain'] as const) await drive(name, always);
      const idle: Record<string, Tick> = {};
      for (const name of ['process', 'comply', 'notify', 'maintain'] as const)
        idle[name] = await idleTick(stageOf(name));
      tell({ idle });
      const reads = await drive('collect', () => fleet.asked.size >= points);
      await stageOf('collect').finish?.(never);
      if ((await opened.read.dueReads(Number.MAX_SAFE_INTEGER, 1)).length > 0)
        throw new Error('reads are left: a tick would have something to do');
      idle['collect'] = await idleTick(stageOf('collect'));
      tell({ reads, idle: idle['collect'] });

      const bytes = bytesOf(path);
      now += 45 * minute;
      await putValues(services.store, points, start + slots * hour);
      const processed = await drive('process', always);
      const comply = await drive('comply', () => rendered >= points);
      await stageOf('comply').finish?.(never);
      const maintain = await drive('maintain', always);
      const notify = await drive('notify', always);
      if (fleet.asked.size < points || rendered !== points)
        throw new Error(`of ${points} points ${fleet.asked.size} were read and ${rendered} rendered`);
      return {
        points,
        slotsInStore: points * slots,
        storeMb: rounded(bytes / mebibyte, 1),
        startMs: rounded(startMs),
        startCpuMs: rounded(startCpuMs),
        rssMb: rounded(memory.rss / mebibyte, 1),
        heapMb: rounded((memory.heapUsed - before.heapUsed) / mebibyte, 1),
        idle,
        hour: { collect: reads, process: processed, comply, maintain, notify },
        bytesPerSlot: rounded((bytesOf(path) - bytes) / points),
      };
    } finally {
      await opened.close();
      await log.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
