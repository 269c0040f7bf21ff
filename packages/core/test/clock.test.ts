import { expect, test } from 'vitest';
import { systemClock } from '@caudal/core';

test('a sleep ends when it is over', async () => {
  await systemClock.sleep(1);
  await systemClock.sleep(0, new AbortController().signal);
});

test('a sleep rejects with the reason of its signal, before and while it lasts', async () => {
  const reason = new Error('stop');
  await expect(systemClock.sleep(1e9, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleeping = systemClock.sleep(1e9, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});

test('a month is longer than any timer of the platform, and is not over at once', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.name);
  process.on('warning', listen);
  const controller = new AbortController();
  const month = systemClock.sleep(31 * 86_400_000, controller.signal).then(
    () => 'over',
    () => 'aborted',
  );
  const first = await Promise.race([month, systemClock.sleep(20).then(() => 'still asleep')]);
  controller.abort();
  process.off('warning', listen);
  expect(first).toBe('still asleep');
  expect(await month).toBe('aborted');
  expect(warnings).toEqual([]);
});
