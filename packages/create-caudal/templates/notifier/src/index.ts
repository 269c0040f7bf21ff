import {
  CaudalError,
  closedObject,
  type ConfigOf,
  configured,
  defineNotifier,
  schemaOf,
  SecretRef,
  Type,
} from '@caudal/core';
import { createHttp } from '@caudal/http';
import manifest from '../package.json' with { type: 'json' };

const definition = defineNotifier({
  id: 'acme-id',
  version: manifest.version,
  description: 'Messages through Acme.',
  config: schemaOf(closedObject({ baseUrl: Type.String({ description: 'Address of the API.' }), token: SecretRef })),
  address: schemaOf(closedObject({ room: Type.String({ minLength: 1, description: 'Room that gets the message.' }) })),
  capabilities: { channel: 'chat', maxText: 4000, attachments: false, idempotent: true },
  create({ config: { baseUrl, token }, host }) {
    const http = createHttp({ host, baseUrl, auth: { type: 'bearer', secret: token } });
    return {
      close: () => http.close(),
      async check({ signal }) {
        http.expectOk(await http.send({ path: '/account', signal }));
        return { ok: true, message: 'Acme accepts the token' };
      },
      // The host worded the message and sends it again under the same key when it must: dress it, send it once.
      async send({ to, message, idempotencyKey, signal }) {
        const facts = message.facts.map(({ label, value }) => `${label}: ${value}`);
        const text = [message.title, message.text, ...facts, message.link ?? ''].join('\n').trim().slice(0, 4000);
        const response = await http.send({
          method: 'POST',
          path: '/rooms/{room}/messages',
          params: { room: to.room },
          headers: { 'idempotency-key': idempotencyKey },
          body: { json: { text } },
          signal,
        });
        if (response.status === 404) throw new CaudalError('rejected', 'Acme knows no such room', { scope: 'item' });
        http.expectOk(response);
        const { id } = http.json(response) as { id?: unknown };
        return { externalId: typeof id === 'string' ? id : idempotencyKey };
      },
    };
  },
});

/** Messages through Acme. @example acme({ baseUrl: 'https://api.acme.example', token: 'env:ACME_TOKEN' }) */
export const acme = (config: ConfigOf<typeof definition>) => configured(definition, config);
