import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { isCaudalError, type Message, open } from '@caudal/core';
import { email, type EmailOptions } from '@caudal/notifier-email';
import { startSmtp } from '@caudal/simulators';
import { fakeHost, virtualClock } from '@caudal/testkit';

const message: Message = {
  event: 'device.silent',
  severity: 'warning',
  language: 'es-CL',
  title: 'Pozo 1 sin datos',
  text: 'El último dato llegó hace 3 horas.\nSe pedirá de nuevo.\n\nNo se inventa ninguno.',
  facts: [
    { label: 'Equipo', value: 'logger-7' },
    { label: 'Desde', value: '01-03-2026 08:00' },
  ],
  link: 'https://caudal.example.com/p/1?a=1&b=2',
};

const sending = async (more: Partial<EmailOptions> = {}) => {
  const clock = virtualClock(Date.UTC(2026, 2, 1, 12));
  const server = await startSmtp({ clock });
  const notifier = await open(
    email({ host: server.host, port: server.port, allowPlaintext: true, from: 'alertas@caudal.example.com', ...more }),
    fakeHost({ clock }),
  );
  onTestFinished(async () => {
    await notifier.close?.();
    await server.close();
  });
  return async (changed: Partial<Message> = {}) => {
    const { length } = server.mails;
    await notifier.send({
      to: { email: 'ana@example.com' },
      message: { ...message, ...changed },
      idempotencyKey: 'notice-1',
      signal: new AbortController().signal,
    });
    const mail = (await server.received(length + 1)).at(-1);
    if (mail === undefined) throw new Error('no mail');
    return mail;
  };
};

const refused = async (more: Partial<EmailOptions>) => {
  const error: unknown = await open(email({ host: '127.0.0.1', from: 'a@example.com', ...more })).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCaudalError(error)) throw new Error(`not a CaudalError: ${String(error)}`);
  return error;
};

/** What a person sees of HTML. */
const shown = (html = '') =>
  html
    .replaceAll(/<head>.*<\/head>/gs, '')
    .replaceAll('<br>', '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const tagsOf = (html = '') =>
  Array.from(html.matchAll(/<\/?([a-z0-9]+)/gi), ([, name = '']) => name.toLowerCase()).filter((name) => name !== 'br');

test('in Spanish and in English, as text and as HTML, dated by the host', async () => {
  const send = await sending();
  const spanish = await send();
  expect(spanish.text?.trimEnd()).toBe(
    [
      'Advertencia: Pozo 1 sin datos',
      message.text,
      'Equipo: logger-7\nDesde: 01-03-2026 08:00',
      `Ver detalles: ${message.link}`,
    ].join('\n\n'),
  );
  expect(shown(spanish.html)).toContain('El último dato llegó hace 3 horas.\nSe pedirá de nuevo.');
  expect(spanish.html).toContain('<html lang="es-CL">');
  expect(spanish.headers['date']).toBe('Sun, 01 Mar 2026 12:00:00 +0000');
  expect(spanish.headers['content-type']).toMatch(/^multipart\/alternative/);
  const english = await send({ language: 'en', facts: [], link: undefined as never });
  expect(english.text?.trimEnd()).toBe(`Warning: Pozo 1 sin datos\n\n${message.text}`);
  expect(english.html).not.toMatch(/<table|<a /);
});

test('says that a machine wrote it, and where somebody leaves', async () => {
  const send = await sending({ unsubscribe: ['https://caudal.example.com/leave', 'mailto:leave@caudal.example.com'] });
  expect((await send()).headers).toMatchObject({
    'auto-submitted': 'auto-generated',
    'x-auto-response-suppress': 'All',
    'list-unsubscribe': '<https://caudal.example.com/leave>, <mailto:leave@caudal.example.com>',
  });
  expect(await refused({ unsubscribe: ['mailto:a@example.com>\r\nBcc: eve@example.com'] })).toMatchObject({
    kind: 'config',
  });
});

test('nothing of a vendor becomes markup, a header, another line of the subject, or turns text around', async () => {
  const send = await sending();
  const plain = tagsOf((await send({ text: 'x', facts: [{ label: 'x', value: 'x' }] })).html);
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '"><script>alert(1)</script>',
      "' onmouseover='x",
      'a\r\nBcc: eve@example.com\r\n\r\n<b>',
      '{{link}} {{#facts}}',
      '&lt;b&gt;',
      'user\u202Etxt.exe',
      'pay\u200Bpal \u2066x\u2069',
      '\u0000\u0007\u001B[31m',
    ),
  );
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, nasty, async (title, text, label, value) => {
      const mail = await send({
        title,
        text: `x${text}`.replaceAll(/\s+/g, ' '),
        facts: [{ label, value: `x${value}` }],
        event: title,
      });
      expect(tagsOf(mail.html)).toEqual(plain);
      expect(mail.headers['bcc']).toBeUndefined();
      expect(mail.to).toEqual(['ana@example.com']);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      for (const part of [mail.subject, mail.text, mail.html])
        expect(part).not.toMatch(/(?![\r\n\t])\p{Cc}|[\u200B\u202A-\u202E\u2066-\u2069]/u);
    }),
    { numRuns: 60 },
  );
});

