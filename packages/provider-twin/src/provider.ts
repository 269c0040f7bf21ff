import { configured, defineProvider, type Plugin } from '@caudal/core';
import { capabilitiesOf, type TdataConfig, twinDimensionParts } from '@caudal/provider-thingsboard';
import { version } from './version.ts';

/** ThingsBoard with Twin Dimension's address, its gateway's dialect and its loggers' status codes. */
export const twinDefinition = (config: Pick<TdataConfig, 'maxLimit' | 'rateLimits' | 'subscribe'> = {}) =>
  defineProvider({
    id: 'twin',
    version,
    description: 'Twin Dimension: its platform T>Data, a ThingsBoard behind a gateway.',
    ...twinDimensionParts,
    capabilities: capabilitiesOf(config),
  });

/**
 * Twin Dimension as a provider: T>Data under its other name.
 *
 * @example twin({ auth: { type: 'login', username: 'reader@example.com', password: 'env:TDATA_PASSWORD' } })
 */
export const twin = (config: TdataConfig): Plugin<ReturnType<typeof twinDefinition>> =>
  configured(twinDefinition(config), config);
