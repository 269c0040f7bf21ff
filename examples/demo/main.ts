import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRuntime } from '@caudal/runtime';
import { settled, virtualClock } from '@caudal/testkit';
import { isClean, takeAccount } from './account.ts';
import { demoConfig } from './config.ts';
import { dayStart } from './field/day.ts';
import { createField } from './field/upload.ts';
import { script } from './incidents.ts';
import { accountPage, nextPage, openPage } from './page.ts';
import { tell } from './show.ts';
import { startWorld } from './world.ts';

const step = 5 * 60_000;
const hour = 12 * step;
const hours = 26;
const usage = `The demo: a day of ten points on nine platforms, from the vendors' clouds to two regulators' receipts, on a clock that runs ahead.

  npm run demo                    watch it, until Ctrl-C
  npm run demo -- --once          ${hours} simulated hours, then the account; exit 1 if anything is unaccounted for
  npm run demo -- --page          the same day, then the operators' page over it, until Ctrl-C
  npm run demo -- --once --json   the account alone, as one JSON object on standard output
`;

const { values } = parseArgs({
  options: {
    once: { type: 'boolean' },
    page: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) {
  process.stdout.write(usage);
  process.exit(0);
}
const once = values.once === true || values.page === true || values.json === true;
const print = values.json === true ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'caudal-demo-'));
let busy = () => false;
/** At rest: sockets quiet and nothing on its way to disk. */
const idle = async () => {
  do await settled();
  while (busy());
};
const clock = virtualClock(dayStart, { idle });
const world = await startWorld(clock, folder);
const field = createField(world, dayStart);
Object.assign(process.env, world.secrets);
writeFileSync(join(folder, 'addresses.json'), JSON.stringify(world.addresses));
const runtime = await createRuntime(demoConfig(world.addresses, folder, clock));
busy = () => runtime.busy;
const story = tell(runtime, world, () => clock.now(), print);

print(`Caudal: ten points on nine platforms, two regulators, three channels; all but Caudal is simulated on this machine.
Times are UTC−4. · is an hour of routine, ▶ is what goes wrong, and what follows is what Caudal makes of it.\n`);

let stopping = false;
process.once('SIGINT', () => (stopping = true));
await runtime.start();
// Streams are open before the first device uploads: a broker keeps nothing for who was never there.
await clock.advanceTo(dayStart);
const left = [...script];
for (let now = dayStart; !stopping && (!once || now < dayStart + hours * hour); now += step) {
  while (left[0] !== undefined && left[0].at <= now) {
    const { says, run } = left.shift() as (typeof script)[number];
    if (says !== undefined) story.incident(says);
    await run?.({ world, field, runtime }, now);
  }
  await field.upload(now);
  await clock.advanceTo(now + step);
  if ((now + step) % hour === 0) story.hourEnds();
}

const account = await takeAccount(runtime, world, field.truth, clock.now());
const clean = isClean(account);
const [submission] = await runtime.query.submissions({ obligation: 'dga-well', states: ['confirmed'], limit: 1 });
if (values.page === true) {
  for (const line of ['', ...openPage(runtime.url, await runtime.firstAdminToken(), submission?.receipt)]) print(line);
  await new Promise<void>((resolve) => (stopping ? resolve() : process.once('SIGINT', () => resolve())));
}
await runtime.stop();
await world.close();
if (values.json === true) process.stdout.write(`${JSON.stringify(account)}\n`);
else for (const line of ['', ...accountPage(account), '', ...nextPage(folder, submission?.receipt)]) print(line);
// Nobody was told where it is.
if (values.json === true && clean) rmSync(folder, { recursive: true });
process.exitCode = clean ? 0 : 1;
