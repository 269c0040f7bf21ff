import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hour, minute, openWorld, start, type TestWorld } from './world.ts';

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('a start with a clock behind the newest row says so, sends nothing early and loses nothing', async () => {
  /** By how much the runtime's clock is behind the one of the vendor and the regulator. */
  let back = 0;
  const opened: TestWorld = await openWorld({
    config: (config) => ({
      ...config,
      clock: { now: () => opened.clock.now() - back, sleep: (ms, signal) => opened.clock.sleep(ms, signal) },
    }),
  });
  world = opened;
  const { clock, regulator, folder } = opened;
  const first = await opened.run();
  regulator.behave({ post: { next: ['store-then-hang'] } });
  // Nobody answers the first slot: it may go again on the next day, at 04:00Z.
  await clock.advance(2 * hour - 10 * minute);
  const known = await first.query.submissions({});
  expect(known.map(({ state }) => state).toSorted()).toEqual(['confirmed', 'unknown']);
  await first.stop();

  back = 3 * hour;
  const second = await opened.run();
  await clock.advance(minute);
  const behind = async () => (await second.query.alertList({})).filter(({ rule }) => rule === 'clock.behind');
  expect(await behind()).toMatchObject([
    {
      severity: 'critical',
      facts: {
        reason: expect.stringMatching(/^the clock of this machine shows 2026-01-15T10:50:00.000Z, .* set it right/),
      },
    },
  ]);
  expect(readFileSync(join(folder, 'caudal.log'), 'utf8')).toMatch(
    /"the clock of this machine shows [^"]+ set it right/,
  );
  const posts = () =>
    regulator.ledger.requests.flatMap(({ method, date, time }) => (method === 'POST' ? [`${date} ${time}`] : []));
  const sent = posts();
  await clock.advance(3 * hour - 10 * minute);
  expect(posts()).toEqual(sent);
  expect(await behind()).toHaveLength(1);
  // Its clock has passed the newest row.
  await clock.advance(30 * minute);
  expect(await behind()).toEqual([]);
  await second.stop();

  back = 0;
  const third = await opened.run();
  await clock.advance(2 * hour + 35 * minute);
  const ended = (await third.query.submissions({ limit: 1000 })).toSorted((a, b) => a.slot - b.slot);
  const end = clock.now();
  // The day of the resend has not come by any clock.
  expect(ended.map(({ state }) => state)).toEqual([
    'unknown',
    ...Array.from({ length: Math.floor((end - start) / hour) }, () => 'confirmed'),
  ]);
  expect(posts().filter((slot) => slot === sent[0])).toHaveLength(1);
  expect(new Set(regulator.ledger.records.map(({ date, time }) => `${date} ${time}`)).size).toBe(ended.length);
  // What it sent while it was behind bears the time of its clock.
  expect(regulator.ledger.violations.filter(({ kind }) => kind !== 'send-time')).toEqual([]);
  const flows = await third.query.values({ series: ['well/flow'], from: start, to: end - hour, limit: 1000 });
  expect(flows.map(({ at }) => at)).toEqual(
    Array.from({ length: Math.ceil((end - hour - start) / (10 * minute)) }, (_, index) => start + index * 10 * minute),
  );
}, 240_000);
