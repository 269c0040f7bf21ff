import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { isCaudalError, type Message, open } from '@caudal/core';
import { type FakeHost, fakeHost, untrusted } from '@caudal/testkit';
import { email, type EmailOptions } from '../src/index.ts';
import { conversation, mailServer, rawServer } from './mail-server.ts';

const message: Message = {
  event: 'submission.rejected',
  severity: 'critical',
  language: 'es-CL',
  title: 'Pozo 1: envío rechazado',
  text: 'La DGA rechazó el envío.\nMotivo: <script>alert("1")</script> & más\n\nRevise la obra.',
  facts: [
    { label: 'Obra', value: 'OB-0101-1' },
    { label: 'Nivel <m>', value: '"9,85" & \'bajo\'' },
  ],
  link: 'https://caudal.example.com/obras?codigo=OB-0101-1&x=1',
};

const to = { email: 'ana@example.com' };
const call = () => ({ signal: new AbortController().signal });
const key = 'notice-1/ana/email';

const options = (port: number, more: Partial<EmailOptions> = {}): EmailOptions => ({
  host: '127.0.0.1',
  port,
  allowPlaintext: true,
  from: 'Caudal <alertas@caudal.example.com>',
  timeoutMs: 5000,
  ...more,
});

const openEmail = (port: number, more: Partial<EmailOptions> = {}, host: FakeHost = fakeHost()) =>
  open(email(options(port, more)), host);

/** What `send` throws, or undefined. */
const thrownBy = async (port: number, more: Partial<EmailOptions> = {}, host: FakeHost = fakeHost()) => {
  await using notifier = await openEmail(port, more, host);
  try {
    await notifier.send({ ...call(), to, message, idempotencyKey: key });
    return undefined;
  } catch (error) {
    if (!isCaudalError(error)) throw error;
    return error;
  }
};

const login = (right: string) =>
  ({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: false,
    onAuth(auth, _session, done) {
      if (auth.username === 'caudal' && auth.password === right) done(null, { user: 'caudal' });
      else done(new Error(`Invalid login ${auth.password}`));
    },
  }) satisfies Parameters<typeof mailServer>[0];

test('a message arrives as text and HTML, with the words of the host and a few of ours', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port, { replyTo: 'operador@example.com' });
  const { externalId } = await notifier.send({ ...call(), to, message, idempotencyKey: key });
  const [mail] = server.mails;
  expect(server.envelopes).toEqual([{ from: 'alertas@caudal.example.com', to: ['ana@example.com'] }]);
  expect(mail).toMatchObject({
    from: { name: 'Caudal', address: 'alertas@caudal.example.com' },
    to: [{ address: 'ana@example.com' }],
    replyTo: [{ address: 'operador@example.com' }],
    subject: message.title,
    messageId: externalId,
  });
  expect(mail?.text?.trimEnd()).toBe(
    [
      `Crítico: ${message.title}`,
      message.text,
      'Obra: OB-0101-1\nNivel <m>: "9,85" & \'bajo\'',
      `Ver detalles: ${message.link}`,
    ].join('\n\n'),
  );
  expect(mail?.html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; más');
  expect(mail?.html).toContain('Nivel &lt;m&gt;');
  expect(mail?.html).toContain('href="https://caudal.example.com/obras?codigo=OB-0101-1&amp;x=1"');
  expect(mail?.html).not.toContain('<script');
  const headers = Object.fromEntries(mail?.headers.map(({ key: name, value }) => [name, value]) ?? []);
  expect(headers).toMatchObject({
    'auto-submitted': 'auto-generated',
    'content-language': 'es-CL',
    'x-caudal-event': 'submission.rejected',
    'x-idempotency-key': key,
    importance: 'High',
  });
});

test('any other language gets the English words, and a link that is no web address is not clickable', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  const link = 'javascript:alert(1)';
  await notifier.send({ ...call(), to, message: { ...message, language: 'de', link }, idempotencyKey: key });
  expect(server.mails[0]?.text).toContain('Critical: Pozo 1');
  expect(server.mails[0]?.html).not.toContain('href');
});

