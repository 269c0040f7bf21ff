import { CaudalError, type Host, type ProviderInstance, sameText } from '@caudal/core';
import type { ThingsBoardConfig, ThingsBoardDeviceSettings, ThingsBoardVariableSettings } from './config.ts';
import { pushHeaders } from './pushed.ts';

type Webhook = NonNullable<ProviderInstance<ThingsBoardDeviceSettings, ThingsBoardVariableSettings>['webhook']>;

/**
 * Pushes of ThingsBoard's rule node "REST API call". It signs nothing, so a header with a shared secret is what proves the sender.
 * Headers that say device and time are kept with the record.
 */
export const createWebhook = (config: ThingsBoardConfig['webhook'], host: Host): Webhook => ({
  async verify(request) {
    if (config === undefined)
      throw new CaudalError('config', 'pushes are not accepted: webhook.secret is not set', { sent: 'no' });
    const expected = await host.secret(config.secret);
    const given = request.headers[(config.header ?? 'x-caudal-secret').toLowerCase()] ?? '';
    if (!sameText(given, expected))
      throw new CaudalError('auth', 'a push came without the shared secret', { scope: 'item' });
  },
  accept(request) {
    const headers: Record<string, string> = {};
    for (const name of Object.values(pushHeaders(config))) {
      const value = request.headers[name];
      if (value !== undefined) headers[name] = host.redact.text(value);
    }
    const contentType = request.headers['content-type'];
    return {
      records: [
        {
          body: request.body,
          envelope: { channel: 'webhook', headers, ...(contentType === undefined ? {} : { contentType }) },
        },
      ],
      response: { status: 200, body: '' },
    };
  },
});
