import assert from 'node:assert/strict';
import { type Instance, withDefaults } from '@caudal/core';
import { fakeHost } from '../fakes/fake-host.ts';
import { refusedUrl, startFaultServer } from '../faults/fault-server.ts';
import { replies } from '../faults/reply.ts';
import { attempt, settlesSoon } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { leaks, textIn } from '../conformance/leaks.ts';
import { program, type Remote } from '../conformance/remote.ts';
import { behaving, call, closeQuietly, instanceOf, never, type Subject, withInstance } from '../conformance/session.ts';
import { watchEnvironment, watchNetwork } from '../conformance/watch.ts';

const made = (subject: Subject, baseUrl: string): Instance =>
  instanceOf(subject.plugin(baseUrl), fakeHost({ secrets: subject.secrets }));

const closes = async (what: string, instance: Instance) => {
  const fate = await attempt(() => instance.close?.());
  if (fate.is === 'rejected') assert.fail(`${what} threw ${String(fate.error)}`);
};

const closeLater = (instance: Instance) => {
  void closeQuietly(instance);
};

/** A connection refused on the same scheme as the remote's. */
const refusedLike = async (remote: Remote) => {
  const url = new URL(remote.url);
  url.port = new URL(await refusedUrl()).port;
  return url.href.replace(/\/$/, '');
};

const allSecrets = (subject: Subject): Record<string, string> => ({
  ...subject.secrets,
  ...Object.fromEntries(subject.issuedSecrets.map((secret, index) => [`issued secret ${index + 1}`, secret])),
});

/** Answers under which secrets have been seen to leak: servers like to repeat what they were sent. */
const revealing = [
  replies.json({ message: 'not allowed' }, 401),
  replies.json({ message: 'broken' }, 500),
  replies.cut(),
  (request: { readonly whole: string }) => replies.answer(400, `bad request: ${request.whole}`),
  (request: { readonly whole: string }) => replies.json({ error: request.whole }, 500),
] as const;

/** Every call under good, absent and revealing answers; `look` sees each failure. */
const provoke = (subject: Subject, look: (call: string, failure: unknown) => void) =>
  withInstance(subject, async ({ instance, remote, host }) => {
    const { server } = remote;
    for (const { name, run } of subject.calls(instance)) {
      behaving(remote, 'ok');
      const good = await attempt(() => run(never()));
      if (good.is === 'rejected') look(name, good.error);
      for (const reply of server === undefined ? [] : revealing) {
        program(server as NonNullable<typeof server>, subject.login, reply);
        const fate = await attempt(() => run(never()));
        if (fate.is === 'rejected') look(name, fate.error);
      }
    }
    return host;
  });

