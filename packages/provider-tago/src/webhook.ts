import { CaudalError, type Host, type ProviderInstance, sameText } from '@caudal/core';
import type { TagoConfig, TagoDeviceSettings, TagoVariableSettings } from './config.ts';

type Webhook = NonNullable<ProviderInstance<TagoDeviceSettings, TagoVariableSettings>['webhook']>;

/**
 * TagoIO's action "Post data to HTTP endpoint": a list of items, repeated up to ten times until it is answered 2xx, out of
 * order. TagoIO signs nothing, so a header with a shared secret is what proves the sender.
 */
export const createWebhook = (config: TagoConfig['webhook'], host: Host): Webhook => ({
  async verify(request) {
    if (config === undefined)
      throw new CaudalError('config', 'pushes are not accepted: webhook.secret is not set', { sent: 'no' });
    const expected = await host.secret(config.secret);
    const given = request.headers[(config.header ?? 'x-caudal-secret').toLowerCase()] ?? '';
    if (!sameText(given, expected))
      throw new CaudalError('auth', 'a push came without the shared secret', { scope: 'item' });
  },
  accept(request) {
    const retries = request.headers['tagoio-retries'];
    const contentType = request.headers['content-type'];
    return {
      records: [
        {
          body: request.body,
          envelope: {
            channel: 'webhook',
            ...(contentType === undefined ? {} : { contentType }),
            ...(retries === undefined ? {} : { headers: { 'tagoio-retries': host.redact.text(retries) } }),
            ...(/^[1-9]\d*$/.test(retries ?? '') ? { duplicate: true } : {}),
          },
        },
      ],
      response: { status: 200, body: '' },
    };
  },
});
