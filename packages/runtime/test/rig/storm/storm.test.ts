import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@caudal/core';
import { mulberry32, startRegistry } from '@caudal/simulators';
import { startFaultProxy, type Weather } from '@caudal/testkit';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { freePort } from '../../free-port.ts';
import { startRelay } from '../crash/relay.ts';
import { offsetClock } from '../offset-clock.ts';
import { cutPower } from '../power/cut-power.ts';
import { buildUnsynced, type UnsyncedOptions, whyNoPowerCut } from '../power/unsynced.ts';
import { ask, type Run, startRun } from '../run.ts';
import { timeLimit } from '../time-limit.ts';
import type { ChildOptions } from './child.ts';
import { hour, minute, start } from './fleet.ts';
import { startFleet } from './fleet-server.ts';
import { judgeEnd, judgeStep, met, type Truth } from './judge.ts';
import { regulators } from './regulators.ts';
import { data, environment, firstPush } from './scene.ts';

/** `npm run rig` sets them; a seed that failed plays the same storm again, as near as the machine allows. */
const lives = Number(process.env['CAUDAL_RIG_STORMS'] ?? 8);
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);

/** All lives together: over the hour that comes twice, and over the regulators' midnight. */
const spanMs = 4 * hour + 20 * minute;

/** What a network does, by chance, to the vendor and to each regulator for one life. */
const weathers: readonly Weather[] = [
  {},
  {},
  {},
  { latencyMs: 120 },
  { bytesPerSecond: 300 },
  { answer: { after: 60, by: 'cut' } },
  { answer: { after: 0, by: 'reset' } },
  { request: { after: 90, by: 'reset' } },
  { answer: { after: 100, by: 'stall' } },
  { swallow: true },
  { connect: 'refuse' },
  { connect: 'reset' },
];

const openScene = async () => {
  // The database in a folder of its own: everything in it is on the disk that forgets.
  const place = mkdtempSync(join(tmpdir(), 'caudal-storm-'));
  const folder = join(place, 'disk');
  mkdirSync(folder);
  const clock = offsetClock(start - systemClock.now());
  const fleet = await startFleet(clock);
  const registries = await Promise.all(
    Object.entries(regulators).map(async ([name, { registry }]) => {
      const simulator = await startRegistry({ clock, token: 'key', ...registry });
      const proxy = await startFaultProxy({ to: Number(new URL(simulator.url).port) });
      return { name, simulator, proxy };
    }),
  );
  const vendor = await startFaultProxy({ to: fleet.port });
  const port = await freePort();
  const relay = await startRelay(`http://127.0.0.1:${port}/webhooks/fleet`);
  const unsynced = whyNoPowerCut() === undefined ? buildUnsynced() : undefined;
  writeFileSync(join(place, 'data.yaml'), stringify(data));
  const options: ChildOptions = {
    database: join(folder, 'caudal.db'),
    data: join(place, 'data.yaml'),
    port,
    vendorUrl: vendor.url,
    regulatorUrls: Object.fromEntries(registries.map(({ name, proxy }) => [name, proxy.url])),
  };
  return {
    clock,
    relay,
    folder,
    unsynced,
    options,
    requests: () => registries.reduce((count, { simulator }) => count + simulator.ledger.requests.length, 0),
    truth: (): Truth => ({
      acknowledged: relay.acknowledged.map((body) => body.toString()),
      ledgers: Object.fromEntries(registries.map(({ name, simulator }) => [name, simulator.ledger])),
      now: clock.now(),
    }),
    async weather(choose: () => Weather) {
      for (const { proxy } of [...registries, { proxy: vendor }]) {
        proxy.drop('reset');
        await proxy.set(choose());
      }
    },
    /** What is kept can be looked at: the database, its log, the data file. */
    async close({ keep }: { readonly keep: boolean }) {
      await Promise.all(registries.flatMap(({ simulator, proxy }) => [proxy.close(), simulator.close()]));
      await Promise.all([vendor.close(), fleet.close(), relay.close()]);
      unsynced?.remove();
      if (keep) console.log(`storm: kept in ${place}`);
      else rmSync(place, { recursive: true, force: true });
    },
  };
};

type Scene = Awaited<ReturnType<typeof openScene>>;

