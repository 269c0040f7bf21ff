/**
 * A runtime that publishes over MQTT, in a process of its own, to be killed.
 *
 *   node --conditions=@caudal/source child.ts <folder> <port of the vendor> <broker>
 */
import { flushCompileCache } from 'node:module';
import { mqtt } from '@caudal/provider-mqtt/outlet';
import { configOf, running } from './scene.ts';

const [folder = '', port = '0', url = ''] = process.argv.slice(2);
await running(
  configOf(folder, Number(port), {
    scada: { to: mqtt({ url, clientId: 'caudal-out' }), values: { status: 'any' }, tickMs: 50, batchMessages: 7 },
  }),
);
flushCompileCache();
process.stdout.write('ready\n');
