// Takes broker, network and runtime away from each other again and again, and judges what is left.
//
//   npm run mqtt-kill                     45 s, and 10 s with a broker that is killed
//   npm run mqtt-kill -- --long           5 min and 1 min
//   npm run mqtt-kill -- --long --seed=1  as in an earlier run
import { join } from 'node:path';
import { root, run } from './workspace.mjs';

const known = /^--(?:long|seed=(?<seed>\d+))$/;

const environment = {};
for (const option of process.argv.slice(2)) {
  const match = known.exec(option);
  if (match === null) {
    console.error(`mqtt-kill: unknown ${option}; there are --long and --seed=N.`);
    process.exit(2);
  }
  const { seed } = match.groups;
  if (option === '--long') environment.CAUDAL_MQTT_KILL_LONG = '1';
  if (seed !== undefined) environment.CAUDAL_MQTT_KILL_SEED = seed;
}

const setup = await run(process.execPath, [join(root, 'scripts', 'setup.mjs')]);
if (setup.code !== 0) process.exit(setup.code);

const { code } = await run('vitest', ['run', 'packages/runtime/test/mqtt/kill.test.ts'], { env: environment });
process.exitCode = code;
