import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertConditions, DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { startSmtp } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { createNotifier } from '../../src/notify/notifier.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { createProcessor } from '../../src/process/processor.ts';
import { type OpenServices, openServices } from '../process/services.ts';
import { minute, start } from './services.ts';

// A real database and a real mail server at every step.

const logger = '5a3c0d9e1f2b4a6c8d7e0001';
const never = new AbortController().signal;

const dataOf = (alerts: AlertConditions | undefined, more: Partial<DataFile> = {}): DataFile => ({
  points: [
    {
      id: 'well',
      name: 'Well',
      kind: 'well',
      rules: { 'level-max-reset': false },
      series: { level: { intervalMinutes: 5, ...(alerts === undefined ? {} : { alerts }) } },
    },
  ],
  devices: [{ id: 'logger', provider: 'tago', externalId: logger, intervalMinutes: 5, silentAfterMinutes: 100_000 }],
  bindings: [{ device: 'logger', variable: 'level', series: 'well/level' }],
  people: [{ id: 'ana', name: 'Ana', addresses: { mail: { email: 'ana@example.org' } } }],
  subscriptions: [{ person: 'ana', events: ['water.alert'], channels: ['mail'] }],
  ...more,
});

/** As after a start: they know nothing but what is in the store. */
const stagesOf = (services: OpenServices) => ({
  processor: createProcessor(services),
  maintainer: createMaintainer(services),
  notifier: createNotifier(services),
});

