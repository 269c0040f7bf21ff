import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createRuntime, type Runtime, type RuntimeConfig } from '@caudal/runtime';
import { settled, virtualClock } from '@caudal/testkit';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { statusLines } from '../../src/cli/status-lines.ts';
import { lineData, lineProvider, type LineVendor, startLineVendor } from './line-vendor.ts';

// Hours of virtual time over real sockets.

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 15, 12);

interface WorldOptions {
  readonly ids?: readonly string[];
  readonly per?: 'device' | 'instance';
  readonly pulls?: boolean;
  readonly resolves?: boolean;
  readonly device?: Readonly<Record<string, unknown>>;
  readonly points?: Readonly<Record<string, unknown>>;
  readonly collect?: RuntimeConfig['collect'];
}

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** A vendor that streams, a runtime on a virtual clock, and what they hold. */
const openWorld = async (options: WorldOptions = {}) => {
  const { ids = ['a'], per = 'device', pulls = true, resolves = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'caudal-stream-'));
  const vendor = await startLineVendor();
  let runtime: Runtime | undefined;
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (runtime?.busy === true);
    },
  });
  const data = lineData(ids, options.device);
  writeFileSync(
    join(folder, 'data.yaml'),
    stringify({ ...data, points: data.points.map((point) => ({ ...point, ...options.points })) }),
  );
  const run = async () => {
    runtime = await createRuntime({
      database: join(folder, 'caudal.db'),
      data: [join(folder, 'data.yaml')],
      providers: { line: lineProvider({ port: vendor.port, per, pulls, resolves }) },
      http: { enabled: false },
      log: { console: false },
      drainSeconds: 2,
      process: { idleMs: 10 * minute },
      comply: { tickMs: 5 * minute },
      notify: { tickMs: 5 * minute },
      maintain: { tickMs: 5 * minute },
      ...(options.collect === undefined ? {} : { collect: options.collect }),
      clock,
    });
    await runtime.start();
    return runtime;
  };
  close = async () => {
    await runtime?.stop();
    await vendor.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const status = async () => (await runtime?.query.status()) as Awaited<ReturnType<Runtime['query']['status']>>;
  return {
    folder,
    vendor,
    clock,
    run,
    status,
    values: async (id = 'a') => {
      const rows = await runtime?.query.values({ series: [`point-${id}/flow`], from: 0, to: start + 1000 * hour });
      return rows?.map(({ at, value }) => [(at - start) / minute, value]);
    },
  };
};

const acknowledged = (vendor: LineVendor) => [...vendor.acknowledged];

test('what a stream brings is stored, acknowledged and becomes values; status shows the stream', async () => {
  const { vendor, clock, run, values, status } = await openWorld({ ids: ['a', 'b'] });
  await run();
  await clock.advance(minute);
  expect(vendor.open.toSorted()).toEqual(['a', 'b']);
  const first = vendor.measure('a', clock.now(), 1.5);
  const second = vendor.measure('b', clock.now(), 2.5);
  await clock.advance(10_000);
  expect(acknowledged(vendor)).toEqual([first, second]);
  expect(await values('a')).toEqual([[1, 1.5]]);
  expect(await values('b')).toEqual([[1, 2.5]]);
  const { streams } = await status();
  expect(streams.map(({ instance, device, state, lastError }) => [instance, device, state, lastError])).toEqual([
    ['line', 'logger-a', 'connected', null],
    ['line', 'logger-b', 'connected', null],
  ]);
  expect(streams[0]?.lastMessageAt).toBe(start + minute);
  expect(statusLines(await status())).toContain(
    'stream line logger-b  connected since 2026-01-15T12:00:00.000Z  last message 2026-01-15T12:01:00.000Z',
  );
});

test('one stream of an instance carries all its devices that are read, and none where no point is read', async () => {
  const { vendor, clock, run, values } = await openWorld({ ids: ['a', 'b'], per: 'instance' });
  await run();
  await clock.advance(minute);
  expect(vendor.open).toEqual(['*']);
  vendor.measure('b', clock.now(), 7);
  await clock.advance(10_000);
  expect(await values('b')).toEqual([[1, 7]]);
  await close?.();
  const inactive = await openWorld({ per: 'instance', points: { state: 'INACTIVE' } });
  await inactive.run();
  await inactive.clock.advance(10 * minute);
  expect(inactive.vendor.asked.size).toBe(0);
});

