import assert from 'node:assert/strict';
import type { ComplianceInstance, SubmitResult } from '@caudal/core';
import type { FaultServer } from '../faults/fault-server.ts';
import { type Programmed, replies } from '../faults/reply.ts';
import { asCaudalError, attempt, failureOf } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { leaks, textIn } from '../conformance/leaks.ts';
import { program } from '../conformance/remote.ts';
import { never, type Session, withInstance } from '../conformance/session.ts';
import type { ComplianceSubject } from '../subjects/compliance.ts';
import { slotsIn } from './compliance-artifact.ts';
import { broken, gibberish } from './meaningless.ts';

type Submit = (reply: Programmed) => Promise<SubmitResult>;

interface Desk extends Session<ComplianceInstance> {
  readonly submit: Submit;
  readonly server: FaultServer;
}

const submitting = (subject: ComplianceSubject, body: (desk: Desk) => Promise<void>) =>
  withInstance(subject, async (session) => {
    const { instance, remote } = session;
    const server = remote.server ?? skip('the target does not speak HTTP');
    const { report, sendTime } = subject.options;
    const submit: Submit = async (reply) => {
      program(server, subject.login, reply);
      return instance.submit({ artifact: instance.render(report), report, sendTime, signal: never() });
    };
    await body({ ...session, server, submit });
  });

/** Whether what came of a submission counts as arrived. */
const arrived = (result: SubmitResult) =>
  Object.values(result.outcomes).some(({ status }) => status === 'accepted' || status === 'duplicate');

const neverArrived = async (submit: Submit, answers: readonly (readonly [string, Programmed])[]) => {
  for (const [name, reply] of answers) {
    const fate = await attempt(() => submit(reply));
    if (fate.is === 'rejected') asCaudalError(`submit answered by ${name}`, fate.error);
    else assert.ok(!arrived(fate.value), `${name} was taken for a receipt`);
  }
};

