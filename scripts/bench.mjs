// Runs one benchmark with the workspace's Node, from source. The first argument is its file; the rest goes to it.
import { join } from 'node:path';
import { node, root, run } from './workspace.mjs';

for (const step of ['setup', 'build']) {
  const { code } = await run(process.execPath, [join(root, 'scripts', `${step}.mjs`)], { stdio: ['ignore', 2, 2] });
  if (code !== 0) process.exit(code);
}

const [file, ...args] = process.argv.slice(2);
const { code } = await run(node, ['--conditions=@caudal/source', join(root, file), ...args]);
process.exitCode = code;
