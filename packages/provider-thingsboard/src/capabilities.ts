import type { Limit, ProviderCapabilities } from '@caudal/core';
import type { ThingsBoardConfig } from './config.ts';

/** Most samples asked for in one answer: as production systems do over the T>Data gateway. */
export const defaultMaxLimit = 10_000;

/** `100:1,2000:60` is 100 requests a second and 2000 a minute: the form of ThingsBoard's tenant profile. */
const limitsOf = (text = ''): Limit[] =>
  [...text.matchAll(/(\d+):(\d+)/g)].map(([, requests, seconds]) => ({
    requests: Number(requests),
    perMs: Number(seconds) * 1000,
    per: 'instance',
  }));

/** What an instance can do depends on what is configured: the host opens a WebSocket only where one is wanted. */
export const capabilitiesOf = ({
  maxLimit,
  rateLimits,
  subscribe,
}: Pick<ThingsBoardConfig, 'maxLimit' | 'rateLimits' | 'subscribe'>): ProviderCapabilities => ({
  // Forty names keep the address under the 8 KiB that servers take.
  pull: { scope: 'device', by: 'time', range: true, maxVariables: 40, maxLimit: maxLimit ?? defaultMaxLimit },
  ...(subscribe === undefined ? {} : { subscribe: { per: subscribe.per ?? 'instance' } }),
  webhook: true,
  discover: { devices: true, variables: true },
  limits: limitsOf(rateLimits),
  concurrency: { perInstance: 4 },
});
