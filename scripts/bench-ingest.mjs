// Values per second through the pipeline, against bare node:sqlite. Arguments go to the benchmark: values, rounds.
import { join } from 'node:path';
import { node, root, run } from './workspace.mjs';

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const bench = join(root, 'packages', 'runtime', 'bench', 'ingest.bench.ts');
const { code } = await run(node, ['--conditions=@caudal/source', bench, ...process.argv.slice(2)]);
process.exitCode = code;
