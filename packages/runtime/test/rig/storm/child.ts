/**
 * A runtime in a process of its own, between the fleet and five regulators. Prints `ready` once it runs; a line on its standard input puts
 * its clock forward to that offset in milliseconds; SIGTERM stops it in order.
 *
 *   node --conditions=@caudal/source child.ts <options as JSON> <offset of its clock in milliseconds>
 */
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { createRuntime } from '@caudal/runtime';
import { registryTarget } from '../../comply/registry-target.ts';
import { offsetClock } from '../offset-clock.ts';
import { fleetVendor } from './fleet-vendor.ts';
import { regulators } from './regulators.ts';

/** Where the runtime finds its files and the services around it. */
export interface ChildOptions {
  readonly database: string;
  readonly data: string;
  readonly port: number;
  readonly vendorUrl: string;
  /** By name. */
  readonly regulatorUrls: Readonly<Record<string, string>>;
}

const [options = '', offset = '0'] = process.argv.slice(2);
const { database, data, port, vendorUrl, regulatorUrls } = JSON.parse(options) as ChildOptions;
const clock = offsetClock(Number(offset));

const runtime = await createRuntime({
  database,
  data: [data],
  providers: { fleet: fleetVendor(vendorUrl, () => clock.now()) },
  targets: Object.fromEntries(
    Object.entries(regulators).map(([name, { profile }]) => [
      name,
      registryTarget(regulatorUrls[name] as string, { regulator: name.toUpperCase(), ...profile }),
    ]),
  ),
  http: { port },
  log: { console: false, level: 'warn' },
  collect: { tickMs: 250, firstReadHours: 3, requestTimeoutMs: 1_500 },
  process: { idleMs: 50, advanceMs: 500 },
  comply: { tickMs: 100, requestTimeoutMs: 1_500, concurrency: 16 },
  maintain: { tickMs: 300 },
  drainSeconds: 3,
  clock,
});
process.once('SIGTERM', () => void runtime.stop().then(() => process.stdin.destroy()));
await runtime.start();
createInterface(process.stdin).on('line', (line) => (clock.offset = Number(line)));
process.stdout.write('ready\n');
flushCompileCache();
