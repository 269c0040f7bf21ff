import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedObject, configured, defineProvider, schemaOf } from '@caudal/core';
import { expect, onTestFinished, test } from 'vitest';
import { createCollector } from '../../src/collect/collector.ts';
import { openServices } from '../process/services.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 15, 12);
const by = { author: 'ana', reason: 'test' };
const never = new AbortController().signal;

const point = (id: string, state = 'ACTIVE') => ({
  kind: 'points' as const,
  id: `p-${id}`,
  content: { name: id, kind: 'well', state, series: { flow: {} } },
});
const device = (id: string, pollMinutes: number) => ({
  kind: 'devices' as const,
  id,
  content: { provider: 'vendor', externalId: id, pollMinutes },
});
const binding = (id: string) => ({
  kind: 'bindings' as const,
  id: `b-${id}`,
  content: { device: id, variable: 'flow', series: `p-${id}/flow` },
});

/** A collector that is stepped by hand, and a vendor whose answers are let go by hand. */
const openCollector = async (paces: Readonly<Record<string, number>>, perInstance = 8) => {
  const clock = { at: start, now: () => clock.at, sleep: () => new Promise<void>(() => undefined) };
  const asked: string[] = [];
  const answers = new Map<string, () => void>();
  const provider = configured(
    defineProvider({
      id: 'vendor',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        pull: { scope: 'device', by: 'time', range: false, maxLimit: 10 },
        concurrency: { perInstance },
        limits: [],
      },
      create: () => ({
        async pull({ devices }) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const id = devices[0]?.id ?? '';
          asked.push(id);
          answers.set(id, resolve);
          await promise;
          return { records: [] };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: () => ({ readings: [], problems: [] }),
      }),
    }),
    {},
  );
  const folder = mkdtempSync(join(tmpdir(), 'caudal-polls-'));
  const woken = { count: 0 };
  const services = await openServices(
    folder,
    {},
    clock,
    { providers: { vendor: provider }, collect: { rereadHours: 0 } },
    () => {
      woken.count += 1;
    },
  );
  await services.kept.change(
    Object.entries(paces).flatMap(([id, pollMinutes]) => [point(id), device(id, pollMinutes), binding(id)]),
    by,
  );
  const collector = createCollector(services);
  onTestFinished(async () => {
    for (const answer of answers.values()) answer();
    await collector.finish?.(never);
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    services,
    /** Steps `at` after the start; answers who is asked because of it, once that arrived at the vendor. */
    step: async (at: number, expected: number): Promise<readonly string[]> => {
      clock.at = start + at;
      const before = asked.length;
      await collector.step(never);
      await expect.poll(() => asked.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + expected);
      return asked.slice(before);
    },
    /** The vendor answers, and the collector is woken for it. */
    answer: async (id: string) => {
      const before = woken.count;
      answers.get(id)?.();
      await expect.poll(() => woken.count, { timeout: 60_000 }).toBeGreaterThan(before);
    },
  };
};

test('a device that comes due while others are read is asked when the next of them ends, not a look later', async () => {
  const { step, answer } = await openCollector({ quick: 1, slow: 60, third: 60 });
  expect(await step(0, 3)).toHaveLength(3);
  await answer('quick');
  expect(await step(59_000, 0)).toEqual([]);
  await answer('slow');
  expect(await step(59_900, 0)).toEqual([]);
  await answer('third');
  expect(await step(60_000, 1)).toEqual(['quick']);
});

test('a pace that is changed counts from the last poll', async () => {
  const { services, step, answer } = await openCollector({ a: 60 });
  expect(await step(0, 1)).toEqual(['a']);
  await answer('a');
  expect(await step(2 * minute, 0)).toEqual([]);
  await services.kept.put(device('a', 3), by);
  expect(await step(2.9 * minute, 0)).toEqual([]);
  expect(await step(3 * minute, 1)).toEqual(['a']);
  await answer('a');
  await services.kept.put(device('a', 60), by);
  expect(await step(62 * minute, 0)).toEqual([]);
  expect(await step(63 * minute, 1)).toEqual(['a']);
});

test('what is no longer to be read while it waits for a place is not asked, and what is new has a place', async () => {
  const { services, step, answer } = await openCollector({ a: 60, b: 60, c: 60 }, 1);
  const [first = ''] = await step(0, 1);
  const [waits = '', last = ''] = ['a', 'b', 'c'].filter((id) => id !== first);
  await services.kept.change([point(waits, 'INACTIVE'), point('d'), device('d', 60), binding('d')], by);
  await answer(first);
  const second = await step(100, 1);
  await answer(second[0] ?? '');
  const third = await step(200, 1);
  await answer(third[0] ?? '');
  expect([...second, ...third].toSorted()).toEqual([last, 'd'].toSorted());
  expect(await step(300, 0)).toEqual([]);
});

test('a clock that is set back keeps no device waiting for as long', async () => {
  const { step, answer } = await openCollector({ a: 5 });
  expect(await step(0, 1)).toEqual(['a']);
  await answer('a');
  expect(await step(4 * minute, 0)).toEqual([]);
  expect(await step(-60 * minute, 1)).toEqual(['a']);
  await answer('a');
  expect(await step(-56 * minute, 0)).toEqual([]);
  expect(await step(-55 * minute, 1)).toEqual(['a']);
  await answer('a');
  // And forward: once, not for each poll that was missed.
  expect(await step(600 * minute, 1)).toEqual(['a']);
  await answer('a');
  expect(await step(601 * minute, 0)).toEqual([]);
});
