import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeZone, type Sighting } from '../../src/process/zone.ts';
import type { NewRaw } from '../../src/store/index.ts';
import { handClock, inFolder } from '../store/files.ts';
import { openServices, type OpenServices } from './services.ts';

const minute = 60_000;
const hour = 60 * minute;
const t0 = Date.UTC(2026, 0, 15, 12);
const pollMs = 5 * minute;

const intervals = fc.constantFrom(minute, 10 * minute, hour);
const delays = fc.array(fc.integer({ min: 0, max: pollMs }), { minLength: 60, maxLength: 60 });

/** What a live device tells whose times are `hours` behind (positive) or ahead of the truth. */
const live = (intervalMs: number, hours: number, late: readonly number[], extraMs = 0): Sighting[] =>
  late.map((delay, index) => {
    const measured = t0 + index * intervalMs;
    return { receivedAt: measured + extraMs + delay, at: measured - hours * hour, vendorAt: undefined };
  });

describe('the zone of a device', () => {
  test('is wrong when its newest records all lie the same whole hours off, in any order', () => {
    fc.assert(
      fc.property(
        intervals,
        fc.integer({ min: -14, max: 14 }),
        delays,
        fc.infiniteStream(fc.nat()),
        (interval, hours, late, mix) => {
          fc.pre(hours !== 0 && (hours < 0 || hours * hour - 10 * minute > interval + pollMs + 10 * minute));
          const shuffled = live(interval, hours, late)
            .map((one) => ({ one, key: mix.next().value as number }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ one }) => one);
          expect(judgeZone(shuffled, interval + pollMs)).toEqual({ hours });
        },
      ),
    );
  });

  test('is right for whoever sends in time, or as late as its own pace allows', () => {
    fc.assert(
      fc.property(intervals, delays, (interval, late) => {
        expect(judgeZone(live(interval, 0, late), interval + pollMs)).toBeUndefined();
        expect(judgeZone(live(interval, 0, late, interval), interval + pollMs)).toBeUndefined();
      }),
    );
  });

  test('is not judged by an upload of old readings, however many hours it is behind and however fast it comes', () => {
    fc.assert(
      fc.property(
        intervals,
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 10, max: 20_000 }),
        (interval, hours, pace) => {
          const upload = Array.from({ length: 200 }, (_, index): Sighting => {
            const at = t0 + index * interval;
            return { receivedAt: t0 + hours * hour + index * pace, at, vendorAt: undefined };
          });
          // As the upload catches up, and from any point of it on.
          for (let end = 1; end <= upload.length; end += 7)
            expect(judgeZone(upload.slice(0, end), interval + pollMs)).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  test('shows by when the vendor stored a reading, where it is asked too rarely for arrivals to tell', () => {
    const rarely = Array.from({ length: 8 }, (_, index): Sighting => {
      const measured = t0 + index * hour;
      const at = measured - 4 * hour;
      return { receivedAt: measured + ((index * 37) % 55) * minute, at, vendorAt: measured + 20_000 };
    });
    expect(judgeZone(rarely, hour + pollMs)).toEqual({ hours: 4 });
    expect(
      judgeZone(
        rarely.map(({ receivedAt, at }) => ({ receivedAt, at, vendorAt: undefined })),
        hour + pollMs,
      ),
    ).toBeUndefined();
  });

  test('is not judged by fewer than six records, nor when the last of them is right again', () => {
    const wrong = live(
      10 * minute,
      3,
      Array.from({ length: 10 }, () => 30_000),
    );
    expect(judgeZone(wrong.slice(0, 5), 15 * minute)).toBeUndefined();
    const right = { receivedAt: t0 + 100 * minute, at: t0 + 100 * minute, vendorAt: undefined };
    expect(judgeZone([...wrong, right], 15 * minute)).toBeUndefined();
  });
});

const logger = '5a3c0d9e1f2b4a6c8d7e0001';
const data = {
  points: [{ id: 'well', name: 'well', kind: 'well' as const, series: { flow: { intervalMinutes: 10 } } }],
  devices: [{ id: 'logger', name: 'Logger', provider: 'tago', externalId: logger, intervalMinutes: 10 }],
  bindings: [{ device: 'logger', variable: 'flow', series: 'well/flow' }],
};

const record = (count: number, offHours: number, lane: NewRaw['lane'] = 'live'): NewRaw => {
  const measured = t0 + count * 10 * minute;
  const time = new Date(measured - offHours * hour).toISOString();
  const item = { id: `f${count}`, device: logger, variable: 'flow', value: 20 + count / 10, time };
  return {
    id: `record-${count}`,
    instance: 'tago',
    lane,
    receivedAt: measured + minute,
    envelope: { channel: 'webhook', contentType: 'application/json' },
    body: new TextEncoder().encode(JSON.stringify([item])),
  };
};

const withWell = (
  work: (scene: {
    readonly services: () => OpenServices;
    readonly bring: (rows: readonly NewRaw[]) => Promise<void>;
    readonly restart: () => Promise<void>;
    readonly alerts: () => Promise<readonly { readonly facts: object }[]>;
  }) => Promise<void>,
) =>
  inFolder(async (folder) => {
    const clock = handClock();
    clock.at = t0;
    const open = () => openServices(join(folder, 'store'), data, clock);
    let services = await open();
    try {
      await work({
        services: () => services,
        async bring(rows) {
          await services.store.write.appendRaw(rows);
          clock.at = Math.max(clock.at + 2 * minute, ...rows.map(({ receivedAt }) => receivedAt));
          await services.processAll();
          // Rules and zones are looked at when time has passed and nothing waits.
          clock.at += 2 * minute;
          await services.processAll();
        },
        async restart() {
          await services.close();
          services = await open();
        },
        alerts: async () =>
          (await services.store.read.openAlerts({ limit: 9 })).filter(({ event }) => event === 'device.zone'),
      });
    } finally {
      await services.close();
    }
  });

const span = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

for (const { offHours, hours, likely } of [
  { offHours: 4, hours: '−4 h', likely: 'UTC-04:00' },
  { offHours: -3, hours: '+3 h', likely: 'UTC+03:00' },
])
  test(`times ${hours} off open one alert that names the likely zone, over restarts, and right times end it`, () =>
    withWell(async ({ services, bring, restart, alerts }) => {
      for (const count of span(0, 4)) await bring([record(count, offHours)]);
      await restart();
      expect(await alerts()).toEqual([]);
      for (const count of span(4, 8)) await bring([record(count, offHours)]);
      expect(await alerts()).toMatchObject([{ facts: { device: 'Logger', hours, zone: '–', likely } }]);
      await restart();
      for (const count of span(8, 12)) await bring([record(count, offHours)]);
      expect(await alerts()).toHaveLength(1);
      // What was read stays as it was read.
      const rows = await services().store.read.values({ series: ['well/flow'], from: 0, to: Infinity });
      expect(rows.map(({ at }) => at)).toEqual(span(0, 12).map((count) => t0 + count * 10 * minute - offHours * hour));
      await bring([record(12, 0)]);
      expect(await alerts()).toEqual([]);
    }));

test('what is read again or from long ago says nothing about the zone', () =>
  withWell(async ({ bring, alerts }) => {
    await bring(span(0, 12).map((count) => record(count, 4, 'gap')));
    expect(await alerts()).toEqual([]);
  }));

test('many records at once are judged like one after the other', () =>
  withWell(async ({ bring, alerts }) => {
    await bring(
      span(0, 12)
        .map((count) => record(count, 4))
        .toReversed(),
    );
    expect(await alerts()).toHaveLength(1);
  }));
