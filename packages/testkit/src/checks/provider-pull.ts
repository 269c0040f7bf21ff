import assert from 'node:assert/strict';
import type { Json, ProviderInstance, PullRequest, PullResult } from '@caudal/core';
import { attempt } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { leaks, textIn } from '../conformance/leaks.ts';
import { program } from '../conformance/remote.ts';
import { behaving, never, type Session, withInstance } from '../conformance/session.ts';
import type { ProviderSubject } from '../subjects/provider.ts';

type Pull = (request: PullRequest) => Promise<PullResult>;

const pulling = (
  subject: ProviderSubject,
  body: (pull: Pull, request: PullRequest, session: Session<ProviderInstance>) => Promise<void>,
) =>
  withInstance(subject, async (session) => {
    const { instance } = session;
    if (subject.definition.capabilities.pull === undefined || instance.pull === undefined) {
      skip('the capabilities have no pull');
    }
    if (subject.options.answers === undefined && subject.options.remote === undefined) {
      skip('the options say no answers');
    }
    const { device, window } = subject.options;
    const request = { devices: [device], limit: 100, signal: never(), ...(window === undefined ? {} : { window }) };
    await body(async (asked) => (instance.pull as Pull)(asked), request, session);
  });

const positive = (what: string, value: number | undefined) => {
  if (value === undefined) return;
  assert.ok(Number.isInteger(value) && value > 0, `${what} is ${value}`);
};

