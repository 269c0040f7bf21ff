import { expect, onTestFinished, test } from 'vitest';
import { isCaudalError, type Message, open, type RawRequest } from '@caudal/core';
import { twilio, type TwilioOptions } from '@caudal/notifier-sms';
import {
  startTwilio,
  type TwilioBehaviour,
  type TwilioCallback,
  type TwilioOptions as Account,
} from '@caudal/simulators';
import { fakeHost, startFaultServer, replies, virtualClock } from '@caudal/testkit';

const now = Date.UTC(2026, 2, 1, 12, 0, 0);
const accountSid = `AC${'0'.repeat(32)}`;
const key = `SK${'1'.repeat(32)}`;
const service = `MG${'2'.repeat(32)}`;
// Twilio's own numbers for tests; those of Chile have a block that no operator is known to hold
const from = '+15005550006';
const to = { phone: '+56900000001' };
const secrets = { 'env:TOKEN': 'auth token/of this test', 'env:KEY': 'key-secret-of-a-test', 'env:OTHER': 'other' };
const callbackUrl = 'http://127.0.0.1:9/webhooks/notifiers/sms?who=twilio';

const message: Message = {
  event: 'submission.rejected',
  severity: 'critical',
  language: 'es-CL',
  title: 'Pozo 1: envío rechazado',
  text: 'La DGA rechazó el envío.',
  facts: [{ label: 'Obra', value: 'OB-0101-1' }],
  link: 'https://caudal.example.com/obras?codigo=OB-0101-1',
};

const call = () => ({ signal: new AbortController().signal });

const world = async (account: Partial<Account> = {}) => {
  const clock = virtualClock(now);
  const twin = await startTwilio({
    clock,
    authToken: secrets['env:TOKEN'],
    apiKeys: { [key]: secrets['env:KEY'] },
    messagingServices: [service],
    unsubscribed: ['+56900000009'],
    landlines: ['+56220000009'],
    ...account,
  });
  onTestFinished(() => twin.close());
  const host = fakeHost({ clock, secrets });
  const opened = async (more: Partial<TwilioOptions> = {}) =>
    open(
      twilio({
        accountSid,
        authToken: 'env:TOKEN',
        baseUrl: twin.url,
        ...(more.messagingServiceSid === undefined ? { from } : {}),
        ...more,
      }),
      host,
    );
  const send = async (more: Partial<TwilioOptions> = {}, phone = to.phone, changed: Partial<Message> = {}) => {
    await using notifier = await opened(more);
    return notifier.send({ ...call(), to: { phone }, message: { ...message, ...changed }, idempotencyKey: 'notice-1' });
  };
  return { clock, twin, host, opened, send };
};

const thrownBy = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCaudalError(error)) throw new Error(`not a CaudalError: ${String(error)}`);
  return error;
};

const requestOf = ({ url, headers, body }: TwilioCallback, receivedAt: number): RawRequest => ({
  method: 'POST',
  path: new URL(url).pathname,
  query: new URL(url).search.slice(1),
  headers,
  body: Buffer.from(body),
  receivedAt,
});

test('a text arrives whole, as a form without a parameter that Twilio does not have', async () => {
  const { twin, send } = await world();
  const { externalId } = await send({ validitySeconds: 3600 });
  expect(twin.messages).toMatchObject([
    {
      sid: externalId,
      to: '+56900000001',
      from,
      body: `${message.title}\n${message.text}\n${message.link}`,
      // í and ó are not in GSM-7
      alphabet: 'UCS-2',
      segments: 2,
    },
  ]);
  expect(twin.requests).toMatchObject([{ unknown: [], user: accountSid, form: { ValidityPeriod: '3600' } }]);
});

test('a messaging service and an API key send as well', async () => {
  const { twin, send } = await world();
  await send({ messagingServiceSid: service, apiKey: { sid: key, secret: 'env:KEY' } });
  expect(twin.messages).toMatchObject([{ messagingServiceSid: service, from: undefined }]);
  expect(twin.requests[0]?.user).toBe(key);
});

test('transliteration makes the same text GSM-7, and facts follow where they are asked for', async () => {
  const { twin, send } = await world();
  await send({ transliterate: true, facts: true });
  expect(twin.messages[0]).toMatchObject({
    alphabet: 'GSM-7',
    body: `Pozo 1: envio rechazado\nLa DGA rechazo el envio.\nObra: OB-0101-1\n${message.link}`,
  });
});

