import {
  CaudalError,
  closedObject,
  type ConfigOf,
  configured,
  defineNotifier,
  isJsonObject,
  schemaOf,
  SecretRef,
  Type,
} from '@caudal/core';
import { createHttp } from '@caudal/http';

const definition = defineNotifier({
  id: 'wall-display',
  version: '1.0.0',
  description: 'Lines on the display in the control room.',
  config: schemaOf(
    closedObject({ baseUrl: Type.String({ description: 'Address of the display server.' }), token: SecretRef }),
  ),
  // What stands for one person under `addresses` in the data.
  address: schemaOf(closedObject({ display: Type.String({ minLength: 1, description: 'Name of the display.' }) })),
  // `idempotent`: the same key twice is one line, so the runtime may repeat what was not answered.
  capabilities: { channel: 'display', maxText: 1000, attachments: false, idempotent: true },
  create({ config: { baseUrl, token }, host }) {
    const http = createHttp({ host, baseUrl, auth: { type: 'bearer', secret: token } });
    return {
      close: () => http.close(),
      async check({ signal }) {
        http.expectOk(await http.send({ path: '/displays', signal }));
        return { ok: true, message: 'the display server takes the token' };
      },
      // The runtime has chosen the words and the language. A notifier dresses them for its channel and sends once.
      async send({ to, message, idempotencyKey, signal }) {
        const sign = { info: ' ', warning: '!', critical: '!!' }[message.severity];
        // The text has the facts in words; a channel with fields takes `message.facts`. Whole: a cut in silence takes the numbers.
        const words = `${message.title}: ${message.text}`.replaceAll(/\s+/g, ' ').trim();
        const response = await http.send({
          method: 'POST',
          path: '/displays/{display}/lines',
          params: { display: to.display },
          headers: { 'idempotency-key': idempotencyKey },
          body: { json: { text: `${sign} ${words}` } },
          signal,
        });
        // An address that is wrong is `rejected`, scope `item`: this notice fails, all others go on.
        if (response.status === 404) throw new CaudalError('rejected', 'there is no such display', { scope: 'item' });
        http.expectOk(response);
        const answer = http.json(response);
        const id = isJsonObject(answer) ? answer['id'] : undefined;
        return { externalId: typeof id === 'string' ? id : idempotencyKey };
      },
    };
  },
});

/** @example notifiers: { wall: wallDisplay({ baseUrl: 'http://display.example', token: 'env:DISPLAY_TOKEN' }) } */
export const wallDisplay = (config: ConfigOf<typeof definition>) => configured(definition, config);
