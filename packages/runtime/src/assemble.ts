import type { Clock, Network, Redactor, SecretResolver } from '@caudal/core';
import type { RuntimeConfig } from './config/define.ts';
import type { Kept } from './kept/index.ts';
import type { RuntimeOptions } from './config/options.ts';
import { createFeed } from './feed/feed.ts';
import { createFlow } from './observe/flow.ts';
import { createMetrics } from './observe/create-metrics.ts';
import { createParts } from './observe/parts.ts';
import { createProgress } from './observe/progress.ts';
import { createStreams } from './observe/streams.ts';
import type { Traces } from './observe/traces.ts';
import type { Events } from './observe/events.ts';
import type { Log } from './observe/log.ts';
import { openStoredSecrets } from './secrets/stored-secrets.ts';
import { createPlugins } from './plugins.ts';
import { partsOf } from './roles/roles.ts';
import { type Services, stageNames } from './services.ts';
import type { Store } from './store/store.ts';

/** What has to be opened or decided before the services of a runtime can be put together. */
export interface Opened {
  readonly config: RuntimeConfig;
  readonly options: RuntimeOptions;
  readonly kept: Kept;
  readonly clock: Clock;
  readonly redact: Redactor;
  readonly secret: SecretResolver;
  readonly log: Log;
  readonly events: Events;
  readonly store: Store;
  readonly traces?: Traces;
  /** Default: direct. */
  readonly network?: Network;
  /** Default: nobody waits. */
  readonly wake?: Services['wake'];
}

/** The services of a runtime: the plugins created, each with a host whose log lines carry its name. No I/O. */
export const assemble = ({ config, network = {}, wake = () => undefined, ...opened }: Opened): Services => {
  const { clock, secret, redact, log } = opened;
  const random = Math.random;
  const metrics = createMetrics();
  opened.kept.onChange(() => {
    for (const stage of stageNames) wake(stage);
  });
  return {
    ...opened,
    get domain() {
      return opened.kept.domain;
    },
    secrets: openStoredSecrets({
      store: opened.store,
      clock,
      secret,
      key: opened.options.secrets.key,
      formerKeys: opened.options.secrets.formerKeys,
      uses: (name) =>
        opened.kept.secretUses
          .filter(({ reference }) => reference === `store:${name}`)
          .map(({ file, path }) => `${file} ${path}`),
    }),
    network,
    wake,
    ...(opened.options.kafka === undefined
      ? {}
      : {
          feed: createFeed(opened.options.kafka, secret, clock, log.stream('telemetry', { stage: 'feed' })),
        }),
    random,
    metrics,
    parts: createParts(partsOf(opened.options.roles, Object.keys(config.publish ?? {}).length > 0), metrics),
    assertHeld: () => Promise.resolve(),
    progress: createProgress(clock, () => opened.store.unanswered),
    flow: createFlow(),
    streams: createStreams(clock),
    outletTroubles: new Map(),
    plugins: createPlugins(config, (instance, stream) => ({
      log: log.stream(stream, { instance }),
      clock,
      secret,
      redact,
      network,
      random,
    })),
  };
};
