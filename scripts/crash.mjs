// Kills a running pipeline again and again and judges what is left of it.
//
//   npm run crash                       25 kills
//   npm run crash -- --long             100 kills
//   npm run crash -- --kills=7 --seed=1 so many, as in an earlier run
import { join } from 'node:path';
import { root, run } from './workspace.mjs';

const known = /^--(?:long|kills=(?<kills>\d+)|seed=(?<seed>\d+))$/;

const environment = {};
for (const option of process.argv.slice(2)) {
  const match = known.exec(option);
  if (match === null) {
    console.error(`crash: unknown ${option}; there are --long, --kills=N and --seed=N.`);
    process.exit(2);
  }
  const { kills = option === '--long' ? '100' : undefined, seed } = match.groups;
  if (kills !== undefined) environment.CAUDAL_CRASH_KILLS = kills;
  if (seed !== undefined) environment.CAUDAL_CRASH_SEED = seed;
}

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const { code } = await run('vitest', ['run', 'packages/runtime/test/crash'], { env: environment });
process.exitCode = code;
