import { configured, defineProvider, type Plugin } from '@caudal/core';
import { capabilitiesOf, type TdataConfig, twinDimensionParts } from '@caudal/provider-thingsboard';
import { version } from './version.ts';

/** ThingsBoard with Twin Dimension's address, its gateway's dialect and its loggers' status codes. */
export const tdataDefinition = (config: Pick<TdataConfig, 'maxLimit' | 'rateLimits' | 'subscribe'> = {}) =>
  defineProvider({
    id: 'tdata',
    version,
    description: 'T>Data by Twin Dimension: a ThingsBoard behind a gateway.',
    ...twinDimensionParts,
    capabilities: capabilitiesOf(config),
  });

/**
 * T>Data by Twin Dimension as a provider.
 *
 * @example tdata({ auth: { type: 'login', username: 'reader@example.com', password: 'env:TDATA_PASSWORD' } })
 */
export const tdata = (config: TdataConfig): Plugin<ReturnType<typeof tdataDefinition>> =>
  configured(tdataDefinition(config), config);
