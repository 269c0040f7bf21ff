/**
 * Values per second from a logger's body to a due submission in one process with full sync, one submission for each 20 values, against
 * bare node:sqlite that writes the rows of the resulting database in the same run. Prints one JSON line. 60 seconds; with `--long` 600.
 *
 *   node --conditions=@caudal/source packages/runtime/bench/pipeline.bench.ts [seconds] [--long]
 */
import { measurePipeline } from './pipeline/measure-pipeline.ts';

const args = process.argv.slice(2);
const seconds = args.includes('--long') ? 600 : Number(args.find((arg) => !arg.startsWith('-')) ?? 60);
console.log(JSON.stringify(await measurePipeline(seconds, 500)));