/** Checks of `pull`, `discover` and what the capabilities say. */
export const pullChecks: readonly Check<ProviderSubject>[] = [
  {
    id: 'P-10',
    title: 'the capabilities say what the instance has',
    why: 'The host plans by the capabilities and never looks for methods.',
    run: (subject) =>
      withInstance(subject, ({ instance }) => {
        const { capabilities } = subject.definition;
        for (const name of ['pull', 'subscribe', 'webhook', 'discover'] as const) {
          assert.equal(
            instance[name] !== undefined,
            capabilities[name] !== undefined,
            `${name} is declared or present alone`,
          );
        }
      }),
  },
  {
    id: 'P-11',
    title: 'maxima and limits are whole positive numbers that fit the scope',
    why: 'A limit of zero stops the host for ever, and a wrong scope makes it ask for what the vendor refuses.',
    run({ definition: { capabilities } }) {
      const { pull, limits, concurrency } = capabilities;
      for (const { requests, perMs } of limits) {
        positive('requests of a limit', requests);
        positive('perMs of a limit', perMs);
      }
      positive('concurrency per instance', concurrency?.perInstance);
      positive('concurrency per credential', concurrency?.perCredential);
      if (pull === undefined) return;
      positive('maxLimit', pull.maxLimit);
      positive('maxDevices', pull.maxDevices);
      positive('maxVariables', pull.maxVariables);
      positive('maxWindowMs', pull.maxWindowMs);
      if (pull.scope !== 'provider') assert.equal(pull.maxDevices ?? 1, 1, `maxDevices of scope "${pull.scope}"`);
      if (pull.scope === 'variable') assert.equal(pull.maxVariables ?? 1, 1, 'maxVariables of scope "variable"');
    },
  },
  {
    id: 'P-12',
    title: 'one pull makes one request',
    why: 'The host counts pulls against the limits of the vendor; hidden requests get the account blocked.',
    run: (subject) =>
      pulling(subject, async (pull, request, { remote }) => {
        const before = remote.seen();
        await pull(request);
        assert.ok(remote.seen() - before <= 1, `one pull made ${remote.seen() - before} requests`);
      }),
  },
  {
    id: 'P-13',
    title: 'a pull that fails is not repeated by the plugin',
    why: 'The host repeats, with backoff and for every instance together; two who repeat multiply.',
    run: (subject) =>
      pulling(subject, async (pull, request, { remote }) => {
        behaving(remote, 'unavailable');
        const before = remote.seen();
        await attempt(() => pull(request));
        assert.ok(remote.seen() - before <= 1, `a failed pull made ${remote.seen() - before} requests`);
      }),
  },
  {
    id: 'P-14',
    title: 'envelopes and pages carry no credential',
    why: 'Raw records are kept for years, exported and shown; pages are stored between pulls.',
    run: (subject) =>
      pulling(subject, async (pull, request, { remote }) => {
        const secrets = {
          ...subject.secrets,
          ...Object.fromEntries(subject.issuedSecrets.map((secret, index) => [`issued ${index + 1}`, secret])),
        };
        const results = [await pull(request)];
        const [first] = subject.options.answers?.pages ?? [];
        if (first !== undefined && remote.server !== undefined) {
          program(remote.server, subject.login, first);
          results.push(await pull(request));
        }
        for (const { page } of results) assert.deepEqual(leaks(textIn(page), secrets), [], 'secrets in a page');
        for (const { envelope } of results.flatMap(({ records }) => records)) {
          assert.deepEqual(leaks(textIn(envelope), secrets), [], 'secrets in an envelope');
          const names = new Set(Object.keys(envelope.headers ?? {}).map((name) => name.toLowerCase()));
          for (const name of ['authorization', 'cookie', 'set-cookie']) {
            assert.ok(!names.has(name), `the envelope keeps the header ${name}`);
          }
        }
      }),
  },
  {
    id: 'P-15',
    title: 'what was asked stays within the request and the maxima',
    why: 'The envelope proves what was asked; a plugin that asks for more than it may gets cut or blocked.',
    run: (subject) =>
      pulling(subject, async (pull, request) => {
        const maxLimit = subject.definition.capabilities.pull?.maxLimit ?? 1;
        const fate = await attempt(() => pull({ ...request, limit: maxLimit + 1000 }));
        const records = fate.is === 'fulfilled' ? fate.value.records : [];
        for (const { envelope } of [...records, ...(await pull(request)).records]) {
          const { asked, channel } = envelope;
          assert.equal(channel, 'pull', 'the channel of a pulled record');
          assert.ok((asked?.limit ?? 1) <= maxLimit, `asked for ${asked?.limit} readings, more than ${maxLimit}`);
          const { window } = request;
          if (asked?.window === undefined || window === undefined) continue;
          assert.ok(asked.window.from >= window.from && asked.window.to <= window.to, 'asked outside the window');
        }
      }),
  },
  {
    id: 'P-16',
    title: 'an empty answer ends the window',
    why: 'A page after nothing is asked for again and again.',
    run: (subject) =>
      pulling(subject, async (pull, request, { remote }) => {
        behaving(remote, 'empty');
        assert.equal((await pull(request)).page, undefined, 'an empty answer has a next page');
      }),
  },
  {
    id: 'P-17',
    title: 'pages end, survive JSON and none is asked for twice',
    why: 'The page is stored between pulls; what JSON changes is lost at the first restart.',
    run: (subject) =>
      pulling(subject, async (pull, request, { remote }) => {
        const { answers } = subject.options;
        const pages = answers?.pages ?? skip('the options say no pages');
        const server = remote.server ?? skip('the plugin does not speak HTTP');
        program(server, subject.login, pages[0]);
        server.reply('*', ...pages, answers?.empty ?? pages[0]);
        const asked = new Set<string>();
        let page: Json | undefined;
        for (let pulls = 1; ; pulls += 1) {
          const result = await pull({ ...request, ...(page === undefined ? {} : { page }) });
          if (result.page === undefined) {
            assert.ok(pulls >= pages.length, `ended after ${pulls} of ${pages.length} pages`);
            return;
          }
          assert.ok(pulls <= pages.length, `goes on after ${pages.length} pages and an empty answer`);
          const text = JSON.stringify(result.page);
          page = JSON.parse(text) as Json;
          assert.deepEqual(page, result.page, 'a page is changed by JSON');
          assert.ok(!asked.has(text), 'the same page was returned twice');
          asked.add(text);
        }
      }),
  },
];
