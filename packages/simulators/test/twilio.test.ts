import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startTwilio, type TwilioOptions } from '@caudal/simulators';
import { TestClock } from './clock.ts';

const from = '+15005550006';

const begin = async (options: Partial<TwilioOptions> = {}) => {
  const twilio = await startTwilio({ clock: new TestClock('2026-03-01T00:00:00Z'), ...options });
  onTestFinished(() => twilio.close());
  const { accountSid, authToken } = twilio.account;
  const post = async (form: Record<string, string>, user = accountSid, password = authToken) => {
    const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    return {
      status: response.status,
      answer: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
  return { twilio, post };
};

test('takes a message and bills its segments', async () => {
  const { twilio, post } = await begin();
  const { status, answer } = await post({ To: '+56900000001', From: from, Body: 'á'.repeat(71) });
  expect(status).toBe(201);
  expect(answer).toMatchObject({ sid: twilio.messages[0]?.sid, status: 'queued', num_segments: '2' });
  expect(twilio.messages[0]).toMatchObject({ alphabet: 'UCS-2', segments: 2 });
});

test.each([
  [21_604, { From: from, Body: 'a' }],
  [21_211, { To: '900000001', From: from, Body: 'a' }],
  [21_603, { To: '+56900000001', Body: 'a' }],
  [21_606, { To: '+56900000001', From: '+15005550001', Body: 'a' }],
  [21_701, { To: '+56900000001', MessagingServiceSid: 'MG1', Body: 'a' }],
  [21_602, { To: '+56900000001', From: from }],
  [21_617, { To: '+56900000001', From: from, Body: 'a'.repeat(1601) }],
  [21_609, { To: '+56900000001', From: from, Body: 'a', StatusCallback: 'nowhere' }],
  [21_610, { To: '+56900000009', From: from, Body: 'a' }],
  [21_614, { To: '+56220000009', From: from, Body: 'a' }],
])('refuses with %i', async (code, form) => {
  const { twilio, post } = await begin({ unsubscribed: ['+56900000009'], landlines: ['+56220000009'] });
  expect((await post(form as Record<string, string>)).answer).toMatchObject({ code });
  expect(twilio.messages).toEqual([]);
});

test('refuses a wrong credential, keeps none, and names parameters that do not exist', async () => {
  const { twilio, post } = await begin();
  const form = { To: '+56900000001', From: from, Body: 'a', Text: 'b' };
  expect(await post(form, 'AC1', 'guess')).toMatchObject({ status: 401, answer: { code: 20_003 } });
  expect((await post(form)).status).toBe(201);
  expect(twilio.requests.map(({ unknown }) => unknown)).toEqual([['Text'], ['Text']]);
  expect(JSON.stringify(twilio.requests)).not.toContain(twilio.account.authToken);
});

test('behaves as told, by recipient too', async () => {
  const { twilio, post } = await begin();
  const to = (phone: string) => post({ To: phone, From: from, Body: 'a' });
  twilio.behave({ next: ['code-21408', 'rate-limit-3', 'html-502'], only: { '+56900000002': 'code-21635' } });
  expect((await to('+56900000001')).answer).toMatchObject({ code: 21_408 });
  expect((await to('+56900000001')).answer).toMatchObject({ code: 20_429 });
  expect((await to('+56900000001')).status).toBe(502);
  expect((await to('+56900000002')).answer).toMatchObject({ code: 21_635 });
  expect((await to('+56900000001')).status).toBe(201);
  expect(() => twilio.behave({ next: ['code-1'] })).toThrow(RangeError);
});

test('reports in the order that is asked, and the same again', async () => {
  const got: { readonly signature: unknown; readonly body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ signature: request.headers['x-twilio-signature'], body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void receiver.close());
  const { twilio, post } = await begin();
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await post({ To: '+56900000001', From: from, Body: 'a', StatusCallback: url });
  const sid = twilio.messages[0]?.sid ?? '';
  const [first] = await twilio.report(sid, { statuses: ['delivered', 'sent'], errorCode: 30_003 });
  if (first === undefined) throw new Error('nothing was reported');
  expect(await twilio.repeat(first)).toBe(204);
  const statuses = got.map(({ body }) => new URLSearchParams(body).get('MessageStatus'));
  expect(statuses).toEqual(['delivered', 'sent', 'delivered']);
  expect(new URLSearchParams(got[1]?.body).get('ErrorCode')).toBe('30003');
  expect(got[2]).toEqual(got[0]);
  expect(() => twilio.report('SM0')).toThrow(RangeError);
});