/** A runtime's processor, maintainer and notifier over one database file, and a person's mailbox. Stopped and started at will. */
const world = async (data: DataFile) => {
  const clock = virtualClock(start);
  const folder = mkdtempSync(join(tmpdir(), 'caudal-conditions-'));
  const mailbox = await startSmtp({ clock });
  const run = async () => {
    const services = await openServices(folder, data, clock, {
      notify: { groupMs: 0 },
      notifiers: {
        mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
      },
    });
    return { services, ...stagesOf(services) };
  };
  let running = await run();
  onTestFinished(async () => {
    await running.services.close();
    await mailbox.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let records = 0;
  /** One reading of now, or one that failed; undefined: nothing comes. */
  const arrive = async (value: number | null | undefined, at = clock.now()) => {
    if (value === undefined) return;
    const item = { id: `v${at}`, device: logger, variable: 'level', value, time: new Date(at).toISOString() };
    await running.services.store.write.appendRaw([
      {
        id: `record-${(records += 1)}`,
        instance: 'tago',
        lane: 'live',
        receivedAt: clock.now(),
        envelope: { channel: 'webhook', contentType: 'application/json' },
        body: new TextEncoder().encode(JSON.stringify([item])),
      },
    ]);
  };
  const look = async () => {
    while (await running.processor.step(never));
    await running.maintainer.step(never);
    await running.notifier.step(never);
    await running.notifier.finish?.(never);
  };
  const restart = async () => {
    await running.processor.finish?.(never);
    await running.services.close();
    running = await run();
  };
  return {
    clock,
    arrive,
    look,
    restart,
    get services() {
      return running.services;
    },
    /** Every five minutes a value, and everybody looks. With `restarts` everything in memory is lost between each. */
    values: async (list: readonly (number | null | undefined)[], restarts = false) => {
      for (const value of list) {
        await clock.advance(5 * minute);
        await arrive(value);
        await look();
        if (restarts) running = { ...running, ...stagesOf(running.services) };
      }
    },
    open: async () => (await running.services.store.read.openAlerts({ limit: 99 })).map(({ rule }) => rule).toSorted(),
    /** How often each was raised. */
    raised: async () =>
      (await running.services.store.read.pageAlerts({ points: null, limit: 99 })).map(({ rule }) => rule).toSorted(),
    notices: () => mailbox.mails.length,
  };
};

const modes = [
  ['one run', false],
  ['runs that know nothing but what is stored, one for each value', true],
] as const;

test.each(modes)(
  'in %s: a limit passed for less than the time is no alert, for the time it is one, told once',
  async (_, restarts) => {
    const { values, open, raised, notices } = await world(dataOf({ above: { limit: 90, forMinutes: 15 } }));
    await values([50, 91, 92, 93, 50], restarts);
    expect(await raised()).toEqual([]);
    await values([91, 92, 93, 94, 95, 96], restarts);
    expect([await open(), notices()]).toEqual([['ALERT_HIGH'], 1]);
    await values([50], restarts);
    expect([await open(), await raised(), notices()]).toEqual([[], ['ALERT_HIGH'], 1]);
  },
);

test.each(modes)(
  'in %s: hysteresis and keeping make one alert of a value that goes to and fro',
  async (_, restarts) => {
    const { values, open, raised, notices } = await world(
      dataOf({ below: { limit: 10, hysteresis: 2, keepMinutes: 20 } }),
    );
    await values([9, 9, 11, 9, 13, 13, 9, 13, 13, 13, 9], restarts);
    expect([await open(), await raised(), notices()]).toEqual([['ALERT_LOW'], ['ALERT_LOW'], 1]);
    await values([13, 13, 13, 13], restarts);
    expect(await open()).toEqual(['ALERT_LOW']);
    await values([13], restarts);
    expect(await open()).toEqual([]);
    await values([9, 9], restarts);
    expect([await open(), await raised(), notices()]).toEqual([['ALERT_LOW'], ['ALERT_LOW', 'ALERT_LOW'], 2]);
  },
);

test.each(modes)('in %s: a level that falls too fast is an alert, slowly it is none', async (_, restarts) => {
  const falling = { perHour: 6, overMinutes: 30 };
  const { values, open, raised, notices } = await world(dataOf({ falling, rising: falling }));
  await values([50, 49.9, 49.8, 49.7, 49.6, 49.5, 49.4], restarts);
  expect(await raised()).toEqual([]);
  // 1 m in 5 minutes is 12 m an hour.
  await values([48, 47, 46, 45, 44, 43], restarts);
  expect([await open(), notices()]).toEqual([['ALERT_FALLING'], 1]);
  await values([43, 43, 43, 43, 43, 43, 43], restarts);
  expect([await open(), await raised(), notices()]).toEqual([[], ['ALERT_FALLING'], 1]);
});

test.each([
  ['in one run', []],
  ['with restarts in the middle', [30, 55]],
] as const)(
  'no value for too long is an alert %s, a read that failed is no value, and a value ends it',
  async (_, restarts) => {
    const { values, restart, open, raised, notices } = await world(dataOf({ noData: { minutes: 60 } }));
    await values([50]);
    for (let silent = 5; silent <= 60; silent += 5) {
      await values([silent % 2 === 0 ? null : undefined]);
      if ((restarts as readonly number[]).includes(silent)) await restart();
    }
    expect([await open(), notices()]).toEqual([[], 0]);
    // Longer than a start waits for what came while nothing ran.
    await values([null, null, undefined]);
    expect([await open(), notices()]).toEqual([['ALERT_NO_DATA'], 1]);
    await values([undefined, null], restarts.length > 0);
    expect([await open(), notices()]).toEqual([['ALERT_NO_DATA'], 1]);
    await values([50], restarts.length > 0);
    expect([await open(), await raised(), notices()]).toEqual([[], ['ALERT_NO_DATA'], 1]);
  },
);

test.each([
  ['a series that had one', 50],
  ['one that never had any', null],
] as const)(
  'no value for too long is told of %s, also by a runtime that is started anew all the time',
  async (_, first) => {
    const { values, restart, open, notices } = await world(dataOf({ noData: { minutes: 60 } }));
    await values([first]);
    for (let silent = 5; silent <= 55; silent += 5) {
      await restart();
      await values([undefined]);
    }
    expect([await open(), notices()]).toEqual([[], 0]);
    for (let silent = 60; silent <= 90; silent += 10) {
      await restart();
      await values([undefined, undefined]);
    }
    expect([await open(), notices()]).toEqual([['ALERT_NO_DATA'], 1]);
  },
);

test('what never had a value is told of when its time has passed, however long nothing ran in between', async () => {
  const { values, restart, clock, look, open } = await world(dataOf({ noData: { minutes: 24 * 60 } }));
  await values([undefined]);
  for (let hours = 10; hours <= 20; hours += 10) {
    await clock.advance(10 * 60 * minute);
    await restart();
    await look();
  }
  expect(await open()).toEqual([]);
  await clock.advance(5 * 60 * minute);
  await restart();
  await look();
  expect(await open()).toEqual([]);
  await clock.advance(15 * minute);
  await look();
  expect(await open()).toEqual(['ALERT_NO_DATA']);
});

test('a start after a stop of days raises nothing, when what came meanwhile is read first', async () => {
  const { values, restart, clock, arrive, look, raised } = await world(
    dataOf({ noData: { minutes: 30 }, above: { limit: 90 } }),
  );
  await values([50, 51]);
  await clock.advance(3 * 24 * 60 * minute);
  await restart();
  await look();
  await clock.advance(10 * minute);
  await look();
  // The backlog, with what was too high two days ago, and is not now.
  const then = clock.now() - 2 * 24 * 60 * minute;
  for (const [index, value] of [95, 96, 97, 50].entries()) await arrive(value, then + index * 5 * minute);
  await arrive(50);
  await look();
  await clock.advance(20 * minute);
  await look();
  expect(await raised()).toEqual([]);
});

test('an alert that lasts over a stop of days ends when a value is back', async () => {
  const { values, restart, clock, open, notices } = await world(dataOf({ above: { limit: 90 } }));
  await values([95, 95]);
  await clock.advance(3 * 24 * 60 * minute);
  await restart();
  expect(await open()).toEqual(['ALERT_HIGH']);
  await values([50]);
  expect([await open(), notices()]).toEqual([[], 1]);
});

test('late values that show that there was nothing end an alert; those that say the same again change nothing', async () => {
  const { values, arrive, clock, look, open, raised, notices } = await world(
    dataOf({ above: { limit: 90, forMinutes: 20 } }),
  );
  await values([95, 95, undefined, undefined, 95, 95]);
  expect([await open(), notices()]).toEqual([['ALERT_HIGH'], 1]);
  await arrive(95, clock.now() - 15 * minute);
  await look();
  expect([await open(), await raised(), notices()]).toEqual([['ALERT_HIGH'], ['ALERT_HIGH'], 1]);
  await arrive(50, clock.now() - 10 * minute);
  await look();
  expect([await open(), await raised(), notices()]).toEqual([[], ['ALERT_HIGH'], 1]);
});

test('a schema gives its conditions to the points it is for, in its unit; those of the series itself hold instead', async () => {
  const schemas: DataFile['schemas'] = [
    {
      id: 'alerts',
      name: 'Alerts',
      kind: 'ALERT',
      fields: { level: { unit: 'cm', alerts: { above: { limit: 9_000 }, below: { limit: 2_000 } } } },
    },
    {
      id: 'draft',
      name: 'Draft',
      kind: 'ALERT',
      status: 'draft',
      fields: { level: { alerts: { noData: { minutes: 1 } } } },
    },
  ];
  const { values, open, raised, services } = await world(dataOf({ below: { limit: 1 } }, { schemas }));
  expect(services.domain.series.get('well/level')?.alerts).toEqual({ above: { limit: 90 }, below: { limit: 1 } });
  await values([15, 15, 89, 89]);
  expect(await raised()).toEqual([]);
  await values([91, 91]);
  expect(await open()).toEqual(['ALERT_HIGH']);
});

test('fifty records at once that pass a limit are one alert and one notice', async () => {
  const { arrive, clock, look, raised, notices } = await world(dataOf({ above: { limit: 90 } }));
  await clock.advance(60 * minute);
  await Promise.all(Array.from({ length: 50 }, (_, index) => arrive(95 + index / 100, clock.now() - index * minute)));
  await look();
  await look();
  expect([await raised(), notices()]).toEqual([['ALERT_HIGH'], 1]);
});
