/**
 * A runtime that sends one thing at a time, in a process of its own, to be killed between a send and its answer. Prints `ready`.
 *
 *   node --conditions=@caudal/source child.ts <options as JSON> <offset of its clock in milliseconds>
 */
import { flushCompileCache } from 'node:module';
import { dga } from '@caudal/compliance-dga';
import { createRuntime } from '@caudal/runtime';
import { offsetClock } from '../offset-clock.ts';
import { rigVendor, type Shows } from '../vendor.ts';

/** Where the runtime finds its files and the regulator. */
export interface KillChildOptions {
  readonly database: string;
  readonly data: string;
  readonly regulatorUrl: string;
  readonly centre: string;
  /** Sends under way at once. */
  readonly sends: number;
}

const [options = '', offset = '0'] = process.argv.slice(2);
const { database, data, regulatorUrl, centre, sends } = JSON.parse(options) as KillChildOptions;
const clock = offsetClock(Number(offset));

/** An unresting pump of 10 L/s, so that no rule finds anything. */
const shows: Shows = (_well, variable, at) =>
  ({ total: String(1_000 + Math.round((at - Date.UTC(2026, 0, 14)) / 100_000)), flow: '10', level: '18.5' })[
    variable
  ] ?? '';

const runtime = await createRuntime({
  database,
  data: [data],
  providers: {
    rig: rigVendor(
      shows,
      () => clock.now(),
      () => false,
    ),
  },
  targets: { dga: dga({ rutEmpresa: centre, baseUrl: regulatorUrl }) },
  http: { enabled: false },
  log: { console: false },
  collect: { tickMs: 500, firstReadHours: 3 },
  process: { idleMs: 50 },
  comply: { tickMs: 50, concurrency: sends },
  maintain: { tickMs: 60_000 },
  drainSeconds: 2,
  clock,
});
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
flushCompileCache();