test('the same key gives the same Message-ID, another key another', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  const send = (idempotencyKey: string) => notifier.send({ ...call(), to, message, idempotencyKey });
  const ids = [await send('a'), await send('a'), await send('b')].map(({ externalId }) => externalId);
  expect(ids[0]).toMatch(/^<[0-9a-f]{40}@caudal\.example\.com>$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(server.mails.map(({ messageId }) => messageId)).toEqual(ids);
});

test('line breaks in a title, an event or a key make no header', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  const evil = 'x\r\nBcc: eve@example.com';
  await notifier.send({ ...call(), to, message: { ...message, title: evil, event: evil }, idempotencyKey: evil });
  expect(server.mails[0]?.subject).toBe('x Bcc: eve@example.com');
  expect(server.mails[0]?.bcc).toBeUndefined();
  expect(server.envelopes[0]?.to).toEqual(['ana@example.com']);
});

test('attachments arrive byte for byte', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  const whole = Uint8Array.from({ length: 600 }, (_, at) => at % 256);
  const attachments = [
    { name: 'comprobante ñ.pdf', mediaType: 'application/pdf', content: whole.subarray(100, 500) },
    { name: 'datos.csv', mediaType: 'text/csv', content: new TextEncoder().encode('caudal\r\n1.00\r\n') },
  ];
  await notifier.send({ ...call(), to, message: { ...message, attachments }, idempotencyKey: key });
  const got = server.mails[0]?.attachments.map(({ filename, mimeType, content }) => ({
    name: filename,
    mediaType: mimeType,
    content: new Uint8Array(content as ArrayBuffer),
  }));
  expect(got?.map(({ name, mediaType }) => [name, mediaType])).toEqual([
    ['comprobante ñ.pdf', 'application/pdf'],
    ['datos.csv', 'text/csv'],
  ]);
  expect(Buffer.compare(got?.[0]?.content ?? new Uint8Array(), whole.subarray(100, 500))).toBe(0);
});

test('the right login sends; check says who', async () => {
  await using server = await mailServer(login('s3cret-of-a-test'));
  const host = fakeHost({ secrets: { 'env:SMTP': 's3cret-of-a-test' } });
  await using notifier = await openEmail(server.port, { user: 'caudal', password: 'env:SMTP' }, host);
  expect(await notifier.check(call())).toMatchObject({ ok: true, message: expect.stringContaining('as caudal') });
  await notifier.send({ ...call(), to, message, idempotencyKey: key });
  expect(server.mails).toHaveLength(1);
});

test('a refused login is auth for that credential, and nothing shows the password', async () => {
  await using server = await mailServer(login('another'));
  const host = fakeHost({ secrets: { 'env:SMTP': 's3cret-of-a-test' } });
  const more = { user: 'caudal', password: 'env:SMTP' } as const;
  const error = await thrownBy(server.port, more, host);
  expect(error).toMatchObject({ kind: 'auth', scope: 'credential', credential: 'env:SMTP' });
  const shown = JSON.stringify([error?.message, error?.detail, String(error?.cause), host.logs]);
  expect(shown).not.toContain('s3cret');
  expect(shown).toContain('[redacted]');
  await using notifier = await openEmail(server.port, more, host);
  expect((await notifier.check(call())).ok).toBe(false);
});

test('after a refused login the password is read again', async () => {
  await using server = await mailServer(login('right-password'));
  const secrets: Record<string, string> = { 'env:SMTP': 'wrong-password' };
  await using notifier = await openEmail(server.port, { user: 'caudal', password: 'env:SMTP' }, fakeHost({ secrets }));
  const send = () => notifier.send({ ...call(), to, message, idempotencyKey: key });
  await expect(send()).rejects.toMatchObject({ kind: 'auth' });
  secrets['env:SMTP'] = 'right-password';
  await send();
  expect(server.mails).toHaveLength(1);
});

