import assert from 'node:assert/strict';
import type { ProviderInstance, RawInput, RawRequest } from '@caudal/core';
import { asCaudalError, attempt, settlesSoon } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { deferred } from '../conformance/deferred.ts';
import { call, closeQuietly, instanceOf, withInstance } from '../conformance/session.ts';
import { fakeHost } from '../fakes/fake-host.ts';
import { settled } from '../fakes/settled.ts';
import type { ProviderStream, ProviderSubject } from '../subjects/provider.ts';

type Webhook = NonNullable<ProviderInstance['webhook']>;
type Options = NonNullable<ProviderSubject['options']['webhook']>;

const receiving = (subject: ProviderSubject, body: (webhook: Webhook, options: Options) => Promise<void>) =>
  withInstance(subject, async ({ instance }) => {
    if (subject.definition.capabilities.webhook === undefined) skip('the capabilities have no webhook');
    await body(
      instance.webhook ?? skip('the instance has no webhook'),
      subject.options.webhook ?? skip('the options say no webhook request'),
    );
  });

/** Headers that prove nothing about the sender. */
const unproving = new Set(['content-type', 'content-length', 'host']);

const diskFull = () => Promise.reject(new Error('the disk is full'));

const refuses = async (webhook: Webhook, what: string, request: RawRequest) => {
  const fate = await attempt(() => webhook.verify(request, call()));
  if (fate.is === 'fulfilled') assert.fail(`${what} was accepted`);
  assert.equal(asCaudalError(`verify of ${what}`, fate.error).kind, 'auth', `verify of ${what}`);
};

interface Subscription {
  readonly stream: ProviderStream;
  readonly end: Promise<unknown>;
  readonly controller: AbortController;
}

const nothing = () => {};

const subscribing = async (
  subject: ProviderSubject,
  emit: (records: readonly RawInput[]) => Promise<void>,
  body: (subscription: Subscription) => Promise<void>,
  connected: () => void = nothing,
) => {
  if (subject.definition.capabilities.subscribe === undefined) skip('the capabilities have no subscribe');
  const open = subject.options.stream ?? skip('the options say no stream');
  const stream = await open();
  const controller = new AbortController();
  try {
    const host = fakeHost({ secrets: subject.secrets });
    const instance = instanceOf<ProviderInstance>(stream.plugin, host);
    await instance.start?.(call());
    const devices = [subject.options.device];
    const end = attempt(async () => instance.subscribe?.({ devices, emit, connected, signal: controller.signal }));
    try {
      await Promise.race([
        stream.subscribed(),
        end.then((fate) => assert.fail(`subscribe ended before it was subscribed: ${JSON.stringify(fate)}`)),
      ]);
      await body({ stream, end, controller });
    } finally {
      controller.abort(new Error('the check is over'));
      await settlesSoon(end);
      await closeQuietly(instance);
    }
  } finally {
    await stream.close();
  }
};

