import assert from 'node:assert/strict';
import type { ComplianceInstance, Outage, RawRequest, RawResponse, ServeCall } from '@caudal/core';
import { asCaudalError, attempt } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { deepFreeze } from '../conformance/deep-freeze.ts';
import { leaks, textIn } from '../conformance/leaks.ts';
import { never, withInstance } from '../conformance/session.ts';
import { watchImpurity } from '../conformance/watch.ts';
import type { ComplianceSubject } from '../subjects/compliance.ts';

type Serve = (request: RawRequest) => Promise<RawResponse>;
type Options = NonNullable<ComplianceSubject['options']['serve']>;

/** The books of the sample report: one work with its submissions. */
const booksOf = ({ options: { report } }: ComplianceSubject): ServeCall => ({
  signal: never(),
  works: [{ code: report.work.code, settings: report.work.settings, members: report.members }],
  history: async (work) => (work === report.work.code ? report.submissions : []),
});

const serving = (subject: ComplianceSubject, body: (serve: Serve, options: Options) => Promise<void>) =>
  withInstance(subject, async ({ instance }) => {
    if (instance.serve === undefined) skip('the target answers no requests');
    const options = subject.options.serve ?? skip('the options say no request to serve');
    await body(async (request) => (instance as Required<ComplianceInstance>).serve(request, booksOf(subject)), options);
  });

/** Headers that prove nothing about the sender. */
const unproving = new Set(['content-type', 'content-length', 'host', 'accept']);

const stranger = (request: RawRequest): RawRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => unproving.has(name))),
});

/** What a refused request must not be told. */
const ours = ({ options: { report } }: ComplianceSubject) => [
  report.work.code,
  ...report.submissions.flatMap(({ values }) => Object.values(values).flatMap(({ value }) => value ?? [])),
];

const bodyOf = ({ body = '' }: RawResponse) => Buffer.from(body).toString('utf8');

const refused = async (subject: ComplianceSubject, serve: Serve, what: string, request: RawRequest) => {
  const fate = await attempt(() => serve(request));
  if (fate.is === 'rejected') return asCaudalError(`serve of ${what}`, fate.error).kind;
  assert.ok(fate.value.status >= 400 && fate.value.status < 500, `${what} was answered with ${fate.value.status}`);
  const told = ours(subject).filter((text) => text.length > 2 && bodyOf(fate.value).includes(text));
  assert.deepEqual(told, [], `${what} was told what is ours`);
  return fate.value.status;
};

const outageOf = ({ options: { report, sendTime } }: ComplianceSubject): Outage => ({
  works: [report.work.code, `${report.work.code}-B`],
  from: sendTime - 86_400_000,
  cause: 'el equipo no transmite',
});

const drafting = (
  subject: ComplianceSubject,
  body: (draft: NonNullable<ComplianceInstance['draftOutage']>, outage: Outage) => Promise<void> | void,
) =>
  withInstance(subject, async ({ instance }) => {
    if (instance.draftOutage === undefined) skip('the target drafts no notice of an outage');
    await body((outage) => (instance as Required<ComplianceInstance>).draftOutage(outage), outageOf(subject));
  });

/** Checks of `serve` and `draftOutage`. */
export const serveChecks: readonly Check<ComplianceSubject>[] = [
  {
    id: 'C-40',
    title: "the regulator's own request is answered",
    why: 'A regulator that asks and hears nothing counts the work as silent.',
    run: (subject) =>
      serving(subject, async (serve, { request }) => {
        const { status } = await serve(request);
        assert.ok(status >= 200 && status < 300, `the answer is ${status}`);
      }),
  },
  {
    id: 'C-41',
    title: 'whoever does not prove to be the regulator is refused and told nothing',
    why: 'The host checks nobody: what is answered here is public.',
    run: (subject) =>
      serving(subject, async (serve, { request, forged = [] }) => {
        const strangers = [['a request without its headers', stranger(request)] as const];
        const liars = forged.map((one, index) => [`forged request ${index + 1}`, one] as const);
        for (const [what, one] of [...strangers, ...liars]) {
          const how = await refused(subject, serve, what, one);
          assert.ok([401, 403, 'auth'].includes(how), `${what} was refused with ${how}`);
        }
      }),
  },
  {
    id: 'C-42',
    title: 'another method is refused',
    why: 'A service that answers whatever it is asked will one day answer a deletion.',
    run: (subject) =>
      serving(subject, async (serve, { request }) => {
        const how = await refused(subject, serve, 'DELETE', { ...request, method: 'DELETE' });
        assert.ok(![401, 403, 'auth', 'bug'].includes(how), `DELETE by the regulator itself was refused with ${how}`);
      }),
  },
  {
    id: 'C-43',
    title: 'no answer carries a secret',
    why: 'Answers leave the house and are kept by others.',
    run: (subject) =>
      serving(subject, async (serve, { request, forged = [] }) => {
        for (const one of [request, stranger(request), { ...request, method: 'DELETE' }, ...forged]) {
          const fate = await attempt(() => serve(one));
          const told = fate.is === 'fulfilled' ? [fate.value.headers, bodyOf(fate.value)] : fate.error;
          assert.deepEqual(leaks(textIn(told), subject.secrets), [], 'secrets in an answer to the regulator');
        }
      }),
  },
  {
    id: 'C-44',
    title: 'the notice of an outage is pure',
    why: 'It is shown before it is sent; both must be the same letter.',
    run: (subject) =>
      drafting(subject, async (draft, outage) => {
        const frozen = deepFreeze(structuredClone(outage));
        const first = draft(frozen);
        const seen = await watchImpurity(() => {
          assert.deepEqual(draft(frozen), first, 'the second notice differs');
        });
        assert.deepEqual(seen, []);
      }),
  },
  {
    id: 'C-45',
    title: 'the notice of an outage names every work and can still be sent in time',
    why: 'What a notice does not name was not reported, and one that was due before it began is worthless.',
    run: (subject) =>
      drafting(subject, (draft, outage) => {
        for (const one of [outage, { ...outage, to: outage.from + 3_600_000 }]) {
          const { to, subject: heading, text, dueAt } = draft(one);
          assert.ok(to !== '' && heading !== '', 'the notice has no receiver or no subject');
          const unnamed = outage.works.filter((work) => !`${heading}\n${text}`.includes(work));
          assert.deepEqual(unnamed, [], 'works that the notice does not name');
          assert.ok(Number.isFinite(dueAt) && dueAt > outage.from, 'the notice is due before the outage began');
        }
      }),
  },
];
