import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCaudalError, type Message, open, type RawRequest } from '@caudal/core';
import { smsGateway, type SmsGatewayOptions } from '@caudal/notifier-sms';
import { fakeHost, replies, startFaultServer, virtualClock } from '@caudal/testkit';

const now = Date.UTC(2026, 2, 1, 12, 0, 0);
const secrets = { 'env:USER_PW': 'pw-of-a-test', 'env:KEY': 'key-of-a-test' };
const message: Message = {
  event: 'system',
  severity: 'info',
  language: 'es-CL',
  title: 'Pozo 1',
  text: 'sin datos',
  facts: [],
};
const to = { phone: '+56900000001' };
const call = () => ({ signal: new AbortController().signal });

const host = () => fakeHost({ secrets, clock: virtualClock(now) });

const send = async (options: SmsGatewayOptions, changed: Partial<Message> = {}, idempotencyKey = 'notice-1') => {
  await using notifier = await open(smsGateway(options), host());
  return notifier.send({ ...call(), to, message: { ...message, ...changed }, idempotencyKey });
};

const thrownBy = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCaudalError(error)) throw new Error(`not a CaudalError: ${String(error)}`);
  return error;
};

test('a form with a secret field and basic authentication; the id by a pattern in plain text', async () => {
  await using server = await startFaultServer();
  server.reply('/http/send', replies.answer(200, 'OK: msg-77 queued\n', { 'content-type': 'text/plain' }));
  const { externalId } = await send({
    url: `${server.url}/http/send?route=fast`,
    auth: { type: 'basic', username: 'ana', password: 'env:USER_PW' },
    form: { dst: '{toDigits}', msg: '{text}', coding: '{encoding}', parts: '{segments}' },
    secretFields: { apikey: 'env:KEY' },
    id: { match: '^OK: (\\S+)' },
  });
  expect(externalId).toBe('msg-77');
  const [request] = server.requests;
  expect(request?.whole).toContain('/http/send?route=fast');
  expect(request?.headers['authorization']).toBe(`Basic ${Buffer.from('ana:pw-of-a-test').toString('base64')}`);
  expect(Object.fromEntries(new URLSearchParams(Buffer.from(request?.body ?? []).toString()))).toEqual({
    dst: '56900000001',
    msg: 'Pozo 1\nsin datos',
    coding: 'gsm7',
    parts: '1',
    apikey: 'key-of-a-test',
  });
});

test('a GET with everything in the query', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ data: [{ id: 12 }] }));
  const { externalId } = await send({
    url: `${server.url}/send`,
    method: 'GET',
    query: { to: '{to}', text: '{text}' },
    auth: { type: 'query', name: 'token', secret: 'env:KEY' },
    id: { at: '/data/0/id' },
  });
  expect(externalId).toBe('12');
  expect(server.requests[0]?.whole).toContain('/send?to=%2B56900000001&text=Pozo+1%0Asin+datos&token=key-of-a-test');
});

