// A channel of your own at work: node main.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { manual } from '@caudal/provider-manual';
import { createRuntime } from '@caudal/runtime';
import { startDisplay } from './display.ts';
import { wallDisplay } from './wall-display.ts';

process.env['EXAMPLE_TOKEN'] = 'token-of-the-example';
const display = await startDisplay(process.env['EXAMPLE_TOKEN'], (text) => console.log(`on the display: ${text}`));
const folder = mkdtempSync(join(tmpdir(), 'caudal-custom-notifier-'));
const runtime = await createRuntime({
  database: join(folder, 'caudal.db'),
  data: [join(import.meta.dirname, 'data.yaml')],
  providers: { manual: manual() },
  // This is all it takes. Who is told what is in data.yaml.
  notifiers: { wall: wallDisplay({ baseUrl: display.url, token: 'env:EXAMPLE_TOKEN' }) },
  // Alerts of one minute are usually one notice; here nobody wants to wait for it.
  notify: { groupMs: 0, tickMs: 200 },
  http: { enabled: false },
  log: { console: false },
});

const told = Promise.withResolvers<void>();
runtime.events.on('alert', ({ event, subject, facts }) => console.log('alert:', event, subject, facts['code']));
runtime.events.on('notice', ({ person, channel, state }) => {
  console.log('notice:', person, channel, state);
  if (state === 'sent') told.resolve();
});
await runtime.start();

// Levels of the last half hour, as somebody read them on the staff: the last ones are below the 1.5 m of data.yaml.
const levels = [1.9, 1.7, 1.4, 1.3];
const readings = levels.map((value, index) => ({
  variable: 'level',
  time: new Date(systemClock.now() - (levels.length - index) * 450_000).toISOString(),
  value,
}));
await runtime.query.enter({
  instance: 'manual',
  device: 'logbook',
  mediaType: 'application/json',
  body: new TextEncoder().encode(JSON.stringify({ readings })),
  author: 'example',
  note: 'read on the staff',
});
await told.promise;
await runtime.stop();
await display.close();
rmSync(folder, { recursive: true });
