import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import { expect, onTestFinished, test } from 'vitest';
import type { DataFile } from '@caudal/core';
import { settled, virtualClock } from '@caudal/testkit';
import { createCollector } from '../../src/collect/collector.ts';
import { createComplier } from '../../src/comply/complier.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { createProgress } from '../../src/observe/progress.ts';
import { readinessOf } from '../../src/operate/readiness.ts';
import { createProcessor } from '../../src/process/processor.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import type { Services } from '../../src/services.ts';
import { createWaker, runStage, type Stage } from '../../src/stage.ts';
import { openServices } from '../process/services.ts';

const second = 1_000;
const start = Date.UTC(2026, 0, 15, 12);

const data: DataFile = {
  points: [{ id: 'well', name: 'Well', kind: 'well', series: { level: {} } }],
  people: [{ id: 'ana', name: 'Ana', addresses: {} }],
};

/** Every stage of a runtime but for streams, which need a provider that has them. */
const stages: readonly (readonly [string, (services: Services) => Stage | undefined])[] = [
  ['collect', createCollector],
  ['process', createProcessor],
  ['comply', createComplier],
  ['notify', createNotifier],
  ['maintain', createMaintainer],
];

/** The same services, whose store answers nothing any more once `frozen` says so: the step under way never ends. */
const freezable = (services: Services, frozen: () => boolean): Services => {
  const gate = <T extends object>(operations: T): T =>
    new Proxy(operations, {
      get(target, name, receiver) {
        const operation: unknown = Reflect.get(target, name, receiver);
        if (typeof operation !== 'function') return operation;
        return (...args: unknown[]): unknown => {
          if (name === 'as') return gate(operation.apply(target, args) as object);
          return frozen() ? new Promise(() => undefined) : operation.apply(target, args);
        };
      },
    });
  const store = Object.create(services.store, {
    read: { value: gate(services.store.read) },
    write: { value: gate(services.store.write) },
  }) as Services['store'];
  return Object.create(services, { store: { value: store } }) as Services;
};

const world = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-stalls-'));
  /** Whether to wait for the store: not while its writer is held. */
  let waits = true;
  let opened: Awaited<ReturnType<typeof openServices>> | undefined;
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (waits && (opened?.store.waiting ?? 0) > 0);
    },
  });
  const services = await openServices(folder, data, clock, {
    log: { console: false, level: 'error' },
    process: { idleMs: 5 * second },
  });
  opened = services;
  const waker = createWaker(clock);
  const never = new AbortController().signal;
  const frozen = new Set<string>();
  const fibers = stages.map(([name, create]) => {
    const stage = create(freezable(services, () => frozen.has(name)));
    if (stage === undefined) throw new Error(`there is no stage ${name}`);
    return Effect.runFork(runStage(stage, services, waker, never));
  });
  onTestFinished(async () => {
    waits = false;
    await Effect.runPromise(Effect.all(fibers.map((fiber) => Fiber.interrupt(fiber))));
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const named = () => readinessOf(services).stalled.map(({ stage }) => stage);
  return {
    clock,
    services,
    frozen,
    named,
    database: join(folder, 'caudal.db'),
    ready: () => readinessOf(services).ready,
    holdClock: (held: boolean) => void (waits = !held),
  };
};

test('what moves is ready, in every second of two minutes, at rest and at work', async () => {
  const { clock, ready, named } = await world();
  for (let passed = 0; passed < 120; passed += 1) {
    await clock.advance(second);
    expect(named()).toEqual([]);
    expect(ready()).toBe(true);
  }
});

test.each(stages.map(([name]) => name))('a frozen stage %s is named within 60 seconds, and it alone', async (name) => {
  const { clock, frozen, named, ready } = await world();
  // In the middle of every rest.
  await clock.advance(33 * second);
  expect(ready()).toBe(true);
  frozen.add(name);
  await clock.advance(60 * second);
  expect(named()).toEqual([name]);
  expect(ready()).toBe(false);
});

test('a frozen writer is named within 60 seconds, before those that wait for it, until it goes on', async () => {
  const { clock, named, ready, database, holdClock } = await world();
  await clock.advance(33 * second);
  expect(named()).toEqual([]);
  // Another program has the database for itself: the real writer waits.
  const other = new DatabaseSync(database);
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  holdClock(true);
  await clock.advance(60 * second);
  expect(named()[0]).toBe('write');
  expect(ready()).toBe(false);
  other.exec('ROLLBACK');
  holdClock(false);
  await clock.advance(90 * second);
  expect(named()).toEqual([]);
  expect(ready()).toBe(true);
});

test('a stage whose steps all fail stands still too, however far each of them comes', async () => {
  const clock = virtualClock(start);
  const progress = createProgress(clock, () => null);
  progress.expect('fails', 5 * second);
  for (let passed = 0; passed < 60; passed += 10) {
    progress.moved('fails');
    progress.failed('fails', 'the reason');
    await clock.advance(10 * second);
  }
  expect(progress.report().filter(({ stalled }) => stalled)).toMatchObject([
    { stage: 'fails', lastError: 'the reason' },
  ]);
});