test('what is too long says so, in whole characters', async () => {
  const send = await sending({ limits: { title: 40, text: 1000, fact: 30 } });
  const mail = await send({
    title: 'T'.repeat(500),
    text: `${'a'.repeat(999)}🌊${'b'.repeat(500)}`,
    facts: [{ label: 'L', value: 'v'.repeat(100_000) }],
  });
  expect(mail.subject).toBe(`${'T'.repeat(40)} […]`);
  expect(mail.text).toContain(`\n${'a'.repeat(999)} […]\n`);
  expect(mail.text).toContain(`L: ${'v'.repeat(30)} […]`);
  expect(mail.html?.length).toBeLessThan(4000);
});

test('no line of a mail is longer than SMTP allows, whatever the text', async () => {
  const send = await sending();
  const { raw } = await send({
    text: 'x'.repeat(50_000),
    facts: [{ label: 'ñ'.repeat(500), value: 'y'.repeat(2000) }],
  });
  // RFC 5321, 4.5.3.1.6
  expect(
    Math.max(
      ...raw
        .toString('latin1')
        .split('\r\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(998);
});

test('names of attachments are no paths and no headers; too many bytes are refused before sending', async () => {
  const send = await sending({ limits: { attachmentBytes: 10 } });
  const content = new TextEncoder().encode('1234567890');
  const { attachments } = await send({
    attachments: [{ name: '../../etc/x\r\nX-Evil: 1.pdf', mediaType: 'text/html\r\nX-Evil: 1', content }],
  });
  expect(attachments).toMatchObject([
    { filename: '.._.._etc_x X-Evil: 1.pdf', mediaType: 'application/octet-stream', text: '1234567890' },
  ]);
  const tooLarge = send({ attachments: [{ name: 'a', mediaType: 'text/plain', content: new Uint8Array(11) }] });
  await expect(tooLarge).rejects.toMatchObject({ kind: 'invalid-data', scope: 'item', sent: 'no' });
});

test('a layout and words of the configuration replace ours, and every value is escaped', async () => {
  const send = await sending({
    layout: {
      html: '<style>p{color:red}</style><p class="{{severity}}">{{severityName}}: {{title}}</p>{{#facts}}<i>{{label}}={{value}}</i>{{/facts}}{{^facts}}none{{/facts}}{{#link}}<a href="{{link}}">{{details}}</a>{{/link}}',
      text: '[{{event}}] {{title}}{{#facts}}; {{label}}={{value}}{{/facts}}',
    },
    words: { pt: { info: 'Informação', warning: 'Aviso', critical: 'Crítico', details: 'Ver' } },
  });
  const mail = await send({ language: 'pt-BR', title: '<b>' });
  expect(mail.html?.trimEnd()).toBe(
    '<style>p{color:red}</style><p class="warning">Aviso: &lt;b&gt;</p><i>Equipo=logger-7</i><i>Desde=01-03-2026 08:00</i><a href="https://caudal.example.com/p/1?a=1&amp;b=2">Ver</a>',
  );
  expect(mail.text?.trimEnd()).toBe('[device.silent] <b>; Equipo=logger-7; Desde=01-03-2026 08:00');
  expect((await send({ facts: [], link: 'javascript:alert(1)' })).html).toMatch(/<\/p>none\s*$/);
});

test.each([
  ['an unknown name', '{{titel}}', /titel/],
  ['a section that is not closed', '{{#facts}}x', /not closed/],
  ['a section closed twice', '{{/facts}}', /closes nothing/],
  ['sections that cross', '{{#facts}}{{#link}}{{/facts}}{{/link}}', /closes nothing/],
  ['a way around escaping', '{{{title}}}', /braces/],
  ['a value in a script', '<script>var t = "{{title}}"</script>', /<script>/],
  ['a value in a style', '<style>{{title}}</style>', /<style>/],
  ['a value in a comment', '<!-- {{title}} -->', /<!-->/],
  ['a text in an attribute', '<a href="{{title}}">x</a>', /attribute/],
  ['a value without quotes', '<a href={{link}}>x</a>', /quotes/],
  ['a handler', '<p onclick="x(\'{{text}}\')">', /attribute/],
])('a layout with %s is refused at creation', async (_name, html, words) => {
  expect(await refused({ layout: { html } })).toMatchObject({
    kind: 'config',
    sent: 'no',
    message: expect.stringMatching(words),
  });
});
