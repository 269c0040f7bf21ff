import { configured, defineProvider, type Host, type Plugin, type ProviderInstance } from '@caudal/core';
import { check } from './check.ts';
import { createTagoClient } from './client.ts';
import {
  Config,
  DeviceSettings,
  type TagoConfig,
  type TagoDeviceSettings,
  VariableSettings,
  type TagoVariableSettings,
} from './config.ts';
import { decodeTago } from './decode.ts';
import { discover } from './discover.ts';
import { capabilitiesOf, type TagoPlan } from './plans.ts';
import { pull } from './pull.ts';
import { version } from './version.ts';
import { createWebhook } from './webhook.ts';

/** Everything a TagoIO instance does, for this package's definition and for presets over it. */
export const createTago = ({
  config,
  host,
}: {
  readonly config: TagoConfig;
  readonly host: Host;
}): ProviderInstance<TagoDeviceSettings, TagoVariableSettings> => {
  const client = createTagoClient(config, host);
  return {
    pull: (request) => pull(client, request),
    webhook: createWebhook(config.webhook, host),
    discover: (request) => discover(client, request),
    check: (request) => check(client, request),
    decode: (record, context) => decodeTago(record, context, config.sentinels),
    close: () => client.close(),
  };
};

/** TagoIO for one plan; plans differ only in how often may be asked. */
export const tagoDefinition = (plan: TagoPlan = 'free') =>
  defineProvider({
    id: 'tago',
    version,
    description: 'TagoIO: devices with a token each, or an account token; by HTTP and webhook.',
    config: Config,
    device: DeviceSettings,
    variable: VariableSettings,
    capabilities: capabilitiesOf(plan),
    create: createTago,
  });

/**
 * TagoIO as a provider.
 *
 * @example tago({ region: 'us-e1' }) // every device brings its own token
 * @example tago({ token: 'env:TAGO_ACCOUNT', webhook: { secret: 'env:TAGO_PUSH' } })
 */
export const tago = (config: TagoConfig = {}): Plugin<ReturnType<typeof tagoDefinition>> =>
  configured(tagoDefinition(config.plan), config);
