/**
 * One instance that processes, in a process of its own. Prints a line of JSON for what it did: `{"ready":true}` once it runs, `{"values":n}` for each
 * batch of values that it judged, both with the processor time it took until then. Ends on SIGTERM.
 *
 *   node --conditions=@caudal/source instance.ts <options as JSON>
 */
import { dga } from '@caudal/compliance-dga';
import { tago } from '@caudal/provider-tago';
import { createRuntime, type RuntimeConfig } from '@caudal/runtime';
import { offsetClock } from '../../test/rig/offset-clock.ts';

export interface InstanceOptions {
  readonly database: string;
  readonly folder: string;
  readonly data: string;
  /** How far its clock is from the machine's. */
  readonly offsetMs: number;
  /** As in the configuration, where it is another than the default. */
  readonly process: NonNullable<RuntimeConfig['process']>;
  readonly kafka?: NonNullable<RuntimeConfig['kafka']>;
}

const { database, folder, data, offsetMs, ...given } = JSON.parse(process.argv[2] ?? '') as InstanceOptions;
const say = (what: object) => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ ...what, cpuMs: (user + system) / 1000 })}\n`);
};

const runtime = await createRuntime({
  database,
  folder,
  data: [data],
  providers: { tago: tago({ plan: 'scale' }) },
  targets: { dga: dga({ rutEmpresa: '77555666-8' }) },
  roles: ['process'],
  http: { enabled: false },
  log: { console: false },
  leaseSeconds: 10,
  clock: offsetClock(offsetMs),
  ...given,
});
runtime.events.on('values', ({ length }) => say({ values: length }));
process.once('SIGTERM', () => void runtime.stop().then(() => process.exit(0)));
await runtime.start();
say({ ready: true });
