import { systemClock } from '@caudal/core';

/** Resolves when it holds; one that can not be asked just now is asked again. The limit is the test's. */
export const until = async (holds: () => Promise<boolean> | boolean, everyMs = 100): Promise<void> => {
  const ask = async () => holds();
  while (!(await ask().catch(() => false))) await systemClock.sleep(everyMs);
};
