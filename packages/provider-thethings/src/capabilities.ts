import type { ProviderCapabilities } from '@caudal/core';
import type { TheThingsConfig } from './config.ts';

/** What the official samples ask for at once; the real maximum is not documented. */
export const defaultPageSize = 100;

/**
 * One key per request. Latest values of all keys of a thing come in one request where `latest` says so, and then a pull covers
 * a device. No limits: that there are any is documented, their numbers are not.
 */
export const capabilitiesOf = ({ latest, pageSize = defaultPageSize }: TheThingsConfig): ProviderCapabilities => ({
  pull: {
    scope: latest === 'all-resources' ? 'device' : 'variable',
    by: 'time',
    range: true,
    ...(latest === 'all-resources' ? { maxVariables: 100 } : {}),
    maxLimit: pageSize,
  },
  subscribe: { per: 'device' },
  discover: { devices: false, variables: true },
  limits: [],
  concurrency: { perInstance: 4 },
});
