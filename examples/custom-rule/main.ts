// A rule of your own at work: node main.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { tago } from '@caudal/provider-tago';
import { createRuntime } from '@caudal/runtime';
import { startTago } from '@caudal/simulators';
import { shortCycling } from './short-cycling.ts';

const minute = 60_000;

// A vendor's cloud on this machine. Its pump ran quietly two hours ago; then it started every six minutes for an hour.
process.env['EXAMPLE_TOKEN'] = 'token-of-the-example';
const vendor = await startTago({ clock: systemClock });
const logger = vendor.addDevice({ id: '5a3c0d9e1f2b4a6c8d7e0001', token: process.env['EXAMPLE_TOKEN'] });
const began = Math.floor(systemClock.now() / minute) * minute - 180 * minute;
for (let passed = 0; passed < 175; passed += 1) {
  const restless = passed >= 60 && passed < 120;
  const running = restless ? passed % 6 < 3 : passed % 60 < 40;
  logger.add([{ variable: 'caudal', time: began + passed * minute, value: running ? 43.2 : 0, unit: 'm3/h' }]);
}

const folder = mkdtempSync(join(tmpdir(), 'caudal-custom-rule-'));
const runtime = await createRuntime({
  database: join(folder, 'caudal.db'),
  data: [join(import.meta.dirname, 'data.yaml')],
  providers: { tago: tago({ baseUrl: vendor.url }) },
  // This is all it takes. It runs for every point that has a flow.
  rules: [{ rule: shortCycling(), params: { startsPerHour: 6 } }],
  http: { enabled: false },
  log: { console: false },
});

// Findings are told after they are on disk; the later one of an episode replaces the earlier one.
const over = Promise.withResolvers<void>();
runtime.events.on('findings', (findings) => {
  for (const { code, series, from, to } of findings.filter((one) => one.code === 'SHORT_CYCLING')) {
    const after = (at: number) => `${Math.round((at - began) / minute)} min`;
    console.log(`${code} at ${series}, from ${after(from)} to ${after(to)}`);
    if (to === began + 120 * minute) over.resolve();
  }
});
await runtime.start();
await over.promise;
await runtime.stop();
await vendor.close();
rmSync(folder, { recursive: true });
