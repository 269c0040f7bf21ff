/**
 * A runtime that streams, in a process of its own, to be killed. Prints `ready` once it runs, and `values` whenever there are more.
 *
 *   node --conditions=@caudal/source child.ts <database> <data file> <port of the vendor>
 */
import { createRuntime } from '@caudal/runtime';
import { lineProvider } from './line-vendor.ts';

const [database = '', data = '', port = '0'] = process.argv.slice(2);
const runtime = await createRuntime({
  database,
  data: [data],
  providers: { line: lineProvider({ port: Number(port), per: 'device', pulls: true }) },
  http: { enabled: false },
  log: { console: false },
  collect: { tickMs: 200 },
});
runtime.events.on('values', () => void process.stdout.write('values\n'));
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
