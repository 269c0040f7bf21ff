import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { stringify } from 'yaml';
import { startPostgres } from '../../store/postgres-server.ts';
import { freePort } from '../../free-port.ts';
import { startRegulator, startVendor } from '../crash/parties.ts';
import { startRelay } from '../crash/relay.ts';
import { dataOf, environment, start, type Well } from '../crash/scene.ts';
import { quickClock } from '../quick-clock.ts';
import { type Run, startRun } from '../run.ts';
import type { InstanceOptions } from './child.ts';

/** One of several instances, over all its lives. */
export interface Instance {
  readonly number: number;
  /** What its control socket's name begins with. */
  readonly place: string;
  run: Run;
  release: Release;
  frozen: boolean;
}

/** The program of an instance: as it is here, or of a release to come (`next-release.ts`). */
export type Release = 'this' | 'next';

const releaseEnvironment: Readonly<Record<Release, Readonly<Record<string, string>>>> = {
  this: {},
  next: {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --conditions=@caudal/source --import=${new URL('next-release.ts', import.meta.url).href}`,
  },
};

/** When an answer that came to this instance may be known to nobody, by the scene's clock. */
export interface Absence {
  readonly from: number;
  to: number;
}

export interface SceneOptions {
  readonly instances: number;
  /** How many times as fast as the machine's the clock of the scene is at most. */
  readonly rate: number;
  readonly leaseSeconds: number;
  readonly wells: readonly Well[];
  /** How often each device is read, by the scene's clock. */
  readonly pollMinutes: number;
  /** Clocks of instances lie within as much, before and after the scene's. */
  readonly skewMs: number;
}

/**
 * What an answer may need to come to disk, on a machine that has far too much to do; of the machine's clock. The judge excuses nothing by it alone:
 * the attempt has to stand there as one whose answer nobody kept.
 */
const unkeptMs = 10_000;

export const openScene = async (given: SceneOptions) => {
  const { instances: count, rate, leaseSeconds, skewMs, wells, pollMinutes } = given;
  const folder = mkdtempSync(join(tmpdir(), 'caudal-instances-'));
  const server = await startPostgres();
  const clock = quickClock({ from: start, epoch: systemClock.now(), rate: 1 });
  const vendor = await startVendor(clock);
  // A request is under way for as long by the scene's clock as the clock is fast; and two senders' clocks differ.
  const regulator = await startRegulator(clock, 2_000 * rate + 2 * skewMs);
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const [first = '', ...rest] = ports.map((port) => `http://127.0.0.1:${port}/webhooks/tago`);
  const relay = await startRelay(first, ...rest);
  const file = join(folder, 'data.yaml');
  writeFileSync(file, stringify({ ...dataOf(wells, pollMinutes), people: [], subscriptions: [] }));
  const database = server.address('instances');
  const lives: Run[] = [];
  const absences: Absence[] = [];

  const live = (number: number, release: Release = 'this', roles?: InstanceOptions['roles']): Run => {
    const place = join(folder, `instance-${number}`);
    mkdirSync(place, { recursive: true });
    const options: InstanceOptions = {
      database,
      folder: place,
      data: file,
      port: ports[number] as number,
      vendorUrl: vendor.url,
      regulatorUrl: regulator.url,
      leaseSeconds,
      time: clock.time,
      ...(roles === undefined ? {} : { roles }),
      // From the one end to the other.
      skewMs: count === 1 ? 0 : Math.round(skewMs * ((2 * number) / (count - 1) - 1)),
    };
    const run = startRun(
      {
        file: new URL('child.ts', import.meta.url),
        args: [JSON.stringify(options)],
        environment: { ...environment, ...releaseEnvironment[release] },
      },
      clock,
    );
    lives.push(run);
    return run;
  };

  const instances = Array.from({ length: count }, (_, number): Instance => ({
    number,
    place: join(folder, `instance-${number}`, 'caudal'),
    run: live(number),
    release: 'this',
    frozen: false,
  }));
  await Promise.all(instances.map(({ run }) => run.ready));

  return {
    clock,
    vendor,
    regulator,
    relay,
    database,
    folder,
    instances,
    /** Killed, and begun again at once. */
    async kill(instance: Instance) {
      absences.push({ from: clock.now() - unkeptMs * rate, to: clock.now() + unkeptMs * rate });
      await instance.run.kill();
      instance.run = live(instance.number, instance.release);
      await instance.run.ready;
    },
    /** Ended in order, and begun again with the program of another release. */
    async replace(instance: Instance, release: Release) {
      await instance.run.stop();
      instance.release = release;
      instance.run = live(instance.number, release);
      await instance.run.ready;
    },
    freeze(instance: Instance) {
      instance.frozen = true;
      absences.push({ from: clock.now() - unkeptMs * rate, to: Infinity });
      process.kill(instance.run.pid, 'SIGSTOP');
      const absence = absences.at(-1) as Absence;
      return () => {
        process.kill(instance.run.pid, 'SIGCONT');
        absence.to = clock.now() + unkeptMs * rate;
        instance.frozen = false;
      };
    },
    /** Ends them all; what was read while they ended is processed by one that reads nothing. */
    async end(untilQuiet: () => Promise<unknown>) {
      for (const { run } of instances) await run.stop();
      const [first] = instances as [Instance];
      first.run = live(first.number, first.release, ['process']);
      await first.run.ready;
      await untilQuiet();
      await first.run.stop();
    },
    /** Whether an answer of then may be known to nobody. */
    unkept: (at: number) => absences.some(({ from, to }) => from <= at && at <= to),
    /** Whether an instance was killed or frozen within a span. */
    absent: (since: number, until: number) => absences.some(({ from, to }) => from <= until && since <= to),
    /** What became of the server when it is not there any more, which nobody here does. */
    lost: () => server.lost(),
    /** From now on all clocks go so fast, and are put forward. */
    go(faster: number, forwardMs = 0) {
      clock.time = { from: clock.now() + forwardMs, epoch: systemClock.now(), rate: faster };
      for (const { run } of instances) run.say(JSON.stringify(clock.time));
    },
    async close() {
      // One that is frozen can be killed as it is.
      for (const run of lives) if (run.endedAt === undefined) await run.kill();
      await Promise.all([vendor.close(), regulator.close(), relay.close(), server.remove()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type Scene = Awaited<ReturnType<typeof openScene>>;