/** Checks of how an instance lives, for every kind. */
export const lifeChecks: readonly Check<Subject>[] = [
  {
    id: 'A-09',
    title: 'create opens no connection',
    why: 'Configuration is checked on machines that cannot reach the other side, and a host creates many instances at once.',
    async run(subject) {
      const url = await refusedUrl();
      const seen = await watchNetwork(() => closeLater(made(subject, url)));
      assert.deepEqual(seen, [], 'create did I/O');
    },
  },
  {
    id: 'A-10',
    title: 'create reads no environment',
    why: 'An instance is what its configuration says; two instances of one process may need different values.',
    run(subject) {
      const plugin = subject.plugin('http://127.0.0.1:9');
      const config: unknown = withDefaults(plugin.definition.config, plugin.config);
      const host = fakeHost({ secrets: subject.secrets });
      const seen = watchEnvironment(() => {
        plugin.definition.create({ config, host });
      });
      assert.deepEqual(seen, [], 'create read the environment');
    },
  },
  {
    id: 'A-11',
    title: 'close is safe twice',
    why: 'Shutting down after a failure closes what was closed before.',
    run: (subject) =>
      withInstance(subject, async ({ instance }) => {
        if (instance.close === undefined) skip('the plugin has no close');
        await closes('close', instance);
        await closes('the second close', instance);
      }),
  },
  {
    id: 'A-12',
    title: 'close is safe after a failed start',
    why: 'A host that cannot start an instance still has to let go of it.',
    async run(subject) {
      const remote = await subject.remote();
      try {
        const instance = made(subject, await refusedLike(remote));
        if (instance.start === undefined) skip('the plugin has no start');
        await attempt(() => instance.start?.(call()));
        await closes('close after a failed start', instance);
      } finally {
        await remote.close();
      }
    },
  },
  {
    id: 'A-13',
    title: 'start, close and start again works',
    why: 'An instance is stopped and started when its configuration or its lease changes.',
    run: (subject) =>
      withInstance(subject, async ({ instance }) => {
        if (instance.start === undefined) skip('the plugin has no start');
        await attempt(() => instance.close?.());
        const again = await attempt(() => instance.start?.(call()));
        if (again.is === 'rejected') assert.fail(`the second start threw ${String(again.error)}`);
      }),
  },
  {
    id: 'A-14',
    title: 'abort ends every call at once',
    why: 'A call that cannot be ended holds a device, a lease or a shutdown until a time-out of its own.',
    run: (subject) =>
      withInstance(subject, async ({ instance, remote }) => {
        const calls = subject.calls(instance);
        if (calls.length === 0) skip('the plugin makes no calls');
        for (const { name, run } of calls) {
          behaving(remote, 'hang');
          const before = remote.seen();
          const controller = new AbortController();
          const fate = attempt(() => run(controller.signal));
          await Promise.race([fate, remote.received(before + 1)]);
          controller.abort(new Error('the check aborts the call'));
          assert.ok(await settlesSoon(fate), `${name} goes on after its signal was aborted`);
        }
      }),
  },
  {
    id: 'A-15',
    title: 'a call whose signal is already aborted sends nothing',
    why: 'Between deciding and sending, the host may have lost the right to send.',
    run: (subject) =>
      withInstance(subject, async ({ instance, remote }) => {
        const calls = subject.calls(instance);
        if (calls.length === 0) skip('the plugin makes no calls');
        for (const { name, run } of calls) {
          behaving(remote, 'ok');
          const before = remote.seen();
          await attempt(() => run(AbortSignal.abort(new Error('aborted before it began'))));
          assert.equal(remote.seen(), before, `${name} sent a request although its signal was aborted`);
        }
      }),
  },
  {
    id: 'A-16',
    title: 'no secret stands in the logs',
    why: 'Logs are copied into tickets and chats; the spelling on the wire is as good as the secret.',
    async run(subject) {
      const host = await provoke(subject, () => {});
      assert.deepEqual(leaks(host.logs, allSecrets(subject)), [], 'secrets in the logs');
    },
  },
  {
    id: 'A-17',
    title: 'no secret stands in an error',
    why: 'Errors are stored, shown and sent to people; vendors like to repeat what they were sent.',
    async run(subject) {
      await provoke(subject, (name, failure) => {
        assert.deepEqual(leaks(textIn(failure), allSecrets(subject)), [], `secrets in an error of ${name}`);
      });
    },
  },
  {
    id: 'A-18',
    title: 'check says whether credentials work',
    why: 'A wrong credential should be found when it is entered, not when data are missing.',
    run: (subject) =>
      withInstance(subject, async ({ instance, remote }) => {
        const check = subject.calls(instance).find(({ name }) => name === 'check') ?? skip('this kind has no check');
        const good = await attempt(() => check.run(never()));
        if (good.is === 'rejected') assert.fail(`check of good credentials threw ${String(good.error)}`);
        const told = good.value as { readonly ok?: unknown; readonly message?: unknown };
        assert.equal(told.ok, true, 'check of good credentials does not answer ok');
        assert.ok(typeof told.message === 'string' && told.message !== '', 'check says nothing to the operator');
        const before = remote.seen();
        behaving(remote, 'bad-credentials');
        const bad = await attempt(() => check.run(never()));
        if (remote.server !== undefined && before === 0) skip('check asks nothing over HTTP');
        if (bad.is === 'rejected')
          assert.equal((bad.error as { kind?: unknown }).kind, 'auth', 'check threw another kind');
        else assert.equal((bad.value as { readonly ok?: unknown }).ok, false, 'check of bad credentials answers ok');
      }),
  },
  {
    id: 'A-19',
    title: 'a redirect carries no secret to another host',
    why: 'A vendor whose domain was lost, or a captive portal, would be handed the credentials.',
    run: (subject) =>
      withInstance(subject, async ({ instance, remote }) => {
        const server = remote.server ?? skip('the plugin does not speak HTTP');
        const calls = subject.calls(instance);
        if (calls.length === 0) skip('the plugin makes no calls');
        await using elsewhere = await startFaultServer();
        elsewhere.reply('*', replies.json({}));
        for (const { name, run } of calls) {
          for (const status of [302, 307]) {
            program(server, subject.login, replies.redirect(`${elsewhere.url}/elsewhere`, status));
            await attempt(() => run(never()));
            const carried = elsewhere.requests.map(({ whole }) => whole).join('\n');
            assert.deepEqual(leaks(carried, allSecrets(subject)), [], `${name} followed a ${status} with secrets`);
          }
        }
      }),
  },
];
