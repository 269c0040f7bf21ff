import { closedObject, configured, defineProvider, type Plugin, schemaOf, type Static, Type } from '@caudal/core';
import {
  capabilitiesOf,
  configProperties,
  createTago,
  DeviceSettings,
  type TagoPlan,
  VariableSettings,
} from '@caudal/provider-tago';
import { novusSentinels } from './loggers.ts';
import { version } from './version.ts';

const Config = closedObject({
  ...configProperties,
  logger: Type.Union([Type.Literal('logbox-3g'), Type.Literal('logbox-wifi')], {
    description: 'Kind of logger; its variables are listed in novusLoggers.',
  }),
});

export type NovusConfig = Static<typeof Config>;

/** TagoIO for NOVUS loggers: the same calls, and the logger's fault codes unless `sentinels` says otherwise. */
export const novusDefinition = (plan: TagoPlan = 'free') =>
  defineProvider({
    id: 'novus',
    version,
    description: 'NOVUS LogBox 3G and LogBox Wi-Fi through TagoIO.',
    config: schemaOf(Config),
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(plan),
    create: ({ config: { logger: _logger, ...config }, host }) =>
      createTago({ config: { ...config, sentinels: config.sentinels ?? [...novusSentinels] }, host }),
  });

/**
 * NOVUS loggers read through TagoIO.
 *
 * @example novus({ logger: 'logbox-3g' }) // every logger brings its own TagoIO token
 */
export const novus = (config: NovusConfig): Plugin<ReturnType<typeof novusDefinition>> =>
  configured(novusDefinition(config.plan), config);
