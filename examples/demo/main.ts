import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRuntime } from '@caudal/runtime';
import { settled, virtualClock } from '@caudal/testkit';
import { takeAccount } from './account.ts';
import { demoConfig } from './config.ts';
import { showLive } from './show.ts';
import { startWorld, worldStart } from './world.ts';

const hour = 3_600_000;
const usage = `The demo: a day of two points, from the vendor's cloud to the regulator's receipts, on a clock that runs ahead.

  npm run demo                  watch it, until Ctrl-C
  npm run demo -- --once        26 simulated hours, then the account; exit 1 if anything is unaccounted for
  npm run demo -- --json        the account as one JSON object on standard output (with --once)
`;

const { values } = parseArgs({
  options: { once: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help === true) {
  process.stdout.write(usage);
  process.exit(0);
}
const once = values.once === true;
const print = (line: string) => void (values.json === true ? process.stderr : process.stdout).write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'caudal-demo-'));
let busy = () => false;
/** At rest: sockets quiet and nothing on its way to disk. */
const idle = async () => {
  do await settled();
  while (busy());
};
const clock = virtualClock(worldStart, { idle });
const world = await startWorld(clock, folder);
Object.assign(process.env, world.secrets);
const runtime = await createRuntime(demoConfig(world, folder, clock));
busy = () => runtime.busy;
showLive(runtime, world, () => clock.now(), values.json === true ? () => undefined : print);

print(`Caudal demo. The vendor, the regulator and the mail server are simulated on this machine; times are UTC−4.`);
print(`  database  ${join(folder, 'caudal.db')}`);
print(`  mails     ${join(folder, 'mails')}`);
print(`  log       ${join(folder, 'caudal.log')}\n`);

let stopping = false;
process.once('SIGINT', () => (stopping = true));
await runtime.start();
for (let hours = 0; !stopping && (!once || hours < 26); hours += 0.25) await clock.advance(hour / 4);

const account = await takeAccount(runtime, world, clock.now());
await runtime.stop();
await world.close();
if (values.json === true) process.stdout.write(`${JSON.stringify(account)}\n`);
else {
  print('\nThe account');
  for (const [name, value] of Object.entries(account))
    print(`  ${name.padEnd(12)} ${typeof value === 'number' ? value : JSON.stringify(value)}`);
  print(`\nLook at it: ${join(folder, 'caudal.db')} and the mails in ${join(folder, 'mails')}`);
}
process.exitCode = account.unaccounted === 0 ? 0 : 1;
