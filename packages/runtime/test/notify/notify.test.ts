import { expect, onTestFinished, test } from 'vitest';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { webhook } from '@caudal/notifier-webhook';
import type { RuntimeConfig } from '@caudal/runtime';
import { startSmtp, startWebhookReceiver } from '@caudal/simulators';
import { virtualClock } from '@caudal/testkit';
import { alertOf, minute, openNotify, start } from './services.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const data: DataFile = {
  people: [
    {
      id: 'ana',
      name: 'Ana',
      language: 'es',
      addresses: { mail: { email: 'ana@example.org' }, hook: { recipient: 'ana' } },
    },
    { id: 'bob', name: 'Bob', language: 'en', zone: 'Etc/UTC', addresses: { mail: { email: 'bob@example.org' } } },
  ],
  subscriptions: [
    { person: 'ana', events: ['*'], channels: ['mail', 'hook'] },
    { person: 'ana', events: ['submission.rejected'], channels: ['mail'] },
    { person: 'bob', events: ['submission.rejected'], channels: ['mail'] },
  ],
};

const world = async (config: Omit<Partial<RuntimeConfig>, 'secrets'> = {}) => {
  const clock = virtualClock(start);
  const mailbox = await startSmtp({ clock });
  const receiver = await startWebhookReceiver({ clock, secrets: [secret] });
  onTestFinished(async () => {
    await Promise.all([mailbox.close(), receiver.close()]);
  });
  const opened = await openNotify(
    data,
    {
      secrets: { TEST_HOOK_SECRET: secret },
      notifiers: {
        mail: email({ host: mailbox.host, port: mailbox.port, allowPlaintext: true, from: 'caudal@example.org' }),
        hook: webhook({ url: receiver.url, secrets: ['env:TEST_HOOK_SECRET'] }),
      },
      ...config,
    },
    clock,
  );
  return { ...opened, mailbox, receiver };
};

test('one notice for each person and channel, in the language and zone of the person', async () => {
  const { raise, step, mailbox, receiver, notices } = await world();
  await raise(
    alertOf({ facts: { work: 'OB-0101-114', since: '2026-03-01T11:00:00Z' } }),
    alertOf({ subject: 'obligation:other', facts: { work: 'OB-0101-115' } }),
  );
  await step();
  await step();
  const mails = mailbox.mails.toSorted((a, b) => (a.to < b.to ? -1 : 1));
  expect(mails.map(({ to, subject }) => [to[0], subject])).toEqual([
    ['ana@example.org', '2 envíos rechazados'],
    ['bob@example.org', '2 submissions rejected'],
  ]);
  expect(mails[0]?.text).toContain('• OB-0101-114: Obra OB-0101-114, Desde 01-03-26, 8:00:00');
  expect(mails[1]?.text).toContain('• OB-0101-114: Work OB-0101-114, Since 01/03/2026, 11:00:00 (Etc/UTC)');
  expect(receiver.messages).toMatchObject([
    { type: 'submission.rejected', data: { recipient: 'ana', language: 'es-CL' } },
  ]);
  expect((await notices()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
});

test('words of the configuration replace ours, by language and event; the others stay', async () => {
  const { raise, step, mailbox } = await world({
    notify: {
      groupMs: 0,
      words: {
        es: {
          events: {
            'submission.rejected': {
              one: '[{work}] rechazo para {person}',
              intro: 'Motivo: {reason}{nothing}',
              line: '- {subject} ({reason})',
            },
          },
          labels: { reason: 'Causa' },
        },
      },
    },
  });
  await raise(alertOf({ facts: { work: 'OB-0101-114', reason: 'formato {work} <b>' } }));
  await step();
  const ana = mailbox.mails.find(({ to }) => to[0] === 'ana@example.org');
  const bob = mailbox.mails.find(({ to }) => to[0] === 'bob@example.org');
  expect(ana?.subject).toBe('[OB-0101-114] rechazo para Ana');
  expect(ana?.text).toContain('Motivo: formato {work} <b>\n\n- OB-0101-114 (formato {work} <b>)');
  expect(ana?.text).toContain('Causa: formato {work} <b>');
  expect(bob?.subject).toBe('Submission rejected: OB-0101-114');
});

test('a misspelt event or key of the words is refused at start', async () => {
  const notify = { words: { es: { events: { 'submission.rejekted': { one: 'x' } } } } } as never;
  await expect(openNotify(data, { notify })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('submission.rejekted'),
  });
});

test('an answer of a vendor can not turn a notice around, break its title or fill it', async () => {
  const { raise, step, mailbox } = await world({ notify: { groupMs: 0, maxFactCharacters: 60 } });
  await raise(alertOf({ facts: { work: 'OB\r\nBcc: eve@example.org\u202Etxt', reason: 'x'.repeat(100_000) } }));
  await step();
  const mail = mailbox.mails.find(({ to }) => to[0] === 'ana@example.org');
  expect(mail?.subject).toBe('Envío rechazado: OB Bcc: eve@example.orgtxt');
  expect(mail?.headers['bcc']).toBeUndefined();
  expect(mail?.text).toContain(`Motivo: ${'x'.repeat(60)}…`);
  expect(mail?.text?.length).toBeLessThan(1000);
});

test('a refusal that says nothing was kept is repeated as it was', async () => {
  const { raise, step, clock, mailbox } = await world();
  mailbox.behave({ message: { only: { 'ana@example.org': 'refuse-451' } } });
  await raise(alertOf());
  await step();
  mailbox.behave({ message: { only: { 'ana@example.org': null } } });
  await clock.advance(minute);
  await step();
  const texts = mailbox.mails.filter(({ to }) => to[0] === 'ana@example.org').map(({ text }) => text);
  expect(texts).toHaveLength(1);
  expect(texts[0]).not.toContain('repetición');
});

test('when it is not known whether a message went, the next one says that it may be a repetition', async () => {
  const { raise, step, clock, mailbox, notices } = await world();
  mailbox.behave({ message: { only: { 'ana@example.org': 'store-then-drop' } } });
  await raise(alertOf());
  await step();
  mailbox.behave({ message: { only: { 'ana@example.org': null } } });
  await clock.advance(minute);
  await step();
  const mails = mailbox.mails.filter(({ to }) => to[0] === 'ana@example.org');
  expect(mails.map(({ text }) => text?.includes('Este aviso puede ser una repetición.'))).toEqual([false, true]);
  expect(mails[1]?.headers['message-id']).toBe(mails[0]?.headers['message-id']);
  expect((await notices()).every(({ state }) => state === 'sent')).toBe(true);
});

test('a channel that knows a repeated key gets the same bytes again, and the person one message', async () => {
  const { raise, step, clock, receiver } = await world();
  receiver.behave({ next: ['store-then-reset'] });
  await raise(alertOf());
  await step();
  await clock.advance(minute);
  await step();
  expect(receiver.deliveries.map(({ repeats }) => repeats)).toEqual(['no', 'same']);
  expect(receiver.messages).toHaveLength(1);
});

test('an address that is gone ends its notice, and no other', async () => {
  const { raise, step, receiver, notices } = await world();
  receiver.behave({ always: 'status-410' });
  await raise(alertOf());
  await step();
  const ended = Object.fromEntries(
    (await notices()).map(({ person, channel, state, reason }) => [`${person} ${channel}`, [state, reason]]),
  );
  expect(ended).toEqual({
    'ana hook': ['failed', expect.stringContaining('gone for good')],
    'ana mail': ['sent', null],
    'bob mail': ['sent', null],
  });
});