const begin = ({ options, clock, unsynced, folder }: Scene, life: UnsyncedOptions = {}): Run => {
  const run = startRun(
    {
      file: new URL('child.ts', import.meta.url),
      args: [JSON.stringify(options), String(clock.offset)],
      environment: { ...environment, ...(unsynced?.environment(folder, life) as Record<string, string> | undefined) },
    },
    clock,
  );
  // A life that ends early says so by its end.
  run.ready.catch(() => undefined);
  return run;
};

/** Puts the clock of everybody forward. */
const jump = ({ clock }: Scene, run: Run, ms: number) => {
  clock.offset += ms;
  run.say(String(clock.offset));
};

/** Hands in one reading after the other, each once. Answers what was handed in, as `pushed/level@instant=value`. */
const push = ({ relay, clock }: Scene, end: AbortSignal, pushed: Set<string>) =>
  (async () => {
    for (let number = 0; !end.aborted; number += 1) {
      const at = firstPush + 1_000 * number;
      const value = 20 + (number % 997) / 1000;
      pushed.add(`pushed/level@${at}=${value}`);
      await fetch(relay.url, { method: 'POST', body: `pushed level ${new Date(at).toISOString()};${value}` });
      await clock.sleep(30);
    }
  })();

interface Ending {
  /** Needs a disk that forgets. */
  readonly disk?: true;
  readonly life?: (random: () => number) => UnsyncedOptions;
  end(scene: Scene, run: Run, random: () => number): Promise<void>;
}

const lose = ({ folder, unsynced }: Scene, random: () => number) =>
  unsynced && cutPower(folder, unsynced.kept, random() < 0.5 ? random : undefined);

const failpoint = (at: 'write' | 'sync' | 'synced', file: string): Ending => ({
  disk: true,
  life: (random) => ({ die: { at, file, time: 1 + Math.floor(random() * 60) } }),
  async end(scene, run, random) {
    await Promise.race([run.ended, scene.clock.sleep(4_000)]);
    await run.kill();
    lose(scene, random);
  },
});

/** How a life can end. */
const endings: readonly Ending[] = [
  { end: (_scene, run) => run.stop() },
  { end: (_scene, run) => run.kill() },
  {
    // While a request to a regulator is under way, or has just been answered.
    async end({ clock, requests }, run, random) {
      const before = requests();
      for (let tries = 0; tries < 60 && requests() === before; tries += 1) await clock.sleep(25);
      await clock.sleep(20 * random());
      await run.kill();
    },
  },
  {
    disk: true,
    async end(scene, run, random) {
      await run.kill();
      lose(scene, random);
    },
  },
  failpoint('sync', 'caudal.db-wal'),
  failpoint('synced', 'caudal.db-wal'),
  {
    // The disk is full for a while; then all goes on, and it stops as if nothing had been.
    disk: true,
    async end({ unsynced, clock }, run) {
      unsynced?.fill(true);
      await clock.sleep(800);
      unsynced?.fill(false);
      await clock.sleep(800);
      await run.stop();
    },
  },
];

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Answers how many lives there were, and what was wrong after one of them. */
const rage = async (scene: Scene, runs: Run[], pushed: ReadonlySet<string>) => {
  const random = mulberry32(seed);
  const isUp = timeLimit();
  const possible = endings.filter(({ disk }) => disk !== true || scene.unsynced !== undefined);
  for (let count = 0; count < lives; count += 1) {
    if (isUp()) return { lived: count, faults: [] };
    await scene.weather(() => pick(random, weathers));
    // Every way to end in turn, from anywhere.
    const ending = possible[(seed + count) % possible.length] as Ending;
    const run = begin(scene, ending.life?.(random));
    runs.push(run);
    await Promise.race([run.ready.catch(() => undefined), run.ended]);
    await scene.clock.sleep(300 + 700 * random());
    jump(scene, run, spanMs / lives / 2);
    await scene.clock.sleep(300 + 700 * random());
    await ending.end(scene, run, random);
    const faults = judgeStep(scene.options.database, scene.truth(), pushed);
    if (faults.length > 0) return { lived: count + 1, faults };
    scene.clock.offset += spanMs / lives / 2;
  }
  return { lived: lives, faults: [] };
};

const spacingMs = 5 * minute;
/** Looks at one time of the clock. What needs more of a busy machine has the next one. */
const patience = 40;

