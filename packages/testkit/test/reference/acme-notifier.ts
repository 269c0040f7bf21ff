import {
  CaudalError,
  closedObject,
  configured,
  defineNotifier,
  type DeliveryEvent,
  isCaudalError,
  schemaOf,
  SecretRef,
  Type,
} from '@caudal/core';
import { exchangeWell } from './exchange.ts';

export const acmeNotifierDefinition = defineNotifier({
  id: 'acme-push',
  version: '0.3.0',
  config: schemaOf(
    closedObject({
      baseUrl: Type.String({ description: 'Address of the gateway.' }),
      token: SecretRef,
      timeoutMs: Type.Integer({ default: 5000, description: 'Longest silence, ms.' }),
    }),
  ),
  address: schemaOf(closedObject({ number: Type.String({ description: 'Number of the phone.' }) })),
  capabilities: { channel: 'push', attachments: false, idempotent: true },
  create: ({ config, host }) => {
    const ask = async (path: string, signal: AbortSignal, body?: object) =>
      exchangeWell(host, {
        method: body === undefined ? 'GET' : 'POST',
        url: `${config.baseUrl}${path}`,
        headers: { authorization: `Bearer ${await host.secret(config.token)}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
        timeoutMs: config.timeoutMs,
      });
    return {
      async check({ signal }) {
        await ask('/account', signal);
        return { ok: true, message: 'the gateway answers' };
      },
      async send({ to, message, idempotencyKey, signal }) {
        try {
          const answer = await ask('/messages', signal, { to: to.number, text: message.text, key: idempotencyKey });
          return { externalId: (JSON.parse(Buffer.from(answer.body).toString('utf8')) as { id: string }).id };
        } catch (thrown) {
          if (isCaudalError(thrown) && thrown.status === 422) {
            throw new CaudalError('rejected', 'the gateway refuses the number', { scope: 'item', status: 422 });
          }
          throw thrown;
        }
      },
      delivery: {
        verify({ headers }) {
          if (headers['x-key'] !== 'delivery-key') throw new CaudalError('auth', 'the key is wrong');
        },
        accept({ body, receivedAt }) {
          const { id, bounced } = JSON.parse(Buffer.from(body).toString('utf8')) as { id: string; bounced?: true };
          const event: DeliveryEvent = { externalId: id, status: bounced ? 'bounced' : 'delivered', at: receivedAt };
          return { events: [event], response: { status: 204 } };
        },
      },
    };
  },
});

/** A notifier that does everything right. */
export const acmeNotifier = (baseUrl: string, timeoutMs = 5000) =>
  configured(acmeNotifierDefinition, { baseUrl, token: 'env:ACME_PUSH', timeoutMs });
