/**
 * A runtime that streams through Kafka, in a process of its own, to be killed and frozen. Prints `ready` once it runs; SIGTERM stops it in order.
 *
 *   node --conditions=@caudal/source child.ts <options as JSON>
 */
import { flushCompileCache } from 'node:module';
import { createRuntime, type RuntimeConfig } from '@caudal/runtime';
import { lineProvider } from '../../collect/line-vendor.ts';
import { quick } from '../../feed/kafka-for.ts';

export interface MemberOptions {
  readonly database: string;
  readonly folder: string;
  readonly data: string;
  /** Of the vendor. */
  readonly port: number;
  readonly kafka: NonNullable<RuntimeConfig['kafka']>;
  /** Absent: all. */
  readonly roles?: NonNullable<RuntimeConfig['roles']>;
}

const { database, folder, data, port, ...given } = JSON.parse(process.argv[2] ?? '') as MemberOptions;
const runtime = await createRuntime({
  ...quick,
  database,
  folder,
  data: [data],
  providers: { line: lineProvider({ port, per: 'device', pulls: true }) },
  ...given,
});
process.once('SIGTERM', () => void runtime.stop().then(() => process.exit(0)));
await runtime.start();
process.stdout.write('ready\n');
flushCompileCache();
