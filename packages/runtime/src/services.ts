import type { Clock, Network, Redactor, SecretResolver } from '@caudal/core';
import * as Context from 'effect/Context';
import type { Domain } from './config/domain.ts';
import type { RuntimeOptions } from './config/options.ts';
import type { Feed } from './feed/feed.ts';
import type { Kept } from './kept/index.ts';
import type { Events } from './observe/events.ts';
import type { Flow } from './observe/flow.ts';
import type { Log } from './observe/log.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Parts } from './observe/parts.ts';
import type { Progress } from './observe/progress.ts';
import type { Streams } from './observe/streams.ts';
import type { Traces } from './observe/traces.ts';
import type { Plugins } from './plugins.ts';
import type { StoredSecrets } from './secrets/stored-secrets.ts';
import type { Store } from './store/store.ts';

/**
 * What the stages share. One record, because every stage needs nearly all of it, and a stage is then an ordinary function of
 * its services: easy to run in a test, easy to read.
 */
export interface Services {
  readonly options: RuntimeOptions;
  /** Points, devices and the rest as they are now. A change makes a new one: ask again at each step. */
  readonly domain: Domain;
  readonly kept: Kept;
  readonly clock: Clock;
  readonly network: Network;
  readonly secret: SecretResolver;
  /** Those kept encrypted in the database. */
  readonly secrets: StoredSecrets;
  readonly redact: Redactor;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly progress: Progress;
  readonly parts: Parts;
  readonly flow: Flow;
  /** Kafka before the database; absent: there is none. */
  readonly feed?: Feed;
  readonly streams: Streams;
  /** By outlet: why it takes nothing, while that is so. Of the instance that publishes. */
  readonly outletTroubles: Map<string, string>;
  /** Absent unless `traces` is on. */
  readonly traces?: Traces;
  readonly events: Events;
  readonly store: Store;
  readonly plugins: Plugins;
  /** In [0, 1). */
  random(): number;
  /**
   * To be asked just before something that can not be taken back: whether this is still the instance that does it.
   *
   * @throws CaudalError sent `no` when it is not, or when that can not be said
   */
  assertHeld(): Promise<void>;
  /** Wakes a stage that waits, because another has left it something to do. */
  wake(stage: StageName): void;
}

export const stageNames = [
  'collect',
  'subscribe',
  'feed',
  'process',
  'comply',
  'notify',
  'publish',
  'maintain',
] as const;

export type StageName = (typeof stageNames)[number];

/** The key under which Effect's context holds the services. */
export class Caudal extends Context.Service<Caudal, Services>()('caudal/Services') {}