test('a login without a server that takes one is not skipped in silence', async () => {
  await using server = await mailServer();
  const host = fakeHost({ secrets: { 'env:SMTP': 's3cret-of-a-test' } });
  expect(await thrownBy(server.port, { user: 'caudal', password: 'env:SMTP' }, host)).toMatchObject({ kind: 'auth' });
  expect(server.mails).toEqual([]);
});

const reply = (text: string) => (socket: { write(data: string): unknown }) => void socket.write(`${text}\r\n`);

test.each([
  ['a recipient that does not exist', { RCPT: reply('550 5.1.1 no such user') }, { kind: 'rejected', scope: 'item' }],
  [
    'a recipient refused for now',
    { RCPT: reply('450 4.2.0 greylisted') },
    { kind: 'transient', scope: 'item', message: expect.stringContaining('(450 4.2.0)') },
  ],
  ['a mailbox that is full, for now', { RCPT: reply('452 4.2.2 over quota') }, { kind: 'transient', scope: 'item' }],
  ['a mailbox that is full, for good', { RCPT: reply('552 5.2.2 full') }, { kind: 'rejected', scope: 'item' }],
  ['a mailbox that was closed', { RCPT: reply('550 5.2.1 disabled') }, { kind: 'rejected', scope: 'item' }],
  ['a domain without mail', { RCPT: reply('556 5.1.10 null MX') }, { kind: 'rejected', scope: 'item' }],
  ['too much for now', { RCPT: reply('421 4.7.0 slow down') }, { kind: 'transient', scope: 'instance' }],
  ['no relaying', { RCPT: reply('554 5.7.1 Relay access denied') }, { kind: 'config', scope: 'instance' }],
  ['a refused sender, said late', { RCPT: reply('550 5.1.8 bad sender domain') }, { kind: 'config' }],
  ['the quota of a day', { '.': reply('550 5.4.5 Daily user sending limit exceeded') }, { kind: 'quota' }],
  ['a domain that is not proven', { '.': reply('550 5.7.26 unauthenticated') }, { kind: 'config', scope: 'instance' }],
  [
    'a reply without an enhanced code',
    { RCPT: reply('550 unknown') },
    { kind: 'rejected', message: expect.stringContaining('(550)') },
  ],
  ['a sender that may not send', { MAIL: reply('553 5.7.1 not yours') }, { kind: 'config' }],
  ['a sender that must log in', { MAIL: reply('530 5.7.0 authentication required') }, { kind: 'auth' }],
  ['a message that is refused', { '.': reply('554 5.7.1 spam') }, { kind: 'rejected', scope: 'item' }],
  ['a message refused for now', { '.': reply('452 4.3.1 no space') }, { kind: 'transient' }],
  ['a server that is closing', { MAIL: reply('421 4.3.2 closing') }, { kind: 'transient' }],
])('%s', async (_name, replies, expected) => {
  await using server = await rawServer(conversation(replies));
  expect(await thrownBy(server.port)).toMatchObject(expected);
});

test('nobody listens: transient, sent no', async () => {
  const gone = await rawServer(conversation());
  await gone[Symbol.asyncDispose]();
  expect(await thrownBy(gone.port)).toMatchObject({ kind: 'transient', sent: 'no' });
});

test('no greeting: timeout; the connection stood, so sent maybe', async () => {
  await using server = await rawServer(() => {});
  expect(await thrownBy(server.port, { timeoutMs: 1500 })).toMatchObject({ kind: 'timeout', sent: 'maybe' });
});

test('silence after the message: timeout, sent maybe, and it was sent once', async () => {
  await using server = await rawServer(conversation({ '.': () => {} }));
  expect(await thrownBy(server.port, { timeoutMs: 1500 })).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  expect(server.heard.filter((line) => line === 'DATA')).toHaveLength(1);
});

test('a connection that breaks after the message: transient, sent maybe, and it was sent once', async () => {
  await using server = await rawServer(conversation({ '.': (socket) => void socket.resetAndDestroy() }));
  expect(await thrownBy(server.port)).toMatchObject({ kind: 'transient', sent: 'maybe' });
  expect(server.heard.filter((line) => line === 'DATA')).toHaveLength(1);
});