/** Checks of webhooks and streams. */
export const pushChecks: readonly Check<ProviderSubject>[] = [
  {
    id: 'P-30',
    title: "the vendor's own webhook request is accepted, byte for byte",
    why: 'A body that was parsed and written again can no longer be verified or proved.',
    run: (subject) =>
      receiving(subject, async (webhook, { request }) => {
        const fate = await attempt(() => webhook.verify(request, call()));
        if (fate.is === 'rejected') assert.fail(`the vendor's request was refused: ${String(fate.error)}`);
        const { records, response } = webhook.accept(request);
        assert.ok(records.length > 0, 'nothing of the request is stored');
        assert.ok(response.status >= 200 && response.status < 300, `the answer is ${response.status}`);
        if (records.length === 1) assert.deepEqual(Buffer.from(records[0]?.body ?? []), Buffer.from(request.body));
        for (const { envelope } of records) assert.equal(envelope.channel, 'webhook');
      }),
  },
  {
    id: 'P-31',
    title: 'a webhook request without proof of its sender is refused as auth',
    why: 'The address of a webhook is known to more people than one thinks.',
    run: (subject) =>
      receiving(subject, async (webhook, { request, forged = [] }) => {
        const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => unproving.has(name)));
        await refuses(webhook, 'a request without its headers and query', { ...request, headers, query: '' });
        for (const [index, other] of forged.entries()) await refuses(webhook, `forged request ${index + 1}`, other);
      }),
  },
  {
    id: 'P-32',
    title: 'a webhook body that was tampered with is refused as auth',
    why: 'Whoever can change a body on its way writes into the books of the regulator.',
    run: (subject) =>
      receiving(subject, async (webhook, { request, signsBody }) => {
        if (!signsBody) skip('the vendor does not sign its bodies');
        const body = new Uint8Array(request.body);
        body[body.length - 1] = ((body.at(-1) ?? 0) + 1) % 256;
        await refuses(webhook, 'a tampered body', { ...request, body });
      }),
  },
  {
    id: 'P-33',
    title: 'a message is acknowledged only after emit has resolved',
    why: 'What is acknowledged and not on disk is lost with the next power cut.',
    async run(subject) {
      const disk = deferred();
      const arrival = deferred();
      const emit = () => {
        arrival.resolve();
        return disk.promise;
      };
      await subscribing(subject, emit, async ({ stream }) => {
        await stream.deliver();
        await arrival.promise;
        await settled();
        assert.equal(stream.acknowledged(), 0, 'acknowledged before emit resolved');
        disk.resolve();
        await settled();
        assert.equal(stream.acknowledged(), 1, 'not acknowledged after emit resolved');
      });
    },
  },
  {
    id: 'P-34',
    title: 'a message that could not be stored is not acknowledged',
    why: 'The vendor sends again only what was not acknowledged.',
    async run(subject) {
      await subscribing(subject, diskFull, async ({ stream }) => {
        await stream.deliver();
        await settled();
        assert.equal(stream.acknowledged(), 0, 'acknowledged although emit rejected');
      });
    },
  },
  {
    id: 'P-35',
    title: 'subscribe resolves soon after its signal is aborted',
    why: 'A lease that moves to another process must be free.',
    run: (subject) =>
      subscribing(
        subject,
        () => Promise.resolve(),
        async ({ end, controller }) => {
          controller.abort(new Error('the check aborts the subscription'));
          assert.ok(await settlesSoon(end), 'the subscription goes on after its signal was aborted');
          assert.equal(((await end) as { is: string }).is, 'fulfilled', 'subscribe rejects when aborted');
        },
      ),
  },
  {
    id: 'P-36',
    title: 'subscribe rejects when the connection is lost',
    why: 'The host opens it again and pulls what was missed; it can do neither when it does not know.',
    run: (subject) =>
      subscribing(
        subject,
        () => Promise.resolve(),
        async ({ stream, end }) => {
          await stream.drop();
          assert.ok(await settlesSoon(end), 'the subscription goes on although its connection is gone');
          const fate = (await end) as { is: string; error?: unknown };
          assert.equal(fate.is, 'rejected', 'subscribe resolves when the connection is lost');
          assert.equal(asCaudalError('subscribe', fate.error).kind, 'transient');
        },
      ),
  },
  {
    id: 'P-37',
    title: 'a subscription says that it flows once, before its first message',
    why: 'From that moment on the host pulls what was missed before it; said late or never, the gap stays.',
    async run(subject) {
      let said = 0;
      const atEmit: number[] = [];
      const arrival = deferred();
      const emit = async () => {
        atEmit.push(said);
        arrival.resolve();
      };
      const connected = () => {
        said += 1;
      };
      const body = async ({ stream }: Subscription) => {
        await settled();
        assert.ok(said <= 1, `connected was said ${said} times for one connection`);
        await stream.deliver();
        await arrival.promise;
        await settled();
        assert.equal(atEmit[0], 1, 'connected was not said before the first message');
        assert.equal(said, 1, `connected was said ${said} times for one connection`);
      };
      await subscribing(subject, emit, body, connected);
    },
  },
  {
    id: 'P-38',
    title: 'a subscription that can not connect never says that it flows',
    why: 'The host would take the gap for closed and stop looking for what is missing.',
    async run(subject) {
      if (subject.definition.capabilities.subscribe === undefined) skip('the capabilities have no subscribe');
      const stream = await (subject.options.stream ?? skip('the options say no stream'))();
      await stream.close();
      const instance = instanceOf<ProviderInstance>(stream.plugin, fakeHost({ secrets: subject.secrets }));
      const controller = new AbortController();
      let said = 0;
      try {
        const end = attempt(async () => {
          await instance.start?.({ signal: controller.signal });
          await instance.subscribe?.({
            devices: [subject.options.device],
            signal: controller.signal,
            emit: async () => {},
            connected: () => {
              said += 1;
            },
          });
        });
        await settlesSoon(end);
        assert.equal(said, 0, 'connected was said although nothing listens');
      } finally {
        controller.abort(new Error('the check is over'));
        await closeQuietly(instance);
      }
    },
  },
];