/** Whether `text` is `template` with something in the place of each `{{name}}`. */
const matches = (text: string, template: string): boolean => {
  const fixed = template.split(/\{\{[^{}]+\}\}/);
  const first = fixed[0] ?? '';
  const last = fixed.at(-1) ?? '';
  if (fixed.length === 1) return text === template;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of fixed.slice(1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
};

/** Checks of `submit` and `confirm`. */
export const submitChecks: readonly Check<ComplianceSubject>[] = [
  {
    id: 'C-10',
    title: 'submit sends exactly once, whatever the answer',
    why: 'A second request may be a second measurement in the books of the regulator.',
    run: (subject) =>
      submitting(subject, async ({ submit, remote }) => {
        const answers = [subject.options.answers.accepted, replies.answer(500), replies.answer(503), replies.reset];
        for (const reply of [...answers, replies.rateLimited('0'), replies.answer(408)]) {
          await attempt(() => submit(reply));
          assert.equal(remote.seen(), 1, `${remote.seen()} requests for one submission`);
        }
      }),
  },
  {
    id: 'C-11',
    title: 'what is sent is the artifact with every slot filled',
    why: 'The stored artifact is the proof of what was sent.',
    run: (subject) =>
      submitting(subject, async ({ submit, remote, server, instance, host }) => {
        const artifact = instance.render(subject.options.report);
        await submit(subject.options.answers.accepted);
        const sent = remote.texts();
        for (const name of slotsIn(artifact)) assert.ok(!sent.includes(`{{${name}}}`), `{{${name}}} was sent unfilled`);
        const request = server.requests.at(-1);
        assert.ok(matches(request?.text ?? '', artifact.body), 'the body is not that of the artifact');
        for (const { fill } of artifact.slots) {
          if ('secret' in fill) assert.ok(host.resolved.includes(fill.secret), `${fill.secret} was not asked for`);
        }
      }),
  },
  {
    id: 'C-12',
    title: 'an accepting answer accepts every submission, each by its id',
    why: 'A submission without an outcome stays open for ever.',
    run: (subject) =>
      submitting(subject, async ({ submit }) => {
        const { answers, report } = subject.options;
        const { outcomes } = await submit(answers.accepted);
        const ids = report.submissions.map(({ id }) => id).toSorted();
        assert.deepEqual(Object.keys(outcomes).toSorted(), ids, 'outcomes and submissions differ');
        for (const outcome of Object.values(outcomes)) {
          assert.equal(outcome.status, 'accepted');
          if (answers.receipt !== undefined) assert.equal((outcome as { receipt?: string }).receipt, answers.receipt);
        }
      }),
  },
  {
    id: 'C-13',
    title: "the regulator's other answers mean what they must",
    why: 'Refused for ever, refused today and already there lead to different days of work.',
    run: (subject) =>
      submitting(subject, async ({ submit }) => {
        const others = subject.options.answers.others ?? skip('the options say no other answers');
        for (const { name, reply, status, until } of others) {
          const { outcomes } = await submit(reply);
          assert.equal(Object.keys(outcomes).length, subject.options.report.submissions.length, `outcomes of ${name}`);
          for (const outcome of Object.values(outcomes)) {
            assert.equal(outcome.status, status, `the outcome of ${name}`);
            if (until !== undefined)
              assert.equal((outcome as { until?: string }).until, until, `the outcome of ${name}`);
          }
        }
      }),
  },
  {
    id: 'C-14',
    title: 'an answer that is not understood is never accepted',
    why: 'A log-in page with status 200 is no receipt.',
    run: (subject) => submitting(subject, ({ submit }) => neverArrived(submit, gibberish)),
  },
  {
    id: 'C-15',
    title: 'a server error is never accepted',
    why: 'The regulator may have stored the measurement or not; accepted is what it says itself.',
    run: (subject) => submitting(subject, ({ submit }) => neverArrived(submit, broken)),
  },
  {
    id: 'C-16',
    title: 'no answer throws, perhaps sent',
    why: 'Unknown is a state of its own: neither done nor failed.',
    run: (subject) =>
      submitting(subject, async ({ submit }) => {
        for (const reply of [replies.reset, replies.cut()]) {
          const failure = await failureOf(`submit under ${reply.kind}`, () => submit(reply));
          assert.equal(failure.sent, 'maybe', `submit under ${reply.kind} says that nothing was sent`);
          assert.notEqual(failure.kind, 'bug', `submit under ${reply.kind}: ${failure.message}`);
        }
      }),
  },
  {
    id: 'C-17',
    title: 'the answer is kept as it came, without our secrets',
    why: 'It is the evidence of what the regulator said.',
    run: (subject) =>
      submitting(subject, async ({ submit, server }) => {
        const { answer } = await submit(subject.options.answers.accepted);
        const { accepted } = subject.options.answers;
        const reply =
          typeof accepted === 'function' ? accepted(server.requests.at(-1) ?? skip('nothing was sent')) : accepted;
        if (reply.kind !== 'answer') skip('the accepting answer is no plain answer');
        else {
          assert.equal(answer.status, reply.status);
          assert.equal(answer.body, Buffer.from(reply.body).toString('utf8'));
        }
        assert.deepEqual(leaks(textIn(answer.headers), subject.secrets), [], 'secrets in the headers of the answer');
        const repeating: Programmed = ({ whole }) => replies.json({ message: `not understood: ${whole}` }, 400);
        const fate = await attempt(() => submit(repeating));
        if (fate.is === 'fulfilled') {
          assert.deepEqual(leaks(textIn(fate.value), subject.secrets), [], 'secrets that the regulator repeated');
        }
      }),
  },
  {
    id: 'C-18',
    title: 'confirm compares as decimals',
    why: '10.5 and 10.50 are one value; 10.5 and 10.51 are not.',
    run: (subject) =>
      submitting(subject, async ({ instance, server }) => {
        if (!subject.definition.profile.readBack) skip('the profile has no read-back');
        const { receipt, same, different, unknown } = subject.options.confirm ?? skip('the options say no confirm');
        const { report } = subject.options;
        const confirmed = async (reply: Programmed) => {
          program(server, subject.login, reply);
          return instance.confirm?.({ receipt, report, signal: never() });
        };
        for (const reply of same) assert.equal((await confirmed(reply))?.status, 'confirmed', 'equal values conflict');
        const conflict = await confirmed(different);
        assert.equal(conflict?.status, 'conflict', 'different values are confirmed');
        assert.ok(
          (conflict as { differences: readonly unknown[] }).differences.length > 0,
          'a conflict without differences',
        );
        const lost = await confirmed(unknown);
        assert.equal(lost?.status, 'not-found', 'an unknown receipt is found');
      }),
  },
  {
    id: 'C-19',
    title: 'confirm takes nothing it does not understand for a confirmation',
    why: 'Confirmed is the last word: nobody looks again.',
    run: (subject) =>
      submitting(subject, async ({ instance, server }) => {
        if (!subject.definition.profile.readBack) skip('the profile has no read-back');
        const { receipt } = subject.options.confirm ?? skip('the options say no confirm');
        const { report } = subject.options;
        for (const [name, reply] of [...gibberish, ...broken]) {
          program(server, subject.login, reply);
          const fate = await attempt(() => instance.confirm?.({ receipt, report, signal: never() }));
          if (fate.is === 'rejected') asCaudalError(`confirm answered by ${name}`, fate.error);
          else assert.notEqual(fate.value?.status, 'confirmed', `${name} was taken for a confirmation`);
        }
      }),
  },
];
