/**
 * A runtime that streams, in a process of its own, to be killed. Prints `ready` once it runs.
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
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
