import { createHmac } from 'node:crypto';
import { describe, test } from 'vitest';
import { smsGateway } from '@caudal/notifier-sms';
import { notifierConformance, registerConformance, replies } from '@caudal/testkit';
import manifest from '../package.json' with { type: 'json' };

const report = Buffer.from('{"reports":[{"id":"m-1","state":"DELIVRD","when":"2026-03-01T12:00:00Z"}]}');
const signing = 'signing secret/of this test';

registerConformance(
  notifierConformance({
    plugin: (baseUrl) =>
      smsGateway({
        url: `${baseUrl}/v1/messages`,
        auth: { type: 'header', name: 'X-Api-Key', secret: 'env:SMS_KEY' },
        json: { to: '{to}', text: '{text}' },
        secretFields: { account: 'env:SMS_ACCOUNT' },
        id: { at: '/id' },
        errors: [{ status: 400, at: '/code', equals: ['7'], kind: 'rejected', says: 'no such number' }],
        check: `${baseUrl}/v1/balance`,
        delivery: {
          verify: { type: 'hmac', header: 'x-signature', secret: 'env:SMS_SIGNING' },
          events: '/reports',
          id: '/id',
          status: '/state',
          statuses: { DELIVRD: 'delivered' },
          at: { at: '/when', unit: 'iso' },
        },
      }),
    givesUpSoon: (baseUrl) => smsGateway({ url: baseUrl, form: { to: '{to}', text: '{text}' }, timeoutMs: 30 }),
    secrets: {
      'env:SMS_KEY': 'api key/of this test',
      'env:SMS_ACCOUNT': 'account secret of this test',
      'env:SMS_SIGNING': signing,
    },
    packageVersion: manifest.version,
    address: { phone: '+56900000001' },
    badAddress: { phone: '+56900000009' },
    answers: { ok: replies.json({ id: 'm-1' }), badRecipient: replies.json({ code: 7 }, 400) },
    delivery: {
      request: {
        method: 'POST',
        path: '/webhooks/notifiers/sms',
        query: '',
        headers: {
          'content-type': 'application/json',
          'x-signature': createHmac('sha256', signing).update(report).digest('hex'),
        },
        body: report,
        receivedAt: Date.UTC(2026, 2, 1, 12, 0, 5),
      },
      signsBody: true,
    },
    schemaBaseline: new URL('schemas/sms-gateway.json', import.meta.url),
    readme: new URL('../README.md', import.meta.url),
    cases: { folder: new URL('./cases/gateway/', import.meta.url), plugin: (config) => smsGateway(config) },
  }),
  { describe, test },
);
