import assert from 'node:assert/strict';
import type { Lookup } from '@caudal/core';
import { type Programmed, replies } from '../faults/reply.ts';
import { asCaudalError, attempt } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { program } from '../conformance/remote.ts';
import { never, withInstance } from '../conformance/session.ts';
import type { ComplianceSubject } from '../subjects/compliance.ts';
import { broken, gibberish } from './meaningless.ts';

type Ask = (reply: Programmed) => Promise<Lookup>;

const asking = (
  subject: ComplianceSubject,
  body: (
    ask: Ask,
    desk: { readonly given: NonNullable<ComplianceSubject['options']['find']>; readonly seen: () => number },
  ) => Promise<void>,
) =>
  withInstance(subject, async ({ instance, remote }) => {
    if (subject.definition.profile.lookUp === undefined) skip('the profile has no look-up');
    const server = remote.server ?? skip('the target does not speak HTTP');
    const given = subject.options.find ?? skip('the options say no find');
    const { report } = subject.options;
    const one = { ...report, submissions: report.submissions.slice(0, 1) };
    await body(
      async (reply) => {
        program(server, subject.login, reply);
        return (await instance.find?.({ report: one, signal: never() })) ?? skip('the instance has no find');
      },
      { given, seen: () => remote.seen() },
    );
  });

/** Checks of `find`. */
export const findChecks: readonly Check<ComplianceSubject>[] = [
  {
    id: 'C-50',
    title: 'a question by key tells equal, other and absent records apart, and compares as decimals',
    why: 'Absent lets a measurement go again; equal ends it; other calls a person.',
    run: (subject) =>
      asking(subject, async (ask, { given }) => {
        for (const reply of given.same) assert.equal((await ask(reply)).status, 'found', 'equal values are not found');
        for (const [name, reply] of Object.entries({ different: given.different, twice: given.twice })) {
          if (reply === undefined) continue;
          const found = await ask(reply);
          assert.equal(found.status, 'differs', `${name}: taken for ours`);
          assert.ok(
            (found as { differences: readonly unknown[] }).differences.length > 0,
            `${name}: without differences`,
          );
        }
        assert.equal((await ask(given.absent)).status, 'absent', 'what is not there is found');
      }),
  },
  {
    id: 'C-51',
    title: 'a question that was not understood proves nothing',
    why: 'A log-in page taken for absent sends a measurement twice; taken for found it loses one.',
    run: (subject) =>
      asking(subject, async (ask) => {
        for (const [name, reply] of [...gibberish, ...broken]) {
          const fate = await attempt(() => ask(reply));
          if (fate.is === 'rejected') asCaudalError(`find answered by ${name}`, fate.error);
          else assert.equal(fate.value.status, 'unclear', `${name} was taken for ${fate.value.status}`);
        }
      }),
  },
  {
    id: 'C-52',
    title: 'a question by key is one request, whatever the answer',
    why: 'When it is asked again is the decision of the host.',
    run: (subject) =>
      asking(subject, async (ask, { given, seen }) => {
        for (const reply of [given.absent, replies.answer(500), replies.answer(503), replies.reset]) {
          await attempt(() => ask(reply));
          assert.equal(seen(), 1, `${seen()} requests for one question`);
        }
      }),
  },
];