test('no text changes the shape of a JSON body or adds a header', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ id: 'x' }));
  const options: SmsGatewayOptions = {
    url: server.url,
    headers: { 'x-key': '{key}' },
    json: { messages: [{ to: '{to}', body: { text: '{text}' } }], test: false, count: 1 },
    maxSegments: 10,
  };
  await using notifier = await open(smsGateway(options), host());
  const nasty = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom('","admin":true,"x":"', '{key}', '$&', '\r\nX-Evil: 1'),
  );
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      await notifier.send({ ...call(), to, message: { ...message, text }, idempotencyKey: 'k\r\nX-Evil: 1' });
      const request = server.requests.at(-1);
      const body = JSON.parse(Buffer.from(request?.body ?? []).toString()) as {
        messages: { to: string; body: { text: string } }[];
      };
      expect(body).toEqual({ messages: [{ to: to.phone, body: { text: expect.any(String) } }], test: false, count: 1 });
      expect(body.messages[0]?.body.text.startsWith('Pozo 1')).toBe(true);
      expect(request?.headers['x-evil']).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['an error under 200', replies.json({ status: 'error', code: 1201 }), { kind: 'rejected', scope: 'item' }],
  ['no money', replies.json({ status: 'error', code: 9 }), { kind: 'quota', scope: 'instance' }],
  ['an answer that is neither', replies.json({ status: 'who knows' }), { kind: 'bug' }],
  ['a rule by text', replies.answer(500, 'ERR blacklisted'), { kind: 'rejected', scope: 'item' }],
  ['422 without a rule', replies.json({}, 422), { kind: 'rejected', scope: 'item' }],
  ['401 without a rule', replies.json({}, 401), { kind: 'auth' }],
  ['429 without a rule', replies.rateLimited('3'), { kind: 'rate-limit', retryAfterMs: 3000 }],
] as const)('%s', async (_name, reply, expected) => {
  await using server = await startFaultServer();
  server.reply('*', reply);
  const options: SmsGatewayOptions = {
    url: server.url,
    form: { to: '{to}' },
    accepted: { at: '/status', equals: ['ok'] },
    errors: [
      { at: '/code', match: '^12', kind: 'rejected', says: 'bad number' },
      { at: '/code', equals: ['9'], kind: 'quota' },
      { match: 'blacklisted', kind: 'rejected' },
    ],
  };
  expect(await thrownBy(send(options))).toMatchObject(expected);
});

test('an accepted text without the id that was promised is not sent again', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ status: 'ok' }));
  const options: SmsGatewayOptions = { url: server.url, form: { to: '{to}' }, id: { at: '/id' } };
  expect(await send(options)).toEqual({ externalId: 'notice-1' });
});

test.each([
  ['http to another machine', { url: 'http://sms.example.com/', form: {} }, /https/],
  ['two bodies', { url: 'https://sms.example.com/', form: {}, json: {} }, /exclude/],
  ['a GET with a body', { url: 'https://sms.example.com/', method: 'GET', form: {} }, /no body/],
  [
    'a placeholder that does not exist',
    { url: 'https://sms.example.com/', json: { a: [{ b: '{phone}' }] } },
    /\{phone\}/,
  ],
  ['a pattern that is none', { url: 'https://sms.example.com/', form: {}, id: { match: '(' } }, /regular expression/],
  [
    'a check elsewhere',
    { url: 'https://sms.example.com/', form: {}, check: 'https://other.example.com/' },
    /another server/,
  ],
] as const)('%s is refused at creation', async (_name, options, words) => {
  const opened = thrownBy(open(smsGateway(options as SmsGatewayOptions), host()));
  expect(await opened).toMatchObject({ kind: 'config', sent: 'no', message: expect.stringMatching(words) });
});

type Delivery = NonNullable<SmsGatewayOptions['delivery']>;
const request = (body: string, headers: Record<string, string> = {}, query = ''): RawRequest => ({
  method: 'POST',
  path: '/',
  query,
  headers,
  body: Buffer.from(body),
  receivedAt: now,
});
const reporting = async (delivery: Partial<Delivery>) => {
  const notifier = await open(
    smsGateway({
      url: 'https://sms.example.com/',
      form: {},
      delivery: {
        verify: { type: 'header', name: 'X-Secret', secret: 'env:KEY' },
        id: '/id',
        status: '/status',
        statuses: { DELIVRD: 'delivered', UNDELIV: 'bounced', '2': 'delayed' },
        ...delivery,
      },
    }),
    host(),
  );
  if (notifier.delivery === undefined) throw new Error('no delivery');
  return notifier.delivery;
};

