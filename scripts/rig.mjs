// Proves that nothing is lost and nothing sent twice: kills, outages, and regulators that hold other values.
//
//   npm run rig                     as in CI: 3 days with 50 works, 25 kills at random, 30 between send and answer
//   npm run rig -- --long           30 days with 200 works, 100 kills at random, 500 between send and answer
//   npm run rig -- --seed=7         as in an earlier run that printed this seed
//   npm run rig -- --only=outages   one part: outages, kills, profiles or crash
import { join } from 'node:path';
import { root, run } from './workspace.mjs';

const parts = {
  profiles: ['packages/runtime/test/rig/profiles.test.ts'],
  outages: ['packages/runtime/test/rig/outages.test.ts'],
  kills: ['packages/runtime/test/rig/kills.test.ts'],
  crash: ['packages/runtime/test/crash'],
};
const long = {
  CAUDAL_RIG_DAYS: '30',
  CAUDAL_RIG_WORKS: '200',
  CAUDAL_RIG_KILLS: '500',
  CAUDAL_CRASH_KILLS: '100',
};

const known = /^--(?:long|seed=(?<seed>\d+)|only=(?<only>[a-z]+))$/;
let environment = {};
let chosen = Object.keys(parts);
for (const option of process.argv.slice(2)) {
  const match = known.exec(option);
  const { seed, only } = match?.groups ?? {};
  if (match === null || (only !== undefined && !Object.hasOwn(parts, only))) {
    console.error(`rig: unknown ${option}; there are --long, --seed=N and --only=${Object.keys(parts).join('|')}.`);
    process.exit(2);
  }
  if (option === '--long') environment = { ...environment, ...long };
  if (seed !== undefined) environment = { ...environment, CAUDAL_RIG_SEED: seed, CAUDAL_CRASH_SEED: seed };
  if (only !== undefined) chosen = [only];
}

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const { code } = await run('vitest', ['run', '--fileParallelism=false', ...chosen.flatMap((part) => parts[part])], {
  env: environment,
});
process.exitCode = code;
