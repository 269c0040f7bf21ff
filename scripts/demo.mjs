// Sets up, builds and runs the demo. Only the demo writes to stdout; every message of this script goes to stderr.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node, root, run } from './workspace.mjs';

const main = join(root, 'examples', 'demo', 'main.ts');
if (!existsSync(main)) {
  console.error('demo: this checkout has no examples/demo/main.ts.');
  process.exit(1);
}

for (const step of ['setup', 'build']) {
  const { code } = await run(process.execPath, [join(root, 'scripts', `${step}.mjs`)], { stdio: ['ignore', 2, 2] });
  if (code !== 0) process.exit(code);
}

const { code } = await run(node, [main, ...process.argv.slice(2)]);
process.exitCode = code;
