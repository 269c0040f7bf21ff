import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { findMosquitto, type MosquittoOptions, mulberry32, startMosquitto } from '@caudal/simulators';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { ask, type Run, startRun } from '../rig/run.ts';
import { type Evidence, judge, met, missing } from './judge.ts';
import { startLoggers } from './loggers.ts';
import { startNetwork } from './network.ts';
import { data, instantsIn, messagesFrom, rate } from './scene.ts';
import { createWatch } from '../watch.ts';

/** `npm run mqtt-kill` sets them. A seed repeats what is killed, how and for how many messages. */
const long = process.env['CAUDAL_MQTT_KILL_LONG'] === '1';
const seed = Number(process.env['CAUDAL_MQTT_KILL_SEED'] ?? systemClock.now() % 1_000_000);

const absent = findMosquitto() === undefined;
if (absent) console.log('skipped MQTT kills: mosquitto is not installed (Debian: apt-get install mosquitto)');

/** Opens a scene in which a broker, a network and a runtime can be taken away. */
const openScene = async (options: MosquittoOptions) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-mqtt-kill-'));
  const watch = createWatch();
  const broker = await startMosquitto(options);
  const network = await startNetwork(broker.port, watch);
  const message = messagesFrom(systemClock.now());
  const loggers = await startLoggers(broker.url, message, rate, watch);
  const database = join(folder, 'caudal.db');
  const dataFile = join(folder, 'data.yaml');
  writeFileSync(dataFile, stringify(data));
  const runs: Run[] = [];
  const start = () => {
    const args = [database, dataFile, network.url];
    runs.push(startRun({ file: new URL('child.ts', import.meta.url), args }, systemClock));
  };
  const run = () => runs.at(-1) as Run;
  start();
  await run().ready;
  // The broker keeps nothing for a session that it has never seen.
  await watch.until(() => network.subscribed > 0);
  return {
    watch,
    broker,
    network,
    loggers,
    message,
    database,
    runs,
    start,
    run,
    async close() {
      for (const one of runs) if (one.endedAt === undefined) await one.kill();
      await loggers.close();
      await network.close();
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

type Scene = Awaited<ReturnType<typeof openScene>>;

/** Waits until so many more messages are measured, or all are. */
const measuredMore = ({ watch, loggers }: Scene, more: number, total: number) => {
  const until = Math.min(total, loggers.measured + more);
  return watch.until(() => loggers.measured >= until);
};

/** What may be taken away. It stays away while so many messages are measured. */
type Victim = 'broker' | 'network' | 'process';

/** What the broker's file held when it was killed, by its life. */
type Saved = Map<number, Set<number>>;

const killBroker = async (scene: Scene, signal: 'SIGTERM' | 'SIGKILL', away: () => Promise<void>, saved: Saved) => {
  const { broker, loggers } = scene;
  await broker.stop(signal);
  saved.set(loggers.life, instantsIn(readFileSync(join(broker.folder, 'data', 'mosquitto.db'))));
  await away();
  loggers.life += 1;
  await broker.start();
};

interface Plan {
  readonly total: number;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly victims: readonly Victim[];
  /** Messages that the first kill of the process keeps it away for. */
  readonly firstAway: number;
  /** From here on the process lives, so that its memory can be watched. */
  readonly processLivesFrom: number;
}

const killInTurn = async (scene: Scene, plan: Plan, saved: Saved) => {
  const { watch, network, loggers } = scene;
  const { total, victims, signal } = plan;
  const random = mulberry32(seed);
  const between = (from: number, to: number) => Math.floor(from + random() * (to - from));
  const kills: Record<Victim, number> = { broker: 0, network: 0, process: 0 };
  for (let turn = 0; loggers.measured < total; turn += 1) {
    // Not before what stood still has moved again: a kill of what does nothing proves nothing.
    const moved = network.acknowledged.length + between(50, 400);
    await watch.until(() => network.acknowledged.length >= moved || loggers.measured >= total);
    if (loggers.measured >= total) break;
    const victim = victims[turn % victims.length] as Victim;
    const away = victim === 'process' && kills.process === 0 ? plan.firstAway : between(10, 250);
    const outage = random() < 0.5 ? 'cut' : 'swallow';
    if (victim === 'process' && loggers.measured >= plan.processLivesFrom) continue;
    kills[victim] += 1;
    const wait = () => measuredMore(scene, away, total);
    if (victim === 'broker') await killBroker(scene, signal, wait, saved);
    if (victim === 'network') {
      network.down(outage);
      await wait();
      network.up();
    }
    if (victim === 'process') {
      await scene.run().kill();
      await wait();
      scene.start();
      await scene.run().ready;
    }
  }
  return kills;
};

/** Publishes one last message behind all others: when it is acknowledged, the broker had nothing left before it. */
const drain = async ({ watch, network, loggers, message, database }: Scene, total: number) => {
  await watch.until(() => loggers.taken.size >= total);
  await loggers.run(total + 1);
  const { payload } = message(total);
  await watch.until(() => network.acknowledged.includes(payload) && network.open === 0);
  // Over its socket another process can only be asked again and again.
  for (;;) {
    const { counts } = await ask(database, 'status', null);
    if (counts.raw.PENDING + counts.raw.PROCESSING + counts.reopens === 0) return;
    await systemClock.sleep(100);
  }
};

/** Megabytes that a process holds, from Linux's /proc; nothing elsewhere. */
const megabytesOf = (pid: number): number | undefined => {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
};

/** Takes the memory of the process every so many messages once it is no longer killed. */
const watchMemory = async (scene: Scene, { total, processLivesFrom }: Plan): Promise<number[]> => {
  const { watch, loggers } = scene;
  const samples: number[] = [];
  for (let next = processLivesFrom; next <= total; next += Math.ceil((total - processLivesFrom) / 40)) {
    await watch.until(() => loggers.measured >= Math.min(next, total));
    const megabytes = megabytesOf(scene.run().pid);
    if (megabytes !== undefined && Number.isFinite(megabytes)) samples.push(megabytes);
  }
  return samples;
};

const execute = async (options: MosquittoOptions, plan: Plan) => {
  const scene = await openScene(options);
  const saved: Saved = new Map();
  try {
    const measuring = scene.loggers.run(plan.total);
    const memory = plan.processLivesFrom < plan.total ? watchMemory(scene, plan) : Promise.resolve([]);
    const kills = await killInTurn(scene, plan, saved);
    await measuring;
    await drain(scene, plan.total);
    await scene.run().stop();
    const evidence: Evidence = scene;
    return {
      kills,
      saved,
      taken: scene.loggers.taken,
      faults: judge(evidence),
      missing: missing(evidence),
      met: met(evidence),
      memory: await memory,
    };
  } finally {
    await scene.close();
  }
};

const told = (what: string, counts: Readonly<Record<string, unknown>>) =>
  console.log(`mqtt-kill: seed ${seed}, ${what}: ${JSON.stringify(counts)}`);

const strict = (long ? 300 : 45) * rate;
const hard = (long ? 60 : 10) * rate;

describe.skipIf(absent)('MQTT against Mosquitto, 200 messages a second', () => {
  test(
    `broker (stopped in order), network and runtime (killed) taken away in turn for ${strict / rate} s lose nothing and double nothing (seed ${seed})`,
    { timeout: 180_000 + (strict / rate) * 3000 },
    async () => {
      const result = await execute(
        { saves: 'at-stop' },
        {
          total: strict,
          signal: 'SIGTERM',
          victims: ['process', 'broker', 'network'],
          firstAway: long ? 5000 : 2000,
          processLivesFrom: long ? strict / 2 : strict,
        },
      );
      told('stopped in order', { ...result.kills, ...result.met, memoryMB: result.memory.map(Math.round) });
      expect(result.faults).toEqual([]);
      expect(result.missing).toEqual([]);
      expect(result.met.values).toBe(strict + 1);
      // How many there is time for, the machine decides.
      expect(Math.min(...Object.values(result.kills))).toBeGreaterThanOrEqual(long ? 5 : 1);
      if (result.memory.length >= 30) {
        const third = Math.floor(result.memory.length / 3);
        const [early, late] = [result.memory.slice(0, third), result.memory.slice(-third)];
        expect(Math.min(...late)).toBeLessThan(Math.max(...early) * 1.2);
      }
    },
  );

  test(
    `a broker that is killed loses at most what its own file had not saved: it acknowledges a device just before it saves (seed ${seed})`,
    { timeout: 180_000 + (hard / rate) * 3000 },
    async () => {
      const result = await execute(
        { saves: 'each-change' },
        {
          total: hard,
          signal: 'SIGKILL',
          // The process too: one that lives and is cut again and again is right to wait ever longer.
          victims: ['broker', 'broker', 'network', 'process'],
          firstAway: 0,
          processLivesFrom: hard,
        },
      );
      const lost = result.missing.map((at) => ({ at, life: result.taken.get(at) as number }));
      told('killed', { ...result.kills, ...result.met, lostByTheBroker: lost.length });
      expect(result.faults).toEqual([]);
      // Saved, and not with us in the end: that would be ours.
      expect(lost.filter(({ at, life }) => result.saved.get(life)?.has(at) ?? true)).toEqual([]);
      // At each kill, what was taken within one pass of the broker's loop.
      expect(result.met.values).toBe(hard + 1 - lost.length);
      expect(result.kills.broker).toBeGreaterThanOrEqual(long ? 2 : 1);
    },
  );
});
