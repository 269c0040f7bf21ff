import assert from 'node:assert/strict';
import { type CaudalError, type ErrorKind, type Instance, isCaudalError, type Plugin } from '@caudal/core';
import { refusedUrl, startFaultServer } from '../faults/fault-server.ts';
import { type Reply, replies } from '../faults/reply.ts';
import { attempt, failureOf } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { program } from '../conformance/remote.ts';
import {
  call,
  closeQuietly,
  instanceOf,
  type NamedCall,
  never,
  type Subject,
  withInstance,
} from '../conformance/session.ts';
import { fakeHost } from '../fakes/fake-host.ts';

/** One fault of the other side and what a call must make of it. */
export interface FaultRow {
  /** Two digits of the check's id. */
  readonly number: string;
  readonly title: string;
  readonly why: string;
  readonly replies: readonly Reply[];
  readonly kinds: readonly ErrorKind[];
  readonly retryAfterMs?: number;
}

const status = (...codes: readonly number[]) => codes.map((code) => replies.json({ message: 'no' }, code));

/** What core's error kinds mean over HTTP. */
export const httpFaults: readonly FaultRow[] = [
  {
    number: '20',
    title: '401 and 403 are auth',
    why: 'Only a person can help; repeating locks accounts.',
    replies: status(401, 403),
    kinds: ['auth'],
  },
  {
    number: '21',
    title: '429 is rate-limit and carries Retry-After',
    why: 'Guessing the wait gets the account blocked, or loses hours.',
    replies: [replies.rateLimited('7')],
    kinds: ['rate-limit'],
    retryAfterMs: 7000,
  },
  {
    number: '22',
    title: '500, 502 and 503 are transient',
    why: 'They pass; a person who is called for each stops reading.',
    replies: status(500, 502, 503),
    kinds: ['transient'],
  },
  {
    number: '23',
    title: 'a connection reset after the request is transient, perhaps sent',
    why: 'The other side may have stored the request before it went away.',
    replies: [replies.reset],
    kinds: ['transient'],
  },
  {
    number: '24',
    title: 'an answer cut in the middle is transient, perhaps sent',
    why: 'Half an answer is no answer, and certainly no empty one.',
    replies: [replies.cut()],
    kinds: ['transient'],
  },
];

/** Calls one call by name under each fault. */
export const faultChecks = <I extends Instance, S extends Subject<I>>(
  letter: string,
  callName: string,
  rows: readonly FaultRow[],
): Check<S>[] => {
  const chosen = (subject: S, instance: I): NamedCall =>
    subject.calls(instance).find(({ name }) => name === callName) ?? skip(`the plugin has no ${callName}`);

  /** Runs the call of an instance that talks to `baseUrl`. */
  const failureAt = async (subject: S, baseUrl: string, plugin: (url: string) => ReturnType<S['plugin']>) => {
    const instance = instanceOf<I>(plugin(baseUrl) as never, fakeHost({ secrets: subject.secrets }));
    try {
      return await failureOf(callName, async () => {
        await instance.start?.(call());
        return chosen(subject, instance).run(never());
      });
    } finally {
      await closeQuietly(instance);
    }
  };

  const overHttp = async (subject: S) => {
    const remote = await subject.remote();
    const http = remote.server !== undefined;
    await remote.close();
    if (!http) skip('the plugin does not speak HTTP');
  };

  /** What the call ends with. Undefined: the machine was so busy that the time was up before the request had arrived. */
  const underSilence = async (subject: S, plugin: (baseUrl: string) => Plugin, reply: Reply) => {
    const fate = await attempt(() =>
      withInstance<I, CaudalError | undefined>(
        subject,
        async ({ instance, remote }) => {
          const server = remote.server ?? skip('the plugin does not speak HTTP');
          const { run } = chosen(subject, instance);
          program(server, subject.login, reply);
          const failure = await failureOf(`${callName} under silence`, () => run(never()));
          return remote.seen() === 0 ? undefined : failure;
        },
        plugin,
      ),
    );
    if (fate.is === 'fulfilled') return fate.value;
    if (isCaudalError(fate.error) && fate.error.kind === 'timeout') return undefined;
    throw fate.error;
  };

  return [
    ...rows.map((row): Check<S> => ({
      id: `${letter}-${row.number}`,
      title: row.title,
      why: row.why,
      run: (subject) =>
        withInstance<I, void>(subject, async ({ instance, remote }) => {
          const server = remote.server ?? skip('the plugin does not speak HTTP');
          const { run } = chosen(subject, instance);
          for (const reply of row.replies) {
            program(server, subject.login, reply);
            const what = `${callName} under ${reply.kind === 'answer' ? reply.status : reply.kind}`;
            const failure = await failureOf(what, () => run(never()));
            assert.ok(
              row.kinds.includes(failure.kind),
              `${what} is ${failure.kind}, not ${row.kinds.join(' or ')}: ${failure.message}`,
            );
            assert.equal(failure.sent, 'maybe', `${what} says that nothing was sent`);
            assert.equal(failure.retryAfterMs, row.retryAfterMs ?? failure.retryAfterMs, `retryAfterMs of ${what}`);
          }
        }),
    })),
    {
      id: `${letter}-25`,
      title: 'a refused connection is transient and certainly not sent',
      why: 'What was certainly not sent may be sent again; everything else may not.',
      async run(subject) {
        await overHttp(subject);
        await withInstance<I, void>(subject, ({ instance }) => void chosen(subject, instance));
        const failure = await failureAt(subject, await refusedUrl(), (url) => subject.plugin(url) as never);
        assert.equal(failure.kind, 'transient', failure.message);
        assert.equal(failure.sent, 'no', 'a refused connection counts as perhaps sent');
      },
    },
    {
      id: `${letter}-26`,
      title: 'a certificate that no authority signed is refused, and nothing is sent',
      why: 'Whoever answers with such a certificate would get the credentials.',
      async run(subject) {
        await overHttp(subject);
        await withInstance<I, void>(subject, ({ instance }) => void chosen(subject, instance));
        await using stranger = await startFaultServer({ tls: 'untrusted' });
        stranger.reply('*', replies.json({}));
        const failure = await failureAt(subject, stranger.url, (url) => subject.plugin(url) as never);
        assert.equal(stranger.requests.length, 0, 'a request was sent to a server that nobody vouches for');
        assert.equal(failure.sent, 'no', 'a failed TLS handshake counts as perhaps sent');
      },
    },
    {
      id: `${letter}-27`,
      title: 'silence is a timeout, perhaps sent',
      why: 'A time-out does not prove that nothing arrived; and a call without one never ends.',
      async run(subject) {
        await overHttp(subject);
        const plugin = subject.givesUpSoon ?? skip('the options say no plugin that gives up soon');
        for (const reply of [replies.hangAfterStoring, replies.slow(['{', '}'])]) {
          let failure: CaudalError | undefined;
          for (let tries = 0; failure === undefined && tries < 10; tries += 1) {
            failure = await underSilence(subject, plugin, reply);
          }
          if (failure === undefined)
            return assert.fail(`the time of ${callName} was always up before it sent anything`);
          assert.equal(failure.kind, 'timeout', failure.message);
          assert.equal(failure.sent, 'maybe', 'a time-out says that nothing was sent');
        }
      },
    },
  ];
};
