import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { MaintenanceNow } from '../../src/operate/maintenance.ts';
import { hour, minute, openWorld, start, type TestWorld } from '../pipeline/world.ts';
import { commandsOf } from './called.ts';

let world: TestWorld;
let caudal: ReturnType<typeof commandsOf>;
let stop: () => Promise<void>;

beforeAll(async () => {
  world = await openWorld();
  caudal = commandsOf(world);
  const runtime = await world.run();
  stop = () => runtime.stop();
}, 120_000);
afterAll(() => world.close());

const iso = (at: number) => new Date(at).toISOString();
const pump = {
  scope: { point: 'well' },
  from: iso(start),
  to: iso(start + 3 * hour),
  reason: 'the pump is changed',
  author: 'Ana',
};

/** As an operator writes it: a file, and the reason. */
const put = (content: object, ...more: string[]) => {
  const file = join(world.folder, 'window.yaml');
  writeFileSync(file, stringify(content));
  return caudal('data', 'put', 'maintenance/pump', '--file', file, ...more);
};
const windows = async () => (JSON.parse((await caudal('maintenance', '--json')).out) as MaintenanceNow).windows;

test('a window is added, is on, and says what it keeps from people', async () => {
  expect(await caudal('maintenance')).toEqual({ code: 0, out: 'no maintenance window', err: '' });
  expect(await put(pump)).toMatchObject({ code: 1, err: expect.stringContaining('--because is missing') });
  expect(await put(pump, '--because', 'works')).toEqual({ code: 0, out: 'maintenance/pump v1', err: '' });
  expect((await caudal('maintenance')).out).toMatch(
    /^pump {2}point well {2}ON since 2026-01-15T12:00:00.000Z to 2026-01-15T15:00:00.000Z, 0 alerts silenced {2}by Ana: the pump is changed$/,
  );
  // The vendor is gone: what people would be told is counted.
  world.vendor.behave({ outages: [{ from: 0, to: Number.MAX_SAFE_INTEGER, as: 'html-502' }] });
  await world.clock.advance(hour);
  const [window] = await windows();
  expect(window).toMatchObject({ id: 'pump', now: { to: start + 3 * hour }, next: null });
  expect(window?.silenced).toBeGreaterThan(0);
});

test('one without an end, or about nothing that is there, is refused and changes nothing', async () => {
  const { to: _to, ...endless } = pump;
  for (const wrong of [endless, { ...pump, scope: { point: 'elsewhere' } }, { ...pump, reason: '' }]) {
    const refused = await put(wrong, '--because', 'works');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^caudal data: .*maintenance/s);
  }
  expect(await windows()).toMatchObject([{ id: 'pump', now: { to: start + 3 * hour } }]);
});

test('it is ended before its time, and taken away', async () => {
  expect(await put({ ...pump, to: iso(start + hour + minute) }, '--because', 'done early')).toMatchObject({
    code: 0,
    out: 'maintenance/pump v2',
  });
  await world.clock.advance(2 * minute);
  expect((await caudal('maintenance')).out).toMatch(/^pump {2}point well {2}off {2}by Ana/);
  expect((await caudal('data', 'history', 'maintenance/pump')).out).toMatch(/^v2 .+: done early\nv1 .+: works$/);
  expect(await caudal('data', 'remove', 'maintenance/pump', '--because', 'over')).toMatchObject({
    code: 0,
    out: 'removed',
  });
  expect(await windows()).toEqual([]);
});

test('the same where nothing runs; words are wrong usage', async () => {
  await stop();
  expect(await caudal('maintenance', '--json')).toMatchObject({ code: 0, err: '' });
  expect(await windows()).toEqual([]);
  expect(await caudal('maintenance', 'end')).toMatchObject({ code: 2 });
});
