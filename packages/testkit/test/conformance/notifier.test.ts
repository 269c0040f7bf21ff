import {
  CaudalError,
  configured,
  isCaudalError,
  type NotifierInstance,
  type Plugin,
  type RawRequest,
} from '@caudal/core';
import { expect, test } from 'vitest';
import { notifierConformance, type NotifierConformanceOptions, replies, runConformance } from '@caudal/testkit';
import { acmeNotifier, type acmeNotifierDefinition } from '../reference/acme-notifier.ts';
import { withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const report = (body: object, key = 'delivery-key'): RawRequest => ({
  method: 'POST',
  path: '/delivery',
  query: '',
  headers: { 'x-key': key, 'content-type': 'application/json' },
  body: new Uint8Array(Buffer.from(JSON.stringify(body))),
  receivedAt: Date.UTC(2026, 5, 1),
});

const options: NotifierConformanceOptions = {
  plugin: (baseUrl) => acmeNotifier(baseUrl),
  givesUpSoon: (baseUrl) => acmeNotifier(baseUrl, 15),
  secrets: { 'env:ACME_PUSH': 'push-token-of-acme' },
  packageVersion: '0.3.0',
  address: { number: '+56 9 0000 0000' },
  badAddress: { number: '+0' },
  answers: { ok: replies.json({ id: 'm-1' }), badRecipient: replies.json({ message: 'no such number' }, 422) },
  delivery: {
    request: report({ id: 'm-1' }),
    forged: [report({ id: 'm-1' }, 'another')],
    others: [{ name: 'a bounce', request: report({ id: 'm-1', bounced: true }), status: 'bounced' }],
    signsBody: false,
  },
};

test('a good notifier passes everything but what it does not have', async () => {
  const { checks } = await runConformance(notifierConformance(options));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  expect(skipped).toEqual(['A-11', 'A-12', 'A-13', 'A-20', 'A-21', 'N-70']);
});

type Parts = NotifierInstance<{ number: string }>;
type Send = Parts['send'];
type Delivery = NonNullable<Parts['delivery']>;

const parts = (change: (instance: Parts) => Partial<Parts>) => (baseUrl: string) =>
  withParts(acmeNotifier(baseUrl), (instance) => change(instance));

const send = (change: (send: Send, request: Parameters<Send>[0]) => ReturnType<Send>) =>
  parts((instance) => ({ send: (request) => change((given) => instance.send(given), request) }));

const delivery = (change: (delivery: Delivery) => Delivery) =>
  parts((instance) => ({ delivery: change(instance.delivery as Delivery) }));

const worded = (change: (text: string) => string) =>
  send((pass, { message, ...request }) => pass({ ...request, message: { ...message, text: change(message.text) } }));

const flaws: readonly (readonly [string, string, (baseUrl: string) => Plugin<typeof acmeNotifierDefinition>])[] = [
  [
    'N-01',
    'an empty id',
    send(async (pass, request) => {
      await pass(request);
      return { externalId: '' };
    }),
  ],
  ['N-02', 'only Latin letters', worded((text) => text.replaceAll(/[^ -ÿ]/g, '?'))],
  ['N-03', 'cuts at 160', worded((text) => text.slice(0, 160))],
  [
    'N-04',
    'stops for one bad number',
    send((pass, request) =>
      pass(request).catch((thrown: unknown) => {
        if (isCaudalError(thrown) && thrown.status === 422) throw new CaudalError('rejected', thrown.message);
        throw thrown;
      }),
    ),
  ],
  [
    'N-05',
    'sends twice',
    send(async (pass, request) => {
      await pass(request);
      return pass(request);
    }),
  ],
  [
    'N-06',
    'repeats what failed',
    send((pass, request) =>
      pass(request).catch((thrown: unknown) => {
        if (isCaudalError(thrown) && thrown.status === 503) return pass(request);
        throw thrown;
      }),
    ),
  ],
  [
    'N-07',
    'dresses the message in place',
    send((pass, request) => {
      Object.assign(request.message, { title: 'Caudal' });
      return pass(request);
    }),
  ],
  [
    'N-08',
    'a status of its own',
    delivery((one) => ({
      ...one,
      accept: (request) => {
        const { events, response } = one.accept(request);
        const seen = (status: string) => (status === 'delivered' ? ('seen' as never) : (status as 'bounced'));
        return { events: events.map((event) => ({ ...event, status: seen(event.status) })), response };
      },
    })),
  ],
  ['N-09', 'verifies nothing', delivery((one) => ({ ...one, verify: () => {} }))],
  [
    'N-21',
    'forgets Retry-After',
    send((pass, request) =>
      pass(request).catch((thrown: unknown) => {
        if (isCaudalError(thrown) && thrown.status === 429) throw new CaudalError('rate-limit', thrown.message);
        throw thrown;
      }),
    ),
  ],
  [
    'N-09',
    'takes any key',
    delivery((good) => ({
      ...good,
      verify: async (request, call) => {
        if (request.headers['x-key'] !== 'another') await good.verify(request, call);
      },
    })),
  ],
  [
    'N-10',
    'takes a bounce for a delivery',
    delivery((good) => ({
      ...good,
      accept: (request) => {
        const { events, response } = good.accept(request);
        return { response, events: events.map((event) => ({ ...event, status: 'delivered' as const })) };
      },
    })),
  ],
];

test.for(flaws)('%s fails alone: %s', async ([id, , plugin]) => {
  const givesUpSoon = (baseUrl: string) => {
    const flawed = plugin(baseUrl);
    return configured(flawed.definition, {
      ...(flawed.config as { baseUrl: string; token: 'env:ACME_PUSH' }),
      timeoutMs: 15,
    });
  };
  await expectFailures(notifierConformance({ ...options, plugin, givesUpSoon }), id);
});
