import type { Host, ProviderInstance } from '@caudal/core';
import type { Webhook } from './config/webhook.ts';
import type { DeviceSettings, VariableSettings } from './config/device.ts';
import type { HttpConfig } from './config/config.ts';
import { compileProof } from './proof.ts';
import { refuse } from './refuse.ts';

type Instance = NonNullable<ProviderInstance<DeviceSettings, VariableSettings>['webhook']>;

const neverKept = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Pushes of the vendor: a proof over the raw bytes, then the body as it came. @throws CaudalError kind `config` */
export const createWebhook = (config: Webhook, secrets: HttpConfig['secrets'], host: Host): Instance => {
  const { proof, status = 200, body = '' } = config;
  const reference = secrets?.[proof.use] ?? refuse('/webhook/proof/use', `there is no "${proof.use}" in /secrets`);
  const prove = compileProof(proof);
  const proofHeader = (proof.type === 'header' ? proof.name : proof.type === 'hmac' ? proof.header : '').toLowerCase();
  const kept = (config.headers ?? []).map((name) => name.toLowerCase());
  const secret = kept.find((name) => name === proofHeader || neverKept.has(name));
  if (secret !== undefined) refuse('/webhook/headers', `${secret} carries a secret and can not be kept`);
  const repeats = config.duplicate?.toLowerCase();
  return {
    async verify(request) {
      prove(request, await host.secret(reference));
    },
    accept(request) {
      const contentType = request.headers['content-type'];
      const headers: Record<string, string> = {};
      for (const name of kept) {
        const value = request.headers[name];
        if (value !== undefined) headers[name] = host.redact.text(value);
      }
      const repeated = repeats === undefined ? undefined : request.headers[repeats];
      return {
        records: [
          {
            body: request.body,
            envelope: {
              channel: 'webhook',
              ...(contentType === undefined ? {} : { contentType }),
              ...(kept.length === 0 ? {} : { headers }),
              ...(repeated === undefined || repeated.trim() === '0' || repeated === '' ? {} : { duplicate: true }),
            },
          },
        ],
        response: { status, body },
      };
    },
  };
};
