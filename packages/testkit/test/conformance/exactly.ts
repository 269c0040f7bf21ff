import { expect } from 'vitest';
import { runConformance, type Suite } from '@caudal/testkit';

/** Runs the suite and asserts which checks fail; the reasons are shown when others do. */
export const expectFailures = async (suite: Suite, ...ids: readonly string[]): Promise<void> => {
  const { checks } = await runConformance(suite);
  const failed = checks.filter(({ status }) => status === 'failed');
  const told = failed.map(({ id, reason }) => `${id}: ${reason}`).join('\n');
  expect(
    failed.map(({ id }) => id),
    told,
  ).toEqual(ids);
};