test('a text that is too long is cut with a mark, keeps its link, costs no more than allowed, and is logged', async () => {
  const { twin, host, send } = await world();
  await send({ maxSegments: 2 }, to.phone, { text: 'línea '.repeat(200) });
  const [sent] = twin.messages;
  expect(sent?.segments).toBe(2);
  expect(sent?.body).toMatch(/…\nhttps:\/\/caudal\.example\.com\/obras\?codigo=OB-0101-1$/);
  expect(host.entries).toMatchObject([{ level: 'warn', message: 'a text was cut' }]);
});

test.each([
  ['an unsubscribed recipient', '+56900000009', { kind: 'rejected', scope: 'item' }],
  ['a landline', '+56220000009', { kind: 'rejected', scope: 'item' }],
])('%s is refused by Twilio, and nobody else is', async (_name, phone, expected) => {
  const { send } = await world();
  expect(await thrownBy(send({}, phone))).toMatchObject(expected);
  await send();
});

test.each([
  ['a sender of somebody else', { from: '+15005550001' }, { kind: 'config', scope: 'instance' }],
  ['an unknown service', { messagingServiceSid: `MG${'3'.repeat(32)}` }, { kind: 'config', scope: 'instance' }],
  ['a wrong token', { authToken: 'env:OTHER' }, { kind: 'auth', scope: 'credential', credential: 'env:OTHER' }],
] as const)('%s', async (_name, more, expected) => {
  const { send } = await world();
  expect(await thrownBy(send(more))).toMatchObject(expected);
});

test.each([
  ['code-21408', { kind: 'config', scope: 'item' }],
  ['code-21611', { kind: 'rate-limit', scope: 'instance' }],
  ['code-21617', { kind: 'invalid-data', scope: 'item' }],
  ['code-21635', { kind: 'rejected', scope: 'item' }],
  ['code-20005', { kind: 'auth', scope: 'credential' }],
  ['code-63038', { kind: 'quota' }],
  ['code-21999', { kind: 'rejected', scope: 'item' }],
  ['rate-limit-7', { kind: 'rate-limit', retryAfterMs: 7000 }],
  ['html-502', { kind: 'transient' }],
  ['html-200', { kind: 'transient' }],
  ['cut', { kind: 'transient', sent: 'maybe' }],
  ['store-then-reset', { kind: 'transient', sent: 'maybe' }],
] as const satisfies readonly (readonly [TwilioBehaviour, object])[])('%s', async (behaviour, expected) => {
  const { twin, send } = await world();
  twin.behave({ next: [behaviour] });
  expect(await thrownBy(send())).toMatchObject(expected);
  expect(twin.requests).toHaveLength(1);
});

test('a message that Twilio takes and fails in one answer is a refusal', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ sid: `SM${'4'.repeat(32)}`, status: 'failed', error_code: 21_610 }, 201));
  const options: TwilioOptions = { accountSid, authToken: 'env:TOKEN', from, baseUrl: server.url };
  await using notifier = await open(twilio(options), fakeHost({ secrets }));
  const sending = notifier.send({ ...call(), to, message, idempotencyKey: 'k' });
  expect(await thrownBy(sending)).toMatchObject({ kind: 'rejected', scope: 'item' });
});

test('silence after Twilio took the message is unknown: sent maybe, and sending again makes a second one', async () => {
  const { clock, twin, send } = await world();
  twin.behave({ next: ['store-then-hang'] });
  const sending = thrownBy(send({ timeoutMs: 5000 }));
  await twin.requested(1);
  await clock.advance(5000);
  expect(await sending).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  await send();
  expect(twin.messages).toHaveLength(2);
});

test('check asks with the same credential and sends nothing', async () => {
  const { twin, opened } = await world();
  await using good = await opened();
  expect(await good.check(call())).toMatchObject({ ok: true });
  await using bad = await opened({ authToken: 'env:OTHER' });
  expect(await bad.check(call())).toMatchObject({ ok: false });
  expect(twin.messages).toEqual([]);
});

test('delivery events are verified and understood, late, twice and out of order', async () => {
  const { twin, opened } = await world();
  await using notifier = await opened({ delivery: { url: callbackUrl } });
  const { externalId } = await notifier.send({ ...call(), to, message, idempotencyKey: 'k' });
  expect(twin.messages[0]?.statusCallback).toBe(callbackUrl);
  const callbacks = await twin.report(externalId, {
    statuses: ['delivered', 'queued', 'sent', 'delivered', 'undelivered', 'failed'],
    errorCode: 30_003,
  });
  const seen = [];
  for (const [index, callback] of callbacks.entries()) {
    const request = requestOf(callback, now + index);
    await notifier.delivery?.verify(request, call());
    const { events = [], response } = notifier.delivery?.accept(request) ?? {};
    expect(response?.status).toBe(204);
    seen.push(...events);
  }
  expect(seen.map(({ status }) => status)).toEqual([
    'delivered',
    'accepted',
    'sent',
    'delivered',
    'bounced',
    'rejected',
  ]);
  expect(seen.every((event) => event.externalId === externalId)).toBe(true);
  expect(seen.at(-1)).toMatchObject({ at: now + 5, detail: '30003: handset unreachable' });
});

