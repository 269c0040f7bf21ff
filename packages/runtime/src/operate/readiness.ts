import type { Services } from '../services.ts';

/** Ready means that work moves: no stage stands still, and the disk takes what is written. */
export const readinessOf = ({ progress, store, parts }: Services) => {
  const stalled = progress
    .report()
    .filter((stage) => stage.stalled)
    .map(({ stage, lastError }) => ({ stage, lastError }));
  const { disk } = store;
  return {
    ready: stalled.length === 0 && disk === null,
    stalled,
    disk,
    // An instance that stands by is ready: it takes over when another one ends.
    ...(store.claims === null ? {} : { parts: parts.report() }),
  };
};
