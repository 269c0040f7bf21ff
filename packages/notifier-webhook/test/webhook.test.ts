import { expect, onTestFinished, test } from 'vitest';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isCaudalError, issuesOf, type Message, open } from '@caudal/core';
import { webhook, type WebhookAddress, type WebhookOptions } from '@caudal/notifier-webhook';
import { startWebhookReceiver, type WebhookReceiver } from '@caudal/simulators';
import { type FakeHost, fakeHost, startFaultServer, replies, virtualClock } from '@caudal/testkit';
import schema from '../payload.schema.json' with { type: 'json' };

const now = Date.UTC(2026, 2, 1, 12, 0, 0);
const old = 'whsec_b2xkIHNlY3JldCBvZiB0aGlzIHRlc3QsIGxvbmc=';
const next = 'whsec_bmV3IHNlY3JldCBvZiB0aGlzIHRlc3QsIGxvbmc=';
const secrets = { 'env:OLD': old, 'env:NEXT': next, 'env:SHORT': 'whsec_c2hvcnQ=', 'env:KEY': 'gateway-key-of-a-test' };

const message: Message = {
  event: 'submission.rejected',
  severity: 'critical',
  language: 'es-CL',
  title: 'Pozo 1: envío rechazado',
  text: 'Motivo: <script>alert("1")</script> \u202E & más\r\nX-Evil: 1',
  facts: [{ label: 'Obra', value: 'OB-0101-1' }],
  link: 'https://caudal.example.com/obras?codigo=OB-0101-1',
  attachments: [{ name: 'comprobante.pdf', mediaType: 'application/pdf', content: new Uint8Array(12) }],
};

const call = () => ({ signal: new AbortController().signal });

const world = async () => {
  const clock = virtualClock(now);
  const receiver = await startWebhookReceiver({ clock, secrets: [old] });
  onTestFinished(() => receiver.close());
  return { clock, receiver, host: fakeHost({ clock, secrets }) };
};

const send = async (
  options: WebhookOptions,
  host: FakeHost,
  more: { to?: WebhookAddress; message?: Partial<Message>; key?: string } = {},
) => {
  await using notifier = await open(webhook(options), host);
  return notifier.send({
    ...call(),
    to: more.to ?? {},
    message: { ...message, ...more.message },
    idempotencyKey: more.key ?? 'notice-1',
  });
};

const thrownBy = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCaudalError(error)) throw new Error(`not a CaudalError: ${String(error)}`);
  return error;
};

const signed = (receiver: WebhookReceiver): WebhookOptions => ({ url: receiver.url, secrets: ['env:OLD'] });

test('a message arrives signed, with the time of the host and the key as id, and fits the published schema', async () => {
  const { receiver, host } = await world();
  const { externalId } = await send(signed(receiver), host, { to: { recipient: 'ana' } });
  const [delivery] = receiver.deliveries;
  expect(delivery).toMatchObject({ verdict: 'verified', id: 'notice-1', sentAt: now, taken: true });
  expect(externalId).toBe('notice-1');
  expect(receiver.messages).toEqual([
    {
      version: 1,
      type: 'submission.rejected',
      data: {
        severity: 'critical',
        language: 'es-CL',
        title: message.title,
        text: message.text,
        facts: message.facts,
        link: message.link,
        recipient: 'ana',
        attachments: [{ name: 'comprobante.pdf', mediaType: 'application/pdf', bytes: 12 }],
      },
    },
  ]);
  expect(issuesOf(schema, receiver.messages[0])).toEqual([]);
  expect(issuesOf(schema, { ...(receiver.messages[0] as object), version: 2 })).not.toEqual([]);
});

test("the library's own verify takes what was sent and refuses a changed byte", async () => {
  // verify compares with the machine's clock and takes no other
  const clock = virtualClock(Date.now());
  const receiver = await startWebhookReceiver({ clock, secrets: [old] });
  onTestFinished(() => receiver.close());
  await send(signed(receiver), fakeHost({ clock, secrets }));
  const { body, headers } = receiver.deliveries[0] ?? { body: '', headers: {} };
  expect(new Webhook(old).verify(body, headers)).toEqual(receiver.messages[0]);
  expect(() => new Webhook(old).verify(`${body} `, headers)).toThrow('signature');
});