const encrypted = {
  key: untrusted.key,
  cert: untrusted.certificate,
  disabledCommands: ['AUTH'],
} satisfies Parameters<typeof mailServer>[0];

test.each([
  ['STARTTLS', {}, {}],
  ['TLS from the first byte', { secure: true }, { secure: true }],
])(
  '%s: an unknown authority is refused before anything is sent, network.ca makes it known',
  async (_name, server, more) => {
    await using mail = await mailServer({ ...encrypted, ...server });
    const strict = { allowPlaintext: false, host: 'localhost', ...more };
    expect(await thrownBy(mail.port, strict)).toMatchObject({ kind: 'config', sent: 'no' });
    expect(mail.mails).toEqual([]);
    const host = fakeHost({ network: { ca: untrusted.certificate } });
    expect(await thrownBy(mail.port, strict, host)).toBeUndefined();
    expect(mail.mails).toHaveLength(1);
  },
);

test('a server without TLS gets nothing unless plaintext is allowed', async () => {
  await using server = await mailServer();
  const error = await thrownBy(server.port, { allowPlaintext: false });
  expect(error).toMatchObject({ kind: 'config', sent: 'no', message: expect.stringContaining('STARTTLS') });
  expect(server.mails).toEqual([]);
});

test('network.proxy is used', async () => {
  await using server = await mailServer();
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const through = connect(server.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  try {
    const host = fakeHost({ network: { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` } });
    expect(await thrownBy(server.port, {}, host)).toBeUndefined();
    expect(asked).toEqual([`127.0.0.1:${server.port}`]);
    expect(server.mails).toHaveLength(1);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('a cancelled call sends nothing', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  const cancelled = { signal: AbortSignal.abort(), to, message, idempotencyKey: key };
  await expect(notifier.send(cancelled)).rejects.toMatchObject({ kind: 'transient', sent: 'no' });
  await expect(notifier.check(cancelled)).rejects.toMatchObject({ kind: 'transient' });
  expect(server.mails).toEqual([]);
});

test('a call cancelled while the server thinks ends at once', async () => {
  const stop = new AbortController();
  await using server = await rawServer(conversation({ '.': () => stop.abort() }));
  await using notifier = await openEmail(server.port);
  await expect(notifier.send({ signal: stop.signal, to, message, idempotencyKey: key })).rejects.toMatchObject({
    kind: 'transient',
    sent: 'maybe',
  });
});

test('connections are kept, closed by close, and opened again afterwards', async () => {
  await using server = await mailServer();
  await using notifier = await openEmail(server.port);
  await notifier.close?.();
  const send = () => notifier.send({ ...call(), to, message, idempotencyKey: key });
  await send();
  await send();
  expect(server.open()).toBe(1);
  await notifier.close?.();
  await notifier.close?.();
  await expect.poll(() => server.open()).toBe(0);
  await send();
  expect(server.mails).toHaveLength(3);
});

test('a kept connection that the server dropped is replaced: one message, once', async () => {
  let drop = () => {};
  await using server = await rawServer(
    conversation({
      greeting: (socket) => {
        drop = () => void socket.destroy();
        socket.write('220 test\r\n');
      },
    }),
  );
  await using notifier = await openEmail(server.port);
  const send = () => notifier.send({ ...call(), to, message, idempotencyKey: key });
  await send();
  drop();
  await send();
  expect(server.heard.filter((line) => line === '.')).toHaveLength(2);
});

test('half a login, a sender that is none and a proxy of another kind are refused at creation', async () => {
  await expect(openEmail(25, { user: 'caudal' })).rejects.toMatchObject({ kind: 'config', sent: 'no' });
  await expect(openEmail(25, { from: 'nobody' })).rejects.toMatchObject({ kind: 'config', sent: 'no' });
  const host = fakeHost({ network: { proxy: 'socks5://127.0.0.1:1080' } });
  await expect(openEmail(25, {}, host)).rejects.toMatchObject({ kind: 'config', sent: 'no' });
});
