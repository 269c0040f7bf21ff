import { expect, test } from 'vitest';
import { expectSlots, owedBy } from '../../src/comply/expect.ts';
import { hour, start, withOutbox } from './outbox.ts';

const minute = 60_000;
const lag = {
  standards: { HOUR: { every: 'hour', dueMs: hour, maxLag: { ms: 11 * hour }, delivery: 'online' } },
} as const;
const one = { obligation: () => ({ to: new Date(start + minute).toISOString() }), profile: lag };
const rules = async (outbox: Parameters<Parameters<typeof withOutbox>[1]>[0]) =>
  (await outbox.alerts())
    .filter(({ event }) => event === 'submission.deadline')
    .map(({ rule, severity }) => [rule, severity]);

test('what the calendar owes is told and shown before anything created its rows, and the next start creates all', () =>
  withOutbox({ profile: lag }, async (outbox) => {
    outbox.clock.at = start + 4 * hour + minute;
    await outbox.watch();
    expect(await rules(outbox)).toEqual([['submission.deadline', 'warning']]);
    const { obligations } = await outbox.operations.owed({});
    expect(obligations).toMatchObject([{ open: 5, uncreated: 5, oldestSlot: start, late: true }]);
    await outbox.step();
    expect(await outbox.states()).toHaveLength(5);
    expect((await outbox.operations.owed({})).obligations).toMatchObject([{ open: 5, uncreated: 0 }]);
    expect(await expectSlots(outbox.services, owedBy(outbox.services))).toBe(0);
  }));

test('stages before the maximum lag, each once and before it; all end when the slot does', () =>
  withOutbox(one, async (outbox) => {
    await outbox.until(start + 20 * minute);
    const seen: unknown[] = [];
    for (const hours of [0.5, 0.75, 5.9, 6, 8.9, 9, 10.9]) {
      outbox.clock.at = start + hours * hour;
      await outbox.step();
      await outbox.watch();
      seen.push((await rules(outbox)).map(([rule]) => rule));
    }
    const [due, half, last] = ['submission.deadline', 'submission.lag.50', 'submission.lag.80'];
    expect(seen).toEqual([[], [due], [due], [due, half], [due, half], [due, half, last], [due, half, last]]);
    expect((await outbox.operations.owed({})).obligations).toMatchObject([
      { missing: { slot: start, reason: expect.stringContaining('no value for q') } },
    ]);
    outbox.clock.at = start + 11 * hour + minute;
    await outbox.step();
    await outbox.step();
    expect(await outbox.states()).toEqual(['failed-reported']);
    await outbox.watch();
    expect(await rules(outbox)).toEqual([]);
  }));