test('the receiver refuses another secret, a changed body and an old time', async () => {
  const { clock, receiver, host } = await world();
  expect(await thrownBy(send({ url: receiver.url, secrets: ['env:NEXT'] }, host))).toMatchObject({ kind: 'auth' });
  await send(signed(receiver), host);
  const { headers, body } = receiver.deliveries[1] ?? { headers: {}, body: '' };
  const signedWith = Object.entries(headers).filter(([name]) => name.startsWith('webhook-'));
  const again = (content: string) =>
    fetch(receiver.url, {
      method: 'POST',
      headers: { ...Object.fromEntries(signedWith), 'content-type': 'application/json' },
      body: content,
    });
  expect((await again(body)).status).toBe(204);
  expect((await again(body.replace('critical', 'info'))).status).toBe(401);
  await clock.advance(6 * 60_000);
  expect((await again(body)).status).toBe(401);
  expect(receiver.deliveries.map(({ verdict }) => verdict)).toEqual([
    'bad-signature',
    'verified',
    'verified',
    'bad-signature',
    'stale',
  ]);
  expect(receiver.messages).toHaveLength(1);
});

test('during a rotation every secret signs, and either receiver takes it', async () => {
  const { receiver, host } = await world();
  const both: WebhookOptions = { url: receiver.url, secrets: ['env:NEXT', 'env:OLD'] };
  await send(both, host, { key: 'a' });
  receiver.rotate([next]);
  await send(both, host, { key: 'b' });
  expect(receiver.deliveries.map(({ verdict }) => verdict)).toEqual(['verified', 'verified']);
  expect(receiver.deliveries[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
});

test('a repeated key is the same message to the last byte, and is taken once', async () => {
  const { clock, receiver, host } = await world();
  receiver.behave({ next: ['store-then-reset'] });
  expect(await thrownBy(send(signed(receiver), host))).toMatchObject({ kind: 'transient', sent: 'maybe' });
  await clock.advance(30_000);
  await send(signed(receiver), host);
  expect(receiver.deliveries.map(({ repeats, taken }) => [repeats, taken])).toEqual([
    ['no', true],
    ['same', true],
  ]);
  expect(receiver.messages).toHaveLength(1);
});

test('a key that is no id is hashed, always to the same', async () => {
  const { receiver, host } = await world();
  const key = 'device.silent/logger-7\r\nX-Evil: 1';
  const { externalId } = await send(signed(receiver), host, { key });
  expect(externalId).toMatch(/^msg_[0-9a-f]{64}$/);
  expect((await send(signed(receiver), host, { key })).externalId).toBe(externalId);
  expect(receiver.deliveries.every(({ headers }) => headers['x-evil'] === undefined)).toBe(true);
  expect(receiver.messages).toHaveLength(1);
});

test.each([
  ['410: the receiver is gone', 'status-410', { kind: 'rejected', scope: 'item', sent: 'maybe' }],
  ['404 of the channel', 'status-404', { kind: 'config', scope: 'instance' }],
  ['422', 'status-422', { kind: 'rejected', scope: 'item' }],
  ['429 with its wait', 'rate-limit-9', { kind: 'rate-limit', scope: 'instance', retryAfterMs: 9000 }],
  ['a page of a proxy', 'html-502', { kind: 'transient' }],
  ['a redirect of the receiver', 'status-302', { kind: 'config' }],
] as const)('%s', async (_name, fault, expected) => {
  const { receiver, host } = await world();
  receiver.behave({ next: [fault] });
  expect(await thrownBy(send(signed(receiver), host))).toMatchObject(expected);
});

test("what is wrong with one person's own URL concerns that message alone", async () => {
  const { receiver, host } = await world();
  receiver.behave({ always: 'status-404' });
  const to: WebhookAddress = { url: receiver.url, secrets: ['env:OLD'] };
  expect(await thrownBy(send({}, host, { to }))).toMatchObject({ kind: 'config', scope: 'item' });
});

test('silence ends at timeoutMs of the host clock', async () => {
  const { clock, receiver, host } = await world();
  receiver.behave({ always: 'store-then-hang' });
  const sending = thrownBy(send({ ...signed(receiver), timeoutMs: 5000 }, host));
  await receiver.received(1);
  await clock.advance(5000);
  expect(await sending).toMatchObject({ kind: 'timeout', sent: 'maybe' });
});

test('a redirect is not followed', async () => {
  await using elsewhere = await startFaultServer();
  await using server = await startFaultServer();
  elsewhere.reply('*', replies.answer(204));
  server.reply('*', replies.redirect(`${elsewhere.url}/x`, 307));
  const host = fakeHost({ secrets });
  expect(await thrownBy(send({ url: server.url, secrets: ['env:OLD'] }, host))).toMatchObject({ kind: 'config' });
  expect(elsewhere.requests).toEqual([]);
});

test.each([
  ['plain http to another machine', { url: 'http://hooks.example.com/' }, /allowHttp/],
  ['a user in the URL', { url: 'https://ana:pw@hooks.example.com/' }, /user or password/],
  ['a host that is not allowed', { url: 'https://hooks.example.com/', allowHosts: ['*.example.org'] }, /allowHosts/],
  ['a header that is ours', { url: 'https://hooks.example.com/', headers: { 'Webhook-Id': 'x' } }, /Webhook-Id/],
])('%s is refused at creation', async (_name, options, words) => {
  const opened = thrownBy(open(webhook({ secrets: ['env:OLD'], ...options }), fakeHost({ secrets })));
  expect(await opened).toMatchObject({ kind: 'config', sent: 'no', message: expect.stringMatching(words) });
});

test.each([
  ['plain http', { url: 'http://hooks.example.com/', secrets: ['env:OLD'] }, {}],
  ['loopback by a name that only looks like it', { url: 'http://127.0.0.1.example.com/', secrets: ['env:OLD'] }, {}],
  [
    'no secret of its own',
    { url: 'https://hooks.example.com/' },
    { url: 'https://a.example.com/', secrets: ['env:OLD'] },
  ],
  ['no url anywhere', {}, {}],
  [
    'a host that is not allowed',
    { url: 'https://evil.test/', secrets: ['env:OLD'] },
    { allowHosts: ['*.example.com'] },
  ],
] as const)('an address with %s is refused before anything is sent', async (_name, to, options) => {
  const error = await thrownBy(send(options as WebhookOptions, fakeHost({ secrets }), { to: to as WebhookAddress }));
  expect(error).toMatchObject({ kind: 'config', scope: 'item', sent: 'no' });
});

test('headers and the query arrive; an own URL never gets the secret header of the channel', async () => {
  const { receiver, host } = await world();
  const options: WebhookOptions = {
    ...signed(receiver),
    url: `${receiver.url}?team=agua+1&team=b`,
    headers: { 'x-team': 'agua' },
    secretHeader: { name: 'authorization', prefix: 'Bearer ', value: 'env:KEY' },
  };
  await send(options, host, { key: 'a' });
  await send(options, host, { key: 'b', to: { url: receiver.url, secrets: ['env:OLD'] } });
  const [channel, own] = receiver.deliveries;
  expect(channel).toMatchObject({
    query: 'team=agua+1&team=b',
    headers: { 'x-team': 'agua', authorization: 'Bearer gateway-key-of-a-test' },
  });
  expect(own?.headers['authorization']).toBeUndefined();
});

test('a secret that is no signing secret is named, never shown', async () => {
  const { receiver, host } = await world();
  const options: WebhookOptions = { url: receiver.url, secrets: ['env:SHORT'] };
  const error = await thrownBy(send(options, host));
  expect(error).toMatchObject({ kind: 'config', scope: 'credential', credential: 'env:SHORT', sent: 'no' });
  await using notifier = await open(webhook(options), host);
  expect(await notifier.check(call())).toMatchObject({ ok: false });
  expect(receiver.deliveries).toEqual([]);
});

test('a payload above the limit is refused, not cut', async () => {
  const { receiver, host } = await world();
  const error = await thrownBy(
    send({ ...signed(receiver), maxPayloadBytes: 2048 }, host, { message: { text: 'ñ'.repeat(2000) } }),
  );
  expect(error).toMatchObject({ kind: 'rejected', scope: 'item', sent: 'no' });
  expect(receiver.deliveries).toEqual([]);
});

test('check asks nobody and says what is ready', async () => {
  const { receiver, host } = await world();
  await using notifier = await open(webhook(signed(receiver)), host);
  expect(await notifier.check(call())).toMatchObject({ ok: true, message: expect.stringContaining('127.0.0.1') });
  expect(receiver.deliveries).toEqual([]);
});

test('any text arrives as it was and verifies', async () => {
  const { receiver, host } = await world();
  await using notifier = await open(webhook(signed(receiver)), host);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, title) => {
      count += 1;
      await notifier.send({ ...call(), to: {}, message: { ...message, text, title }, idempotencyKey: `k${count}` });
      expect(receiver.deliveries.at(-1)?.verdict).toBe('verified');
      expect(receiver.messages.at(-1)).toMatchObject({ data: { text, title } });
    }),
    { numRuns: 40 },
  );
});
