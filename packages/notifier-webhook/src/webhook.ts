import {
  CaudalError,
  type CheckResult,
  configured,
  defineNotifier,
  type Host,
  isCaudalError,
  type NotifierDefinition,
  type NotifierInstance,
  type Plugin,
} from '@caudal/core';
import { createHttp, type Http, type Query, type StatusMeaning } from '@caudal/http';
import { addressSchema, configSchema, type WebhookAddress, type WebhookConfig, type WebhookOptions } from './config.ts';
import { payloadOf } from './payload.ts';
import { idOf, signer } from './signature.ts';
import { faultOf, type Target, targetOf } from './target.ts';
import { version } from './version.ts';

/** What this notifier writes itself. */
const reserved = new Set([
  'content-type',
  'content-length',
  'host',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
]);

/** Standard Webhooks, "Operational considerations": 410 asks the sender to stop. */
const meanings: Readonly<Record<number, StatusMeaning>> = {
  410: { kind: 'rejected', says: 'the receiver is gone for good; take the address away' },
};

const queryOf = (url: URL): Query => {
  const query: Record<string, string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  return query;
};

const refuseAtCreate = (config: WebhookConfig) => {
  const wrong: string[] = [];
  const fault = config.url === undefined ? undefined : faultOf(config.url, config);
  if (fault !== undefined) wrong.push(`url ${fault}`);
  if (config.url !== undefined && config.secrets === undefined) wrong.push('url needs secrets to sign with');
  const names = [
    ...Object.keys(config.headers),
    ...(config.secretHeader === undefined ? [] : [config.secretHeader.name]),
  ];
  for (const name of names) if (reserved.has(name.toLowerCase())) wrong.push(`the header ${name} is written here`);
  if (wrong.length > 0) throw new CaudalError('config', wrong.join('; '), { sent: 'no' });
};

const createInstance = (config: WebhookConfig, host: Host): NotifierInstance<WebhookAddress> => {
  refuseAtCreate(config);
  const open = new Set<Http>();

  /** A receiver's answer as an error: what concerns one message or one person's own URL stops nobody else. */
  const failed = (thrown: unknown, own: boolean): unknown => {
    if (!isCaudalError(thrown)) return thrown;
    const { kind, message, cause, detail, sent, retryAfterMs, status, credential } = thrown;
    const item = own || kind === 'rejected' || kind === 'invalid-data';
    if (!item || thrown.scope === 'item') return thrown;
    return new CaudalError(kind, message, {
      sent,
      scope: 'item',
      cause,
      ...(detail === undefined ? {} : { detail }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(status === undefined ? {} : { status }),
      ...(credential === undefined ? {} : { credential }),
    });
  };

  const post = async (target: Target, id: string, payload: string, signal: AbortSignal): Promise<void> => {
    const { url, own } = target;
    const secret = config.secretHeader;
    const http = createHttp({
      host,
      baseUrl: url.origin,
      timeoutMs: config.timeoutMs,
      maxBodyBytes: 65_536,
      ...(secret === undefined || own
        ? {}
        : { auth: { type: 'header', name: secret.name, prefix: secret.prefix ?? '', secret: secret.value } as const }),
    });
    open.add(http);
    try {
      const sign = await signer(target.secrets, host);
      const at = host.clock.now();
      const response = await http.send({
        method: 'POST',
        path: url.pathname,
        query: queryOf(url),
        headers: {
          ...config.headers,
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at / 1000)),
          'webhook-signature': sign(id, at, payload),
        },
        body: { content: payload, mediaType: 'application/json' },
        signal,
      });
      http.expectOk(response, { meanings });
    } catch (thrown) {
      throw failed(thrown, own);
    } finally {
      open.delete(http);
      await http.close();
    }
  };

  return {
    async send({ to, message, idempotencyKey, signal }) {
      const target = targetOf(to, config);
      const payload = JSON.stringify(payloadOf(message, to.recipient));
      const bytes = Buffer.byteLength(payload);
      if (bytes > config.maxPayloadBytes) {
        throw new CaudalError(
          'rejected',
          `the message is ${bytes} bytes long, and maxPayloadBytes is ${config.maxPayloadBytes}`,
          { sent: 'no', scope: 'item' },
        );
      }
      const id = idOf(idempotencyKey);
      await post(target, id, payload, signal);
      return { externalId: id };
    },

    async check({ signal }): Promise<CheckResult> {
      if (signal.aborted) throw new CaudalError('transient', 'the call was cancelled', { sent: 'no' });
      const references = config.secrets ?? [];
      try {
        await signer(references, host);
        if (config.secretHeader !== undefined) await host.secret(config.secretHeader.value);
      } catch (thrown) {
        if (!isCaudalError(thrown)) throw thrown;
        return { ok: false, message: thrown.message };
      }
      const to = config.url === undefined ? "each address's own URL" : new URL(config.url).host;
      const secrets = references.length === 1 ? 'a secret' : `${references.length} secrets`;
      return {
        ok: true,
        message: `ready to post to ${to}, signed with ${references.length === 0 ? "each address's own secrets" : secrets}; the receiver was not asked`,
      };
    },

    async close() {
      await Promise.all([...open].map((http) => http.close()));
    },
  };
};

export type WebhookDefinition = NotifierDefinition<WebhookOptions, WebhookAddress>;

const definition: WebhookDefinition = defineNotifier({
  id: 'webhook',
  version,
  description: 'JSON to any URL, signed as Standard Webhooks says',
  config: configSchema,
  address: addressSchema,
  capabilities: {
    channel: 'webhook',
    attachments: false,
    // by the specification a receiver takes a webhook-id once
    idempotent: true,
  },
  // core fills the defaults of the schema before it creates
  create: ({ config, host }) => createInstance(config as WebhookConfig, host),
});

/**
 * Notices as signed webhooks.
 *
 * @example webhook({ url: 'https://ops.example.com/hooks/caudal', secrets: ['env:OPS_HOOK_SECRET'] })
 */
export const webhook = (options: WebhookOptions = {}): Plugin<WebhookDefinition> => configured(definition, options);
