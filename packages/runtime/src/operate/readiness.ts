import { away } from '../feed/feed.ts';
import type { Services } from '../services.ts';

/** Ready means that work moves: no stage stands still, and the disk takes what is written. */
export const readinessOf = ({ progress, store, parts, feed, outletTroubles }: Services) => {
  const standing = progress
    .report()
    .filter((stage) => stage.stalled)
    .map(({ stage, lastError }) => ({ stage, lastError }));
  // Its stage goes on while what it watches does not.
  const troubles =
    feed === undefined ? [] : [...(feed.down === null ? [] : [`${away}: ${feed.down}`]), ...feed.stalled];
  const stalled = [...standing, ...troubles.map((why) => ({ stage: 'feed', lastError: why }))];
  const { disk } = store;
  return {
    ready: stalled.length === 0 && disk === null,
    stalled,
    disk,
    // Nothing here waits for an outlet: whoever is behind one is told by alert, and traffic goes on.
    ...(outletTroubles.size === 0
      ? {}
      : { outlets: [...outletTroubles].map(([outlet, lastError]) => ({ outlet, lastError })) }),
    // An instance that stands by is ready: it takes over when another one ends.
    ...(store.claims === null ? {} : { parts: parts.report() }),
  };
};
