// Runs one benchmark with the workspace's Node, from source. Options before its file go to Node, what comes behind it to the benchmark.
import { join } from 'node:path';
import { node, root, run } from './workspace.mjs';

for (const step of ['setup', 'build']) {
  const { code } = await run(process.execPath, [join(root, 'scripts', `${step}.mjs`)], { stdio: ['ignore', 2, 2] });
  if (code !== 0) process.exit(code);
}

const given = process.argv.slice(2);
const place = given.findIndex((one) => !one.startsWith('-'));
const [options, file, args] = [given.slice(0, place), given[place], given.slice(place + 1)];
const { code } = await run(node, ['--conditions=@caudal/source', ...options, join(root, file), ...args]);
process.exitCode = code;