test('every connection pulls what was missed before it, from the newest decoded instant, also over a restart', async () => {
  const { vendor, clock, run, values } = await openWorld();
  const runtime = await run();
  await clock.advance(minute);
  vendor.measure('a', start + minute, 1);
  await clock.advance(minute);
  const readsBefore = vendor.reads.length;
  vendor.cut('destroy');
  await clock.advance(100);
  vendor.measure('a', start + 2 * minute, 2);
  await clock.advance(minute);
  expect(vendor.open).toEqual(['a']);
  vendor.measure('a', start + 3 * minute, 3);
  await clock.advance(minute);
  expect(await values()).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  // Ten minutes of overlap before the newest decoded instant.
  expect(vendor.reads.slice(readsBefore).some(({ from }) => from === start + minute - 10 * minute)).toBe(true);
  await runtime.stop();
  vendor.measure('a', start + 4 * minute, 4);
  await clock.advance(3 * hour);
  await run();
  await clock.advance(minute);
  vendor.measure('a', clock.now(), 5);
  await clock.advance(minute);
  expect((await values())?.map(([, value]) => value)).toEqual([1, 2, 3, 4, 5]);
});

test('what comes over the stream before the gap is read leaves no hole', async () => {
  const { vendor, clock, run, values } = await openWorld({ collect: { requestTimeoutMs: 1000 } });
  await run();
  await clock.advance(minute);
  vendor.measure('a', start + minute, 1);
  await clock.advance(minute);
  vendor.cut('end');
  await clock.advance(100);
  vendor.measure('a', start + 2 * minute, 2);
  // As soon as the stream is there again the vendor measures: before any read of the gap can have been answered.
  await clock.runUntil(() => vendor.open.length === 1);
  vendor.measure('a', start + 3 * minute, 3);
  await clock.advance(2 * minute);
  expect((await values())?.map(([, value]) => value)).toEqual([1, 2, 3]);
});

test('polls rest while the stream brings the data, and come back when it is down or says nothing', async () => {
  const { vendor, clock, run } = await openWorld();
  await run();
  await clock.advance(minute);
  const readsAt = () => vendor.reads.length;
  const before = readsAt();
  for (let count = 0; count < 6; count += 1) {
    await clock.advance(10 * minute);
    vendor.measure('a', clock.now(), count);
  }
  await clock.advance(minute);
  // The daily second look is all there was.
  expect(readsAt() - before).toBeLessThanOrEqual(1);
  // Connected and silent for more than one and a half intervals.
  await clock.advance(30 * minute);
  expect(readsAt() - before).toBeGreaterThanOrEqual(2);
  vendor.mode = 'close';
  vendor.cut('destroy');
  const down = readsAt();
  await clock.advance(hour);
  expect(readsAt() - down).toBeGreaterThanOrEqual(11);
});

test('a device is polled beside its stream where the configuration wants it', async () => {
  const { vendor, clock, run } = await openWorld({ collect: { pollWhileStreaming: true } });
  await run();
  await clock.advance(hour);
  expect(vendor.reads.length).toBeGreaterThanOrEqual(12);
});

for (const [how, mode, resolves] of [
  ['breaks at once', 'close', false],
  ['ends at once without an error', 'close', true],
  ['never says that it flows', 'hang', false],
] as const)
  test(`a stream that ${how} is tried again ever more rarely`, async () => {
    const { vendor, clock, run, status } = await openWorld({ resolves, pulls: false });
    vendor.mode = mode;
    await run();
    await clock.advance(90 * minute);
    const times = vendor.asked.get('a') ?? 0;
    expect(times).toBeGreaterThan(6);
    expect(times).toBeLessThan(15);
    expect((await status()).streams[0]).toMatchObject({ state: 'waiting', lastError: expect.any(String) as string });
    expect(statusLines(await status())).toContainEqual(
      expect.stringMatching(/^stream line logger-a {2}waiting since \S+ {2}last message never {2}\S/),
    );
    vendor.mode = 'accept';
    await clock.advance(20 * minute);
    expect(vendor.open).toEqual(['a']);
  });

for (const [what, delivers] of [
  ['brings nothing', false],
  ['brings something each time', true],
] as const)
  test(`a stream that comes and goes and ${what} is not reopened faster each time, and leaves one open gap at most`, async () => {
    const { folder, vendor, clock, run } = await openWorld({ device: { pollMinutes: 600 } });
    const runtime = await run();
    let opened = 0;
    const until = clock.now() + 30 * minute;
    while (clock.now() < until) {
      await clock.runUntil(() => vendor.open.length > 0);
      opened += 1;
      if (delivers) {
        const id = vendor.measure('a', clock.now(), opened);
        await clock.runUntil(() => vendor.acknowledged.has(id));
      }
      vendor.cut('destroy');
      await clock.advance(500);
    }
    expect(opened).toBeGreaterThan(4);
    expect(opened).toBeLessThan(15);
    await runtime.stop();
    const database = new DatabaseSync(join(folder, 'caudal.db'), { readOnly: true });
    expect(
      database.prepare(`SELECT count(*) AS count FROM planned_read WHERE state = 'open'`).get()?.['count'],
    ).toBeLessThanOrEqual(1);
    database.close();
  });

