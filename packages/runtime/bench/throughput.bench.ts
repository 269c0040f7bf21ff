/**
 * Values per second from raw records to judged values on PostgreSQL, alone and with Kafka in front, by 1, 2 and 3 instances, each beside the bare server
 * (multi-row INSERT of the same rows) and the bare broker (the same bytes published and consumed) of the same run. Prints one JSON line.
 *
 *   npm run bench:throughput -- [values] [--instances=1,2,3] [--shards=N] [--postgres]
 *
 * `--shards` is `process.shards` of the instances, `--postgres` leaves Kafka out. Without Java or Kafka it is left out too, and said on standard error.
 */
import { kafkaMissing } from '../../../scripts/kafka.mjs';
import { noServer } from '../test/store/postgres-server.ts';
import { valuesPerRecord } from './pipeline/wells.ts';
import { measureThroughput } from './throughput/measure-throughput.ts';

if (noServer !== undefined) throw new Error(noServer);
const wells = 250;
const args = process.argv.slice(2);
const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const values = Number(args.find((arg) => !arg.startsWith('-')) ?? 100_000);
const missing = args.includes('--postgres') ? 'not asked for' : kafkaMissing();
if (missing !== undefined) console.error(`throughput: without Kafka: ${missing}`);
const shards = option('shards');
console.log(
  JSON.stringify(
    await measureThroughput({
      wells,
      hours: Math.max(1, Math.round(values / wells / valuesPerRecord)),
      instances: (option('instances') ?? '1,2,3').split(',').map(Number),
      withKafka: missing === undefined,
      ...(shards === undefined ? {} : { shards: Number(shards) }),
    }),
  ),
);
