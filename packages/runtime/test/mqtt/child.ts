/**
 * A runtime that listens to a broker, in a process of its own, to be killed. Prints `ready` once it runs; SIGTERM stops it in order.
 *
 *   node --conditions=@caudal/source child.ts <database> <data file> <address of the broker>
 */
import { mqtt } from '@caudal/provider-mqtt';
import { createRuntime } from '@caudal/runtime';
import { clientId } from './scene.ts';

const [database = '', data = '', url = ''] = process.argv.slice(2);

const runtime = await createRuntime({
  database,
  data: [data],
  providers: {
    mqtt: mqtt({
      url,
      clientId,
      topics: [
        { topic: 'wells/{externalId}', format: { type: 'json', fields: ['level'], time: { path: '/ts', as: 'ms' } } },
      ],
    }),
  },
  http: { enabled: false },
  log: { console: false },
  // A lease that outlives the test: who waited for that of a killed process would never listen again.
  collect: { tickMs: 250, leaseSeconds: 3600 },
  process: { idleMs: 50 },
});
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
