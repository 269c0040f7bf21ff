// A regulator of your own at work: node main.ts
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manual } from '@caudal/provider-manual';
import { createRuntime } from '@caudal/runtime';
import { acceleratedClock } from '@caudal/testkit';
import { startRegister } from './register.ts';
import { riverCouncil } from './river-council.ts';

process.env['EXAMPLE_TOKEN'] = 'token-of-the-example';
const register = await startRegister(process.env['EXAMPLE_TOKEN']);
const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'caudal-custom-target-'));
const runtime = await createRuntime({
  database: join(folder, 'caudal.db'),
  data: [join(here, 'data.yaml')],
  providers: { manual: manual() },
  // This is all it takes. What is owed is an obligation in data.yaml.
  targets: { council: riverCouncil({ baseUrl: register.url }) },
  // The day of readings.csv, half an hour after its last reading, twenty times as fast as ours.
  clock: acceleratedClock({ start: Date.parse('2026-03-02T14:30:00Z'), factor: 20 }),
  http: { enabled: false },
  log: { console: false },
});

// missing: no value yet, looked for again. due: the value is chosen and will not change. accepted: there is a receipt. confirmed: what the receipt stands for was read back and is what was sent.
const ended = new Set<number>();
const all = Promise.withResolvers<void>();
runtime.events.on('submission', ({ slot, state, receipt, reason }) => {
  console.log(new Date(slot).toISOString(), state, receipt ?? '', reason ?? '');
  if (state === 'confirmed' || state === 'rejected') ended.add(slot);
  if (ended.size === 3) all.resolve();
});
await runtime.start();
await runtime.query.enter({
  instance: 'manual',
  device: 'logbook',
  mediaType: 'text/csv',
  body: readFileSync(join(here, 'readings.csv')),
  author: 'example',
  note: 'readings of a morning',
});
await all.promise;
await runtime.stop();
for (const { hour, flow } of register.entries) console.log('in the register:', hour, flow);
await register.close();
rmSync(folder, { recursive: true });
