/**
 * One instance of several on a database, in a process of its own, to be killed and frozen. Prints `ready` once it runs; a line on its standard
 * input sets its clock; SIGTERM stops it in order.
 *
 *   node --conditions=@caudal/source child.ts <options as JSON>
 */
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { dga } from '@caudal/compliance-dga';
import { tago } from '@caudal/provider-tago';
import { createRuntime, type RuntimeConfig } from '@caudal/runtime';
import { centre } from '../crash/scene.ts';
import { hourly } from './schedules.ts';
import { quickClock, type QuickTime } from '../quick-clock.ts';

/** Where an instance finds its files and the services around it. */
export interface InstanceOptions {
  readonly database: string;
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly vendorUrl: string;
  readonly regulatorUrl: string;
  readonly leaseSeconds: number;
  readonly time: QuickTime;
  /** Absent: all. */
  readonly roles?: RuntimeConfig['roles'];
  /** How far its clock is from everybody's. */
  readonly skewMs: number;
}

const given = JSON.parse(process.argv[2] ?? '') as InstanceOptions;
const { database, folder, data, port, vendorUrl, regulatorUrl, leaseSeconds, skewMs } = given;
const skewed = (time: QuickTime): QuickTime => ({ ...time, from: time.from + skewMs });
const clock = quickClock(skewed(given.time));

const runtime = await createRuntime({
  database,
  folder,
  leaseSeconds,
  ...(given.roles === undefined ? {} : { roles: given.roles }),
  data: [data],
  providers: {
    tago: tago({ baseUrl: vendorUrl, plan: 'scale', webhook: { secret: 'env:CRASH_WEBHOOK_SECRET' } }),
  },
  targets: { dga: dga({ rutEmpresa: centre, baseUrl: regulatorUrl }) },
  http: { port },
  log: { console: false },
  collect: { tickMs: 250, firstReadHours: 3 },
  process: { idleMs: 50, advanceMs: 500 },
  comply: { tickMs: 100 },
  notify: { tickMs: 500 },
  maintain: { tickMs: 1000 },
  schedules: hourly,
  clock,
});
process.once('SIGTERM', () => void runtime.stop().then(() => process.exit(0)));
createInterface(process.stdin).on('line', (line) => {
  clock.time = skewed(JSON.parse(line) as QuickTime);
});
await runtime.start();
process.stdout.write('ready\n');
flushCompileCache();