/** Until nothing is left that may be done at this time of the clock. What waits for data or for a person is left. */
const untilQuiet = async ({ options, clock }: Scene) => {
  for (let look = 0; look < patience; look += 1) {
    const { raw, reopens } = (await ask(options.database, 'status', null)).counts;
    const submissions = await ask(options.database, 'submissions', { limit: 1000 });
    const now = clock.now();
    const lastSend = ({ target, work }: (typeof submissions)[number]) =>
      Math.max(
        ...submissions.filter((one) => one.target === target && one.work === work).map(({ sentAt }) => sentAt ?? 0),
      );
    const moving = submissions.filter(
      (one) =>
        regulators[one.target]?.ends?.includes(one.state) !== true &&
        (['accepted', 'received', 'sending', 'expected'].includes(one.state) ||
          (['due', 'retry', 'unknown', 'held'].includes(one.state) &&
            one.nextAt <= now &&
            lastSend(one) + spacingMs <= now)),
    );
    if (moving.length + raw.PENDING + raw.PROCESSING + reopens === 0) return;
    await clock.sleep(100);
  }
};

/** Fair weather: the rest of the day, then the regulators' next days, an hour of each. Answers what is wrong then. */
const settle = async (scene: Scene, runs: Run[], pushed: ReadonlySet<string>): Promise<string[]> => {
  await scene.weather(() => ({}));
  scene.unsynced?.fill(false);
  const run = begin(scene);
  runs.push(run);
  await run.ready;
  let faults: string[] = [];
  for (const day of [5, 6, 7]) {
    const midnight = Date.UTC(2026, 3, day, 4, 0, 1);
    if (midnight > scene.clock.now()) jump(scene, run, midnight - scene.clock.now());
    for (let round = 0; round < 10; round += 1) {
      jump(scene, run, spacingMs + minute);
      await untilQuiet(scene);
      faults = judgeEnd(scene.options.database, scene.truth(), pushed);
      // What was missing may have come, and go out now.
      if (day > 5 && round >= 3 && faults.length === 0) break;
    }
  }
  await run.stop();
  return faults;
};

/** Faults that are put into a copy of what a storm left. The judge that does not find one of them is none. */
const planted: Readonly<Record<string, string>> = {
  'a push that is gone': "UPDATE raw_body SET body = x'00' WHERE CAST(body AS TEXT) LIKE 'pushed%'",
  'a value that nobody said':
    'UPDATE value SET value = value + 0.5 WHERE (series, at) IN (SELECT series, at FROM value LIMIT 1)',
  'a record that vanished': 'DELETE FROM raw WHERE seq IN (SELECT max(seq) FROM raw)',
  'an entry that was changed': "UPDATE audit SET entry = replace(entry, 'at', 'on') WHERE seq = 2",
};

const findsPlanted = (path: string, truth: Truth, pushed: ReadonlySet<string>): void => {
  for (const [name, change] of Object.entries(planted)) {
    const copy = `${path}.planted`;
    copyFileSync(path, copy);
    const database = new DatabaseSync(copy, { enableForeignKeyConstraints: false });
    database.exec(change);
    database.close();
    expect(judgeStep(copy, truth, pushed), name).not.toEqual([]);
    rmSync(copy);
  }
};

test(
  `${lives} lives in a storm: five regulators, seven loggers, a disk and a network that fail (seed ${seed})`,
  { timeout: 120_000 + lives * 20_000 },
  async () => {
    const scene = await openScene();
    let passed = false;
    const runs: Run[] = [];
    const pushed = new Set<string>();
    const end = new AbortController();
    const pushing = push(scene, end.signal, pushed);
    try {
      const { lived, faults } = await rage(scene, runs, pushed);
      end.abort();
      await pushing;
      expect(faults.slice(0, 20)).toEqual([]);
      const left = await settle(scene, runs, pushed);
      const truth = scene.truth();
      const path = scene.options.database;
      console.log(
        `storm: seed ${seed}, ${lived} lives${scene.unsynced === undefined ? ' on a disk that forgets nothing' : ''}, ` +
          `${truth.acknowledged.length} pushes acknowledged, ${JSON.stringify(met(path))}`,
      );
      expect([...judgeStep(path, truth, pushed), ...left].slice(0, 20)).toEqual([]);
      expect(truth.acknowledged.length).toBeGreaterThan(0);
      findsPlanted(path, truth, pushed);
      passed = true;
    } finally {
      end.abort();
      for (const run of runs) if (run.endedAt === undefined) await run.kill();
      await scene.close({ keep: !passed });
    }
  },
);
