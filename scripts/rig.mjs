// Proves that nothing is lost and nothing sent twice, by trying to. What each part does: packages/runtime/test/rig/README.md
//
//   npm run rig                            every part, as short as in CI
//   npm run rig -- --long                  as long as a proof should be
//   npm run rig -- --seed=7                as in an earlier run that printed this seed
//   npm run rig -- --only=crash,power      some parts
//   npm run rig -- --only=log --times=40   so many kills, losses of power, cuts, days, payloads
//   npm run rig -- --long --minutes=20     each part does no more after so long, and judges what it did
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFolder } from './memory-folder.mjs';
import { root, run } from './workspace.mjs';

const rig = 'packages/runtime/test/rig';

/** `times`: the variable that says how often; `long`: what --long sets; `short`: what is set without, where `npm test` leaves the part out. */
const parts = {
  storm: { files: `${rig}/storm`, times: 'CAUDAL_RIG_STORMS', long: { CAUDAL_RIG_STORMS: '60' } },
  outages: {
    files: `${rig}/outages`,
    times: 'CAUDAL_RIG_DAYS',
    long: { CAUDAL_RIG_DAYS: '30', CAUDAL_RIG_WORKS: '200' },
  },
  between: { files: `${rig}/between`, times: 'CAUDAL_RIG_BETWEEN', long: { CAUDAL_RIG_BETWEEN: '500' } },
  crash: {
    files: `${rig}/crash`,
    times: 'CAUDAL_RIG_KILLS',
    long: { CAUDAL_RIG_KILLS: '1000', CAUDAL_RIG_PUSHES: '10000' },
  },
  instances: {
    files: `${rig}/instances`,
    times: 'CAUDAL_RIG_ABSENCES',
    long: { CAUDAL_RIG_ABSENCES: '60', CAUDAL_RIG_HOURS: '24', CAUDAL_RIG_UPGRADED: '3' },
  },
  kafka: {
    files: `${rig}/kafka`,
    times: 'CAUDAL_RIG_REBALANCES',
    short: { CAUDAL_RIG_REBALANCES: '2' },
    long: { CAUDAL_RIG_REBALANCES: '20', CAUDAL_RIG_REBALANCE_SECONDS: '30' },
  },
  profiles: { files: `${rig}/profiles`, long: {} },
  power: { files: `${rig}/power`, times: 'CAUDAL_RIG_CUTS', long: { CAUDAL_RIG_CUTS: '200' } },
  log: { files: `${rig}/log`, times: 'CAUDAL_RIG_LOG_CUTS', long: { CAUDAL_RIG_LOG_CUTS: '200' } },
  disk: { files: `${rig}/disk`, long: {} },
  fuzz: {
    files: 'packages/runtime/test/fuzz',
    times: 'CAUDAL_RIG_PAYLOADS',
    long: { CAUDAL_RIG_PAYLOADS: '100000' },
  },
};

const usage = (why) => {
  console.error(
    `rig: ${why}; there are --long, --seed=N, --times=N, --minutes=N and --only=${Object.keys(parts).join(',')}.`,
  );
  process.exit(2);
};

const known =
  /^--(?:(?<long>long)|seed=(?<seed>\d+)|times=(?<times>\d+)|minutes=(?<minutes>\d+)|only=(?<only>[a-z,]+))$/;
const given = {};
for (const option of process.argv.slice(2)) {
  const match = known.exec(option);
  if (match === null) usage(`unknown ${option}`);
  for (const [name, value] of Object.entries(match.groups)) if (value !== undefined) given[name] = value;
}
const chosen = given.only?.split(',') ?? Object.keys(parts);
for (const name of chosen) if (!Object.hasOwn(parts, name)) usage(`unknown part ${name}`);

const environment = {};
for (const { times, short, long } of chosen.map((name) => parts[name])) {
  Object.assign(environment, given.long === undefined ? short : long);
  if (given.times !== undefined && times !== undefined) environment[times] = given.times;
}
if (given.minutes !== undefined) environment.CAUDAL_RIG_MINUTES = given.minutes;
if (given.seed !== undefined) environment.CAUDAL_RIG_SEED = given.seed;

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const memory = memoryFolder();
if (memory !== undefined) environment.TMPDIR = memory;
const { code } = await run('vitest', ['run', '--fileParallelism=false', ...chosen.map((name) => parts[name].files)], {
  env: environment,
});
// What a failed run leaves is there to be looked at.
if (memory !== undefined && code === 0) rmSync(memory, { recursive: true, force: true });
process.exitCode = code;
