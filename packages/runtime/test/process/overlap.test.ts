import { expect, test } from 'vitest';
import { createOverlap } from '../../src/process/overlap.ts';
import type { RawRow } from '../../src/store/rows.ts';

const row = (id: string): RawRow => ({
  id,
  instance: 'tago',
  lane: 'live',
  status: 'PROCESSING',
  receivedAt: 0,
  envelope: { channel: 'pull' },
  body: new Uint8Array(),
  reason: null,
  repeats: 0,
  processedAt: null,
});

/** Batches of one record each. A write ends when it is let go; those of `failing` fail, once. */
const harness = (names: readonly string[], failing: readonly string[] = []) => {
  const told: string[] = [];
  const waiting = [...names];
  const left = new Set(failing);
  const gates = new Map<string, PromiseWithResolvers<void>>(names.map((name) => [name, Promise.withResolvers()]));
  const overlap = createOverlap<string>({
    claim: async () => {
      const next = waiting.shift();
      return next === undefined ? [] : [row(next)];
    },
    prepare: async ([raw]) => {
      told.push(`prepare ${raw?.id}`);
      return raw?.id ?? '';
    },
    write: async (_raws, prepared) => {
      await gates.get(prepared)?.promise;
      if (left.delete(prepared)) throw new Error(prepared);
      told.push(`wrote ${prepared}`);
    },
    fail: async (raws, thrown) => {
      told.push(`failed ${raws.map(({ id }) => id).join()}`);
      if ((thrown as Error).message === 'disk') throw thrown;
    },
  });
  return { told, overlap, waiting, write: (name: string) => gates.get(name)?.resolve() };
};

test('a batch is prepared while the one before is being written, and written after it', async () => {
  const { told, overlap, write } = harness(['a', 'b']);
  expect(await overlap.step()).toBe(true);
  const second = overlap.step();
  await expect.poll(() => told).toEqual(['prepare a', 'prepare b']);
  write('b');
  write('a');
  expect([await second, await overlap.step()]).toEqual([true, false]);
  expect(told).toEqual(['prepare a', 'prepare b', 'wrote a', 'wrote b']);
});

test('what was prepared on a batch that failed is prepared again', async () => {
  const { told, overlap, write } = harness(['a', 'b'], ['a']);
  write('a');
  write('b');
  while (await overlap.step());
  expect(told).toEqual(['prepare a', 'prepare b', 'failed a', 'prepare b', 'wrote b']);
});

test('when nothing waits, everything before is on disk, and a failure has been dealt with', async () => {
  const { told, overlap, write } = harness(['a'], ['a']);
  await overlap.step();
  const last = overlap.step();
  write('a');
  expect(await last).toBe(false);
  expect(told).toEqual(['prepare a', 'failed a']);
});

test('a failure that has to wait rejects the step, and what was claimed ahead is dropped', async () => {
  const { told, overlap, write, waiting } = harness(['disk', 'b', 'c'], ['disk']);
  write('disk');
  write('b');
  await overlap.step();
  await expect(overlap.step()).rejects.toThrow('disk');
  await overlap.drop();
  expect(waiting).toEqual([]);
  expect(await overlap.step()).toBe(false);
  expect(told).toEqual(['prepare disk', 'prepare b', 'failed disk']);
});
