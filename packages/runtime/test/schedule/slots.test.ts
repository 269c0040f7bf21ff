import { expect, test, vi } from 'vitest';
import { createComplier } from '../../src/comply/complier.ts';
import { expectSlots, owedBy } from '../../src/comply/expect.ts';
import { createSlots, runSlots } from '../../src/schedule/slots.ts';
import { day, hour, minute, noon, openSchedules } from './world.ts';

test('of slots that passed while nothing ran the newest is done once, late; the others are counted, over a restart too', async () => {
  const world = await openSchedules();
  await world.step();
  // A report of 10:00Z is due on the 16th, 17th and 18th: the machine is off until noon of the 18th.
  await world.restart();
  await world.at('2026-01-18T15:00:00Z');
  expect(await world.slots('daily-compliance-report')).toMatchObject([
    { slot: '2026-01-18T10:00:00.000Z', at: Date.parse('2026-01-18T15:00:00Z'), missed: 2, attempts: 1, error: null },
  ]);
  expect(await world.row('daily-compliance-report')).toMatchObject({
    state: 'waiting',
    missed: 2,
    last: { slot: Date.parse('2026-01-18T10:00:00Z') },
    next: Date.parse('2026-01-19T10:00:00Z'),
  });
  expect(world.services.metrics.text()).toContain('caudal_schedule_missed_total{schedule="daily-compliance-report"} 2');
  // Three days of ten minutes, but for the one before and the one now.
  expect(await world.row('health-check')).toMatchObject({
    missed: 3 * 144 - 1,
    last: { result: { state: 'ready', devices: 2 } },
  });
  await world.restart();
  await world.step();
  expect(await world.slots('daily-compliance-report')).toHaveLength(1);
});

test('two instances on one store take each slot once', async () => {
  const world = await openSchedules();
  await world.step();
  await world.clock.advance(day);
  const done: number[] = [];
  const instances = [1, 2, 3].map(() => createSlots(world.services, 'daily-compliance-report'));
  const now = world.clock.now();
  await Promise.all(
    instances.map((slots) =>
      runSlots(slots, now, async ({ slot }) => {
        done.push(slot);
        return {};
      }),
    ),
  );
  expect(done).toEqual([Date.parse('2026-01-16T10:00:00Z')]);
});

test('what was due by another time, or while it was off, is neither caught up nor missed', async () => {
  const world = await openSchedules();
  await world.step();
  await world.restart({ schedules: { 'cleanup-old-data': { enabled: false } } });
  await world.at('2026-01-20T15:00:00Z');
  expect(await world.slots('cleanup-old-data')).toEqual([]);
  expect(await world.row('cleanup-old-data')).toMatchObject({ state: 'off', next: null, missed: 0 });
  await world.restart({ schedules: { 'cleanup-old-data': { at: '06:00', zone: 'UTC' } } });
  await world.step();
  expect(await world.slots('cleanup-old-data')).toEqual([]);
  await world.at('2026-01-21T06:00:00Z');
  expect(await world.slots('cleanup-old-data')).toMatchObject([{ slot: '2026-01-21T06:00:00.000Z', missed: 0 }]);
});

test('the night on which the clock of Chile goes back has one cleanup, and the one on which it goes forward has one', async () => {
  const world = await openSchedules({}, { schedules: { 'cleanup-old-data': { at: '23:30' } } });
  const slotsFrom = async (from: string, to: string) => {
    await world.clock.advance(Date.parse(from) - world.clock.now());
    await world.step();
    while (world.clock.now() < Date.parse(to)) {
      await world.clock.advance(30 * minute);
      await world.step();
    }
    const slots = await world.slots('cleanup-old-data');
    return slots.filter(({ slot }) => slot >= from).map(({ slot, missed }) => [slot, missed]);
  };
  // 23:30 comes at 02:30Z and again at 03:30Z.
  expect(await slotsFrom('2026-04-05T02:00:00Z', '2026-04-05T05:00:00Z')).toEqual([['2026-04-05T02:30:00.000Z', 0]]);
  await world.restart({ schedules: { 'cleanup-old-data': { at: '00:30' } } });
  // 00:30 of 6 September does not exist: 01:30 on the wall.
  expect(await slotsFrom('2026-09-06T04:00:00Z', '2026-09-06T06:00:00Z')).toEqual([['2026-09-06T04:30:00.000Z', 0]]);
});

test('a slot that fails says why, is tried again, and keeps nothing else from going on', async () => {
  const world = await openSchedules();
  await world.step();
  await world.clock.advance(10 * minute);
  const counts = vi.spyOn(world.services.store.read, 'slotStates').mockRejectedValue(new Error('no such table'));
  await world.operations.runSchedule({ name: 'daily-compliance-report' });
  await world.step();
  expect(await world.row('daily-compliance-report')).toMatchObject({
    state: 'failed',
    last: { error: expect.stringContaining('no such table') },
  });
  expect(await world.row('health-check')).toMatchObject({ state: 'waiting' });
  counts.mockRestore();
  await world.clock.advance(2 * minute);
  await world.step();
  expect(await world.slots('daily-compliance-report')).toMatchObject([{ attempts: 2, error: null, askedBy: 'ana' }]);
});

test('sync-compliance-sources asks for a receipt that was asked for in vain, and sends nothing', async () => {
  const world = await openSchedules();
  await expectSlots(world.services, owedBy(world.services));
  const slot = noon - 2 * day;
  await world.settle('dga-norte', slot, 'accepted', 'not found so far');
  const complier = createComplier(world.services);
  const step = async () => {
    const never = new AbortController().signal;
    while (await complier.step(never));
    await complier.finish?.(never);
  };
  await step();
  const row = await world.services.store.read.submissionBy({ obligation: 'dga-norte', slot });
  const kinds = async () => (await world.services.store.read.attempts(row?.id ?? '')).map(({ kind }) => kind);
  expect(await kinds()).toEqual(['submit']);
  await world.clock.advance(hour);
  await step();
  expect(await world.slots('sync-compliance-sources')).toMatchObject([
    { slot: '2026-01-15T16:00:00.000Z', result: { receipts: 1 } },
  ]);
  expect(await kinds()).toEqual(['submit', 'confirm']);
  const all = await world.services.store.read.submissionList({ limit: 999 });
  expect(all.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(1);
});
