import { expect, test } from 'vitest';
import { acceleratedClock } from '@caudal/testkit';

test('a sleep ends when the clock shows its end, and can be aborted', async () => {
  const start = Date.UTC(2026, 0, 1);
  const clock = acceleratedClock({ start, factor: 3_600_000 });
  await clock.sleep(10 * 3_600_000);
  expect(clock.now()).toBeGreaterThanOrEqual(start + 10 * 3_600_000);
  const controller = new AbortController();
  const sleep = clock.sleep(1e15, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  expect(() => acceleratedClock({ start, factor: 0 })).toThrow('factor');
});
