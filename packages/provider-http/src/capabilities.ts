import type { ProviderCapabilities } from '@caudal/core';
import type { HttpConfig } from './config/config.ts';
import { maxima } from './pull.ts';

/**
 * What a configuration can do, as the host plans by it. The configuration is not validated yet: whatever is wrong with it is
 * said when the instance is created.
 */
export const capabilitiesOf = (config: HttpConfig): ProviderCapabilities => {
  const { pull, subscribe, webhook, discover, limits, concurrency } = config;
  const covers = pull?.covers ?? 'device';
  return {
    ...(pull === undefined
      ? {}
      : {
          pull: {
            scope: covers,
            by: pull.feed === undefined ? ('time' as const) : ('cursor' as const),
            range: pull.range !== undefined,
            maxVariables: covers === 'variable' ? 1 : (pull.maxVariables ?? maxima.variables),
            maxDevices: covers === 'provider' ? (pull.maxDevices ?? maxima.devices) : 1,
            maxLimit: pull.maxLimit ?? maxima.limit,
            ...(pull.maxWindowMs === undefined ? {} : { maxWindowMs: pull.maxWindowMs }),
          },
        }),
    ...(subscribe === undefined ? {} : { subscribe: { per: subscribe.per ?? 'device' } }),
    ...(webhook === undefined ? {} : { webhook: true as const }),
    ...(discover === undefined
      ? {}
      : { discover: { devices: discover.devices !== undefined, variables: discover.variables !== undefined } }),
    limits: limits ?? [],
    concurrency: { perInstance: concurrency ?? 4 },
  };
};