test('a stream that had worked and is cut is tried again within two seconds, between the looks of the stage too', async () => {
  const { vendor, clock, run } = await openWorld({ pulls: false });
  await run();
  await clock.runUntil(() => vendor.open.length > 0);
  const id = vendor.measure('a', clock.now(), 1);
  await clock.runUntil(() => vendor.acknowledged.has(id));
  vendor.cut('destroy');
  await clock.advance(900);
  expect(vendor.open).toEqual([]);
  await clock.advance(1100);
  expect(vendor.open).toEqual(['a']);
  // It has brought nothing since, but flowed for longer than a minute.
  await clock.advance(2 * minute);
  vendor.cut('end');
  await clock.advance(2000);
  expect(vendor.open).toEqual(['a']);
});

test('the quick try is earned: a stream that is cut before it brought anything waits like one that cannot be opened', async () => {
  const { vendor, clock, run } = await openWorld({ pulls: false });
  await run();
  await clock.runUntil(() => vendor.open.length > 0);
  await clock.advance(30_000);
  vendor.cut('destroy');
  await clock.advance(14_000);
  expect(vendor.asked.get('a')).toBe(1);
  await clock.advance(16_000);
  expect(vendor.open).toEqual(['a']);
});

test('tries that were needed to open it do not count against a stream that works again', async () => {
  const { vendor, clock, run } = await openWorld({ pulls: false });
  vendor.mode = 'close';
  await run();
  await clock.advance(30 * minute);
  vendor.mode = 'accept';
  await clock.runUntil(() => vendor.open.length > 0);
  const id = vendor.measure('a', clock.now(), 1);
  await clock.runUntil(() => vendor.acknowledged.has(id));
  vendor.cut('destroy');
  await clock.advance(2000);
  expect(vendor.open).toEqual(['a']);
});

test('one that was cut and can no longer be opened is tried ever more rarely', async () => {
  const { vendor, clock, run } = await openWorld({ pulls: false });
  await run();
  await clock.advance(2 * minute);
  vendor.mode = 'close';
  vendor.cut('destroy');
  const before = vendor.asked.get('a') ?? 0;
  const asked = () => (vendor.asked.get('a') ?? 0) - before;
  await clock.advance(90 * minute);
  // 1, 2, 4 … 512 s and then 15 min each time.
  expect(asked()).toBeGreaterThan(9);
  expect(asked()).toBeLessThan(17);
  const late = asked();
  await clock.advance(60 * minute);
  expect(asked() - late).toBeLessThanOrEqual(4);
});

test('streams that may not all be opened at once are opened one after the other, not one per look of the stage', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `d${index}`);
  const { vendor, clock, run } = await openWorld({ ids, pulls: false });
  await run();
  await clock.advance(5000);
  expect(vendor.open).toHaveLength(ids.length);
});

test('a refused key stops its scope and tells people; a stream that flows again says so', async () => {
  const { vendor, clock, run, status } = await openWorld({ ids: ['a', 'b', 'c'], pulls: false });
  vendor.mode = 'deny';
  await run();
  await clock.advance(4 * minute);
  // Loggers without a key of their own share the one of the instance: after the first denials none of them tries on.
  expect([...vendor.asked.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3);
  expect((await status()).alerts).toMatchObject([
    { event: 'system', rule: 'subscribe.auth', severity: 'critical', facts: { reason: 'the vendor takes nobody' } },
  ]);
  vendor.mode = 'accept';
  await clock.advance(10 * minute);
  expect(vendor.open).toHaveLength(3);
  expect((await status()).alerts).toEqual([]);
});

test('a stop ends the streams and keeps what was acknowledged', async () => {
  const { vendor, clock, run, values } = await openWorld({ pulls: false });
  const runtime = await run();
  await clock.advance(minute);
  for (let count = 0; count < 50; count += 1) vendor.measure('a', start + count * 1000, count);
  await settled();
  await runtime.stop();
  expect(vendor.open).toEqual([]);
  const kept = vendor.acknowledged.size;
  await run();
  await clock.advance(10_000);
  expect(await values()).toHaveLength(Math.max(kept, (await values())?.length ?? 0));
  expect((await values())?.length).toBeGreaterThanOrEqual(kept);
  // The stream of the run before left no lease behind: it is open again at once.
  expect(vendor.open).toEqual(['a']);
});
