import assert from 'node:assert/strict';
import type { Message, NotifierInstance } from '@caudal/core';
import { asCaudalError, attempt, failureOf } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { deepFreeze } from '../conformance/deep-freeze.ts';
import { sampleMessage } from '../conformance/sample-message.ts';
import { behaving, call, never, type Session, withInstance } from '../conformance/session.ts';
import type { NotifierSubject } from '../subjects/notifier.ts';
import { everyKindChecks } from './every-kind.ts';
import { faultChecks, httpFaults } from './fault-table.ts';

type Send = (message: Partial<Message>, to?: unknown) => Promise<{ readonly externalId: string }>;

const sending = (subject: NotifierSubject, body: (send: Send, session: Session<NotifierInstance>) => Promise<void>) =>
  withInstance(subject, async (session) => {
    let count = 0;
    const send: Send = async (message, to = subject.options.address) => {
      count += 1;
      const idempotencyKey = `conformance-${count}`;
      return session.instance.send({ to, message: { ...sampleMessage, ...message }, idempotencyKey, signal: never() });
    };
    await body(send, session);
  });

const delivering = (
  subject: NotifierSubject,
  body: (
    delivery: NonNullable<NotifierInstance['delivery']>,
    options: NonNullable<NotifierSubject['options']['delivery']>,
  ) => Promise<void>,
) =>
  withInstance(subject, ({ instance }) =>
    body(
      instance.delivery ?? skip('the notifier has no delivery events'),
      subject.options.delivery ?? skip('the options say no delivery event'),
    ),
  );

const statuses = new Set(['accepted', 'sent', 'delivered', 'delayed', 'bounced', 'rejected', 'complaint']);

const own: readonly Check<NotifierSubject>[] = [
  {
    id: 'N-01',
    title: 'sending gives an id',
    why: 'Without it nobody finds the message at the channel again.',
    run: (subject) =>
      sending(subject, async (send) => {
        const { externalId } = await send({});
        assert.ok(typeof externalId === 'string' && externalId !== '', 'there is no id');
      }),
  },
  {
    id: 'N-02',
    title: 'letters of every script arrive',
    why: 'Names of places have accents, and an alarm with question marks for letters is not read.',
    run: (subject) =>
      sending(subject, async (send, { remote }) => {
        const text = 'Ñuñoa: caída de presión, 水位低下, ниже нормы, 🌊';
        await send({ text });
        assert.ok(remote.texts().includes(text), 'the text did not arrive as it was sent');
      }),
  },
  {
    id: 'N-03',
    title: 'a long text arrives whole, or is refused',
    why: 'What is cut in silence is the end, where the numbers stand.',
    run: (subject) =>
      sending(subject, async (send, { remote }) => {
        const { maxText } = subject.definition.capabilities;
        const whole = Array.from({ length: 400 }, (_, index) => `linea${index}`).join(' ');
        const text = whole.slice(0, Math.min(maxText ?? whole.length, whole.length));
        await send({ text });
        const seen = remote.texts().replaceAll(/\s+/g, '');
        assert.ok(
          seen.includes(text.replaceAll(/\s+/g, '')),
          `a text of ${text.length} characters did not arrive whole`,
        );
      }),
  },
  {
    id: 'N-04',
    title: 'a refused address is rejected, and concerns that message alone',
    why: 'One wrong number must not stop the messages to everybody else.',
    run: (subject) =>
      sending(subject, async (send, { remote }) => {
        const bad = subject.options.badAddress ?? skip('the options say no bad address');
        behaving(remote, 'bad-recipient');
        const failure = await failureOf('send to a bad address', () => send({}, bad));
        assert.equal(failure.kind, 'rejected', failure.message);
        assert.equal(failure.scope, 'item', 'the scope of a bad address');
      }),
  },
  {
    id: 'N-05',
    title: 'one send makes one message',
    why: 'People switch off what tells them everything twice.',
    run: (subject) =>
      sending(subject, async (send, { remote }) => {
        const before = remote.seen();
        await send({});
        assert.equal(remote.seen() - before, 1, 'messages for one send');
      }),
  },
  {
    id: 'N-06',
    title: 'a send that fails is not repeated by the plugin',
    why: 'The host repeats, and knows what was sent already.',
    run: (subject) =>
      sending(subject, async (send, { remote }) => {
        behaving(remote, 'unavailable');
        const before = remote.seen();
        const fate = await attempt(() => send({}));
        if (fate.is === 'rejected') asCaudalError('send', fate.error);
        else assert.fail('send succeeded although the channel was unavailable');
        assert.ok(remote.seen() - before <= 1, `${remote.seen() - before} requests for one failed send`);
      }),
  },
  {
    id: 'N-07',
    title: 'the message is not changed',
    why: 'The same message goes to other people on other channels.',
    run: (subject) =>
      withInstance(subject, async ({ instance }) => {
        const message = deepFreeze(structuredClone(sampleMessage));
        const to = subject.options.address;
        const fate = await attempt(() => instance.send({ to, message, idempotencyKey: 'frozen', signal: never() }));
        if (fate.is === 'rejected') assert.fail(`a frozen message made it throw ${String(fate.error)}`);
      }),
  },
  {
    id: 'N-08',
    title: 'delivery events come from the closed list',
    why: 'What becomes of a message is shown and counted by status.',
    run: (subject) =>
      delivering(subject, async (delivery, { request }) => {
        await delivery.verify(request, call());
        const { events } = delivery.accept(request);
        assert.ok(events.length > 0, 'nothing was understood');
        for (const { status, at, externalId } of events) {
          assert.ok(statuses.has(status), `the status "${status}"`);
          assert.ok(Number.isFinite(at), 'the instant is no number');
          assert.ok(externalId !== '', 'there is no id');
        }
      }),
  },
  {
    id: 'N-09',
    title: 'delivery events without proof of their sender are refused as auth',
    why: 'Whoever can forge "delivered" can keep an alarm from being repeated.',
    run: (subject) =>
      delivering(subject, async (delivery, { request, signsBody, forged = [] }) => {
        const headers = { 'content-type': request.headers['content-type'] ?? '' };
        const body = new Uint8Array(request.body);
        body[body.length - 1] = ((body.at(-1) ?? 0) + 1) % 256;
        const bad = [{ ...request, headers, query: '' }, ...(signsBody ? [{ ...request, body }] : [])];
        for (const one of [...bad, ...forged]) {
          const failure = await failureOf('verify of a forged event', () => delivery.verify(one, call()));
          assert.equal(failure.kind, 'auth');
        }
      }),
  },
  {
    id: 'N-10',
    title: "each of the channel's reports means what it must",
    why: 'A bounce that is read as delivered is an alarm that nobody got and nobody repeats.',
    run: (subject) =>
      delivering(subject, async (delivery, { others }) => {
        for (const { name, request, status } of others ?? skip('the options say no other delivery events')) {
          await delivery.verify(request, call());
          const { events } = delivery.accept(request);
          assert.deepEqual([...new Set(events.map((event) => event.status))], [status], `the status of ${name}`);
        }
      }),
  },
];

/** What a notifier is asked. */
export const notifierChecks: readonly Check<NotifierSubject>[] = [
  ...(everyKindChecks as readonly Check<NotifierSubject>[]),
  ...own,
  ...faultChecks<NotifierInstance, NotifierSubject>('N', 'send', httpFaults),
];
