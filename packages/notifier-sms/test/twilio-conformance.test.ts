import { createHmac } from 'node:crypto';
import { describe, test } from 'vitest';
import { twilio } from '@caudal/notifier-sms';
import { notifierConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const accountSid = `AC${'0'.repeat(32)}`;
const token = 'auth token/of this test';
const url = 'https://caudal.example.com/webhooks/notifiers/sms';
const form = { MessageSid: `SM${'1'.repeat(32)}`, MessageStatus: 'delivered', To: '+56900000001' };
const body = Buffer.from(new URLSearchParams(form).toString());
const signature = createHmac('sha1', token)
  .update(`${url}MessageSid${form.MessageSid}MessageStatusdeliveredTo${form.To}`)
  .digest('base64');

registerConformance(
  notifierConformance({
    plugin: (baseUrl) =>
      twilio({ accountSid, authToken: 'env:TWILIO_TOKEN', from: '+15005550006', baseUrl, delivery: { url } }),
    givesUpSoon: (baseUrl) =>
      twilio({ accountSid, authToken: 'env:TWILIO_TOKEN', from: '+15005550006', baseUrl, timeoutMs: 30 }),
    secrets: { 'env:TWILIO_TOKEN': token },
    packageVersion: manifest.version,
    address: { phone: '+56900000001' },
    badAddress: { phone: '+56900000009' },
    answers: {
      ok: replies.json({ sid: `SM${'1'.repeat(32)}`, status: 'queued' }, 201),
      badRecipient: replies.json(
        { code: 21_610, message: 'Attempt to send to unsubscribed recipient', status: 400 },
        400,
      ),
    },
    delivery: {
      request: {
        method: 'POST',
        path: '/webhooks/notifiers/sms',
        query: '',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
        body,
        receivedAt: Date.UTC(2026, 2, 1),
      },
      signsBody: true,
    },
    schemaBaseline: new URL('schemas/twilio.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    cases: { folder: new URL('./cases/twilio/', import.meta.url), plugin: (config) => twilio(config) },
  }),
  { describe, test },
);