test('reports of a form and of a list, their times and details', async () => {
  const form = await reporting({ body: 'form', detail: '/err' });
  expect(form.accept(request('id=7&status=UNDELIV&err=absent')).events).toEqual([
    { externalId: '7', status: 'bounced', at: now, detail: 'absent' },
  ]);
  const at = (unit: 'iso' | 'seconds' | 'milliseconds') => reporting({ events: '/r', at: { at: '/t', unit } });
  const list = (t: unknown) =>
    request(
      JSON.stringify({
        r: [
          { id: 1, status: 2, t },
          { id: 2, status: 'constructor' },
        ],
      }),
    );
  expect((await at('iso')).accept(list('2026-03-01T08:00:00-04:00')).events).toEqual([
    { externalId: '1', status: 'delayed', at: now },
  ]);
  expect((await at('seconds')).accept(list(now / 1000 - 5)).events[0]?.at).toBe(now - 5000);
  expect((await at('milliseconds')).accept(list(now - 5)).events[0]?.at).toBe(now - 5);
  // no zone: the time is not used
  expect((await at('iso')).accept(list('2026-02-01 08:00:00')).events[0]?.at).toBe(now);
});

test.each(['{', '[]', '{"status":"DELIVRD"}', '{"id":{},"status":"DELIVRD"}'])('%s is no report', async (body) => {
  const delivery = await reporting({});
  expect(() => delivery.accept(request(body))).toThrow(expect.objectContaining({ kind: 'invalid-data' }));
});

const signature = (over: string, algorithm = 'sha256', encoding: 'hex' | 'base64' = 'hex') =>
  createHmac(algorithm, secrets['env:KEY']).update(over).digest(encoding);
const seconds = String(now / 1000);

test.each<[string, Delivery['verify'], RawRequest, RawRequest]>([
  [
    'a header',
    { type: 'header', name: 'X-Secret', prefix: 'Token ', secret: 'env:KEY' },
    request('{}', { 'x-secret': 'Token key-of-a-test' }),
    request('{}', { 'x-secret': 'key-of-a-test' }),
  ],
  [
    'a query parameter',
    { type: 'query', name: 's', secret: 'env:KEY' },
    request('{}', {}, 's=key-of-a-test'),
    request('{}', {}, 's=key-of-a-tes'),
  ],
  [
    'a signature with a prefix',
    { type: 'hmac', header: 'X-Sig', prefix: 'sha1=', algorithm: 'sha1', encoding: 'base64', secret: 'env:KEY' },
    request('{}', { 'x-sig': `sha1=${signature('{}', 'sha1', 'base64')}` }),
    request('{ }', { 'x-sig': `sha1=${signature('{}', 'sha1', 'base64')}` }),
  ],
  [
    'a signature with a time',
    { type: 'hmac', header: 'x-sig', timestamp: { header: 'x-time', separator: ':' }, secret: 'env:KEY' },
    request('{}', { 'x-time': seconds, 'x-sig': signature(`${seconds}:{}`) }),
    request('{}', { 'x-time': String(Number(seconds) - 301), 'x-sig': signature(`${Number(seconds) - 301}:{}`) }),
  ],
])('%s proves a report', async (_name, verify, good, bad) => {
  const delivery = await reporting({ verify });
  await delivery.verify(good, call());
  const forged = (async () => delivery.verify(bad, call()))();
  expect(await thrownBy(forged)).toMatchObject({ kind: 'auth', scope: 'item' });
});

test('check asks the address that is given with the credential, or nobody', async () => {
  await using server = await startFaultServer();
  server.reply('/balance', replies.json({ balance: 1 }));
  const options: SmsGatewayOptions = {
    url: `${server.url}/send`,
    form: {},
    auth: { type: 'bearer', secret: 'env:KEY' },
  };
  await using asks = await open(smsGateway({ ...options, check: `${server.url}/balance` }), host());
  expect(await asks.check(call())).toMatchObject({ ok: true });
  expect(server.requests[0]?.headers['authorization']).toBe('Bearer key-of-a-test');
  await using silent = await open(smsGateway(options), host());
  expect(await silent.check(call())).toMatchObject({ ok: true, message: expect.stringContaining('not asked') });
  expect(server.requests).toHaveLength(1);
});