test('a status callback of anybody else is refused: other token, body, URL, none at all', async () => {
  const { twin, opened } = await world();
  await using notifier = await opened({ delivery: { url: callbackUrl } });
  const { externalId } = await notifier.send({ ...call(), to, message, idempotencyKey: 'k' });
  const [good] = await twin.report(externalId, { statuses: ['sent'] });
  const [forged] = await twin.report(externalId, { statuses: ['sent'], authToken: 'guessed' });
  if (good === undefined || forged === undefined) throw new Error('no callback');
  const verify = async (callback: TwilioCallback) => notifier.delivery?.verify(requestOf(callback, now), call());
  await verify(good);
  const bad: TwilioCallback[] = [
    forged,
    { ...good, body: good.body.replace('MessageStatus=sent', 'MessageStatus=delivered') },
    { ...good, body: `${good.body}&MessageStatus=delivered` },
    { ...good, headers: { 'x-twilio-signature': '' } },
    { ...good, headers: { 'x-twilio-signature': `${good.headers['x-twilio-signature']}=` } },
  ];
  for (const callback of bad) expect(await thrownBy(verify(callback))).toMatchObject({ kind: 'auth', scope: 'item' });
  await using elsewhere = await opened({ delivery: { url: 'https://other.example.com/hook' } });
  const moved = (async () => elsewhere.delivery?.verify(requestOf(good, now), call()))();
  expect(await thrownBy(moved)).toMatchObject({ kind: 'auth' });
});

test('a status that is new to us is no event, and a callback without a message is refused', async () => {
  const { opened } = await world();
  await using notifier = await opened({ delivery: { url: callbackUrl } });
  const request = (body: string): RawRequest => ({
    method: 'POST',
    path: '/',
    query: '',
    headers: {},
    body: Buffer.from(body),
    receivedAt: now,
  });
  expect(notifier.delivery?.accept(request('MessageSid=SM1&MessageStatus=teleported')).events).toEqual([]);
  expect(() => notifier.delivery?.accept(request('MessageStatus=sent'))).toThrow('names no message');
});

test.each([
  ['no sender', {}],
  ['two senders', { from, messagingServiceSid: service }],
  ['no credential', { from, authToken: undefined }],
  ['a base URL in the clear', { from, baseUrl: 'http://api.twilio.example.com' }],
  [
    'delivery without a token',
    { from, authToken: undefined, apiKey: { sid: key, secret: 'env:KEY' }, delivery: { url: callbackUrl } },
  ],
])('%s is refused at creation', async (_name, more) => {
  const options = JSON.parse(
    JSON.stringify({
      accountSid,
      authToken: 'env:TOKEN',
      ...more,
      ...('authToken' in more ? { authToken: undefined } : {}),
    }),
  ) as TwilioOptions;
  expect(await thrownBy(open(twilio(options), fakeHost({ secrets })))).toMatchObject({ kind: 'config', sent: 'no' });
});

test('the signature is the one that Twilio documents', async () => {
  // a published example: URL, parameters and token 12345
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const body = 'CallSid=CA1234567890ABCDE&From=%2B12349013030&To=%2B18005551212&Caller=%2B12349013030&Digits=1234';
  const options: TwilioOptions = { accountSid, authToken: 'env:DOC', from, delivery: { url } };
  const verify = async (signature: string, at = url) => {
    await using notifier = await open(
      twilio({ ...options, delivery: { url: at } }),
      fakeHost({ secrets: { 'env:DOC': '12345' } }),
    );
    await notifier.delivery?.verify(
      requestOf({ at: now, url, headers: { 'x-twilio-signature': signature }, body, status: undefined }, now),
      call(),
    );
  };
  await verify('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
  await verify('0/KCTR6DLpKmkAf8muzZqo1nDgQ=', 'https://mycompany.com:443/myapp.php?foo=1&bar=2');
  expect(await thrownBy(verify('1/KCTR6DLpKmkAf8muzZqo1nDgQ='))).toMatchObject({ kind: 'auth' });
});
