/**
 * A runtime that streams through Kafka, in a process of its own, to be killed. Prints `ready` once it runs, and `raw` whenever records were stored.
 *
 *   node --conditions=@caudal/source child.ts <database> <folder> <data file> <port of the vendor> <broker> <name> <client>
 */
import { createRuntime } from '@caudal/runtime';
import { lineProvider } from '../collect/line-vendor.ts';
import { kafkaFor, quick } from './kafka-for.ts';

const [database = '', folder = '', data = '', port = '0', broker = '', name = '', client = 'kafkajs'] =
  process.argv.slice(2);
const runtime = await createRuntime({
  ...quick,
  database,
  folder,
  data: [data],
  providers: { line: lineProvider({ port: Number(port), per: 'device', pulls: true }) },
  kafka: kafkaFor(broker, name, client as 'kafkajs'),
});
runtime.events.on('raw', () => void process.stdout.write('raw\n'));
process.once('SIGTERM', () => void runtime.stop());
await runtime.start();
process.stdout.write('ready\n');
