import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { DataFile, DeliveryEvent, RawRequest } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { twilio } from '@caudal/notifier-sms';
import { startTwilio } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { statusLines } from '../../src/cli/status-lines.ts';
import { receiveDelivery } from '../../src/notify/delivery.ts';
import { statusOf } from '../../src/operate/status.ts';
import { alertOf, openNotify, start } from './services.ts';

const token = 'auth token/of this test';
const data: DataFile = {
  people: [
    { id: 'ana', name: 'Ana', addresses: { sms: { phone: '+56900000001' }, mail: { email: 'ana@example.org' } } },
  ],
  subscriptions: [{ person: 'ana', events: ['*'], channels: ['sms'] }],
};
const call = () => new AbortController().signal;

/** Twilio, a runtime's notify stage, and an HTTP server between them that hands its requests to `receiveDelivery`. */
const world = async () => {
  const clock = virtualClock(start);
  const mount: { receive?: (request: RawRequest) => Promise<{ readonly status: number }> } = {};
  const statuses: number[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const hand = async () => {
        const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        const request = { method: 'POST', path, query, headers, body: Buffer.concat(chunks), receivedAt: clock.now() };
        const { status = 503 } = (await mount.receive?.(request)) ?? {};
        statuses.push(status);
        response.writeHead(status).end();
      };
      void hand();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const twin = await startTwilio({ clock, authToken: token });
  onTestFinished(async () => {
    await twin.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/notifiers/sms`;
  const opened = await openNotify(
    data,
    {
      secrets: { TEST_TWILIO_TOKEN: token },
      notifiers: {
        sms: twilio({
          accountSid: twin.account.accountSid,
          authToken: 'env:TEST_TWILIO_TOKEN',
          from: '+15005550006',
          baseUrl: twin.url,
          delivery: { url },
        }),
        mail: email({ host: '127.0.0.1', from: 'caudal@example.org' }),
      },
    },
    clock,
  );
  const { services } = opened;
  mount.receive = (request) => receiveDelivery(services, 'sms', request, call());
  const heard: unknown[] = [];
  services.events.on('delivery', (event) => heard.push(event));
  return { ...opened, twin, statuses, heard };
};

test('reports are recorded on their notice once, in whatever order and however often they come', async () => {
  const { services, twin, raise, step, notices, heard, statuses } = await world();
  await raise(alertOf());
  await step();
  const [notice] = await notices();
  const sid = notice?.externalId ?? '';
  const callbacks = await twin.report(sid, { statuses: ['delivered', 'queued', 'sent', 'delivered'] });
  for (const callback of callbacks) await twin.repeat(callback);
  expect(statuses).toEqual(Array.from({ length: 8 }, () => 204));
  const recorded = await services.store.read.deliveries([notice?.id ?? '']);
  expect(recorded.map(({ status }) => status).toSorted()).toEqual(['accepted', 'delivered', 'sent']);
  expect(heard).toHaveLength(3);
  expect(heard[0]).toEqual({
    notice: notice?.id,
    person: 'ana',
    channel: 'sms',
    event: 'submission.rejected',
    status: 'delivered',
    at: start,
  });
  expect(services.metrics.text()).toContain('caudal_deliveries_total{channel="sms",status="delivered"} 1');
  expect((await statusOf(services)).undelivered).toEqual([]);
});

test('a notice that did not reach its person is in the status and in the log', async () => {
  const { services, twin, raise, step, notices, log } = await world();
  await raise(alertOf());
  await step();
  const [notice] = await notices();
  await twin.report(notice?.externalId ?? '', { statuses: ['sent', 'undelivered'], errorCode: 30_003 });
  expect((await statusOf(services)).undelivered).toEqual([
    {
      notice: notice?.id,
      person: 'ana',
      channel: 'sms',
      event: 'submission.rejected',
      status: 'bounced',
      at: start,
      detail: '30003: handset unreachable',
    },
  ]);
  expect(statusLines(await statusOf(services))).toContain(
    `not delivered ${notice?.id} submission.rejected to ana by sms: bounced since ${new Date(start).toISOString()} (30003: handset unreachable)`,
  );
  await services.log.close();
  expect(readFileSync(log, 'utf8')).toContain('a notice did not reach ana: bounced');
});

test('a forged report is refused before it is read, and records nothing', async () => {
  const { services, twin, raise, step, notices, statuses } = await world();
  await raise(alertOf());
  await step();
  const [notice] = await notices();
  await twin.report(notice?.externalId ?? '', { statuses: ['delivered'], authToken: 'guessed' });
  expect(statuses).toEqual([401]);
  expect(await services.store.read.deliveries([notice?.id ?? ''])).toEqual([]);
  expect(services.metrics.text()).toContain('caudal_deliveries_refused_total{channel="sms"} 1');
});

test('a report that comes before the id of its message is written belongs to it all the same', async () => {
  const { services, twin, raise, started, clock, step, notices } = await world();
  twin.behave({ next: ['slow-1000'] });
  await raise(alertOf());
  await started();
  await twin.requested(1);
  const sid = twin.messages[0]?.sid ?? '';
  await twin.report(sid, { statuses: ['sent'] });
  await clock.advance(1000);
  await step();
  const [notice] = await notices();
  expect(notice).toMatchObject({ state: 'sent', externalId: sid });
  expect(await services.store.read.deliveries([notice?.id ?? ''])).toMatchObject([{ status: 'sent' }]);
});

test('a report about a message of somebody else is answered and not kept', async () => {
  const { services, raise, step, notices } = await world();
  await raise(alertOf());
  await step();
  const event: DeliveryEvent = { externalId: 'SM-of-somebody-else', status: 'delivered', at: start };
  expect(await services.store.write.recordDeliveries('sms', [event])).toEqual([]);
  expect(
    await services.store.write.recordDeliveries('mail', [
      { ...event, externalId: (await notices())[0]?.externalId ?? '' },
    ]),
  ).toEqual([]);
});

test.each([
  ['a channel that is not there', 'fax', 404],
  ['a channel without reports', 'mail', 404],
  ['a body that names no message', 'sms', 401],
])('%s', async (_name, channel, status) => {
  const { services } = await world();
  const request: RawRequest = {
    method: 'POST',
    path: '/',
    query: '',
    headers: {},
    body: Buffer.from('x'),
    receivedAt: start,
  };
  expect(await receiveDelivery(services, channel, request, call())).toMatchObject({ status });
});

test('any order and repetition of reports ends in the same', async () => {
  const { services, raise, step, notices } = await world();
  await raise(alertOf());
  await step();
  const [notice] = await notices();
  const externalId = notice?.externalId ?? '';
  const kinds = ['accepted', 'sent', 'delivered', 'bounced'] as const;
  const reports = kinds.map((status, index): DeliveryEvent => ({ externalId, status, at: start + index }));
  let first: unknown;
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...reports, ...reports], { minLength: 8 }), async (list) => {
      await services.store.write.recordDeliveries('sms', list);
      const now = await services.store.read.deliveries([notice?.id ?? '']);
      first ??= now;
      expect(now).toEqual(first);
      expect(now).toHaveLength(4);
    }),
    { numRuns: 20 },
  );
});
