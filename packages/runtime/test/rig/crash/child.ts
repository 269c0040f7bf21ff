/**
 * A runtime in a process of its own, to be killed. Prints `ready` once it runs; SIGTERM stops it in order.
 *
 *   node --conditions=@caudal/source child.ts <options as JSON> <offset of its clock in milliseconds>
 */
import { flushCompileCache } from 'node:module';
import { dga } from '@caudal/compliance-dga';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import { createRuntime } from '@caudal/runtime';
import { offsetClock } from '../offset-clock.ts';
import { centre } from './scene.ts';

/** Where the runtime finds its files and the services around it. */
export interface ChildOptions {
  readonly database: string;
  readonly data: string;
  readonly port: number;
  readonly vendorUrl: string;
  readonly regulatorUrl: string;
  readonly mail: { readonly host: string; readonly port: number };
}

const [options = '', offset = '0'] = process.argv.slice(2);
const { database, data, port, vendorUrl, regulatorUrl, mail } = JSON.parse(options) as ChildOptions;

const runtime = await createRuntime({
  database,
  data: [data],
  providers: {
    tago: tago({ baseUrl: vendorUrl, plan: 'scale', webhook: { secret: 'env:CRASH_WEBHOOK_SECRET' } }),
  },
  targets: { dga: dga({ rutEmpresa: centre, baseUrl: regulatorUrl }) },
  notifiers: {
    mail: email({ host: mail.host, port: mail.port, allowPlaintext: true, from: 'caudal@example.org' }),
  },
  http: { port },
  log: { console: false },
  collect: { tickMs: 250, firstReadHours: 24 },
  process: { idleMs: 50, advanceMs: 500 },
  comply: { tickMs: 100 },
  notify: { tickMs: 500, groupMs: 1000 },
  maintain: { tickMs: 1000 },
  clock: offsetClock(Number(offset)),
});
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
flushCompileCache();
