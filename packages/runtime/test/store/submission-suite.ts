import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '@caudal/core';
import type { SubmissionRow } from '../../src/store/index.ts';
import { isOpen, mayBecome, type SubmissionState, submissionStates } from '../../src/store/submission-states.ts';
import { type Open, withStore } from './files.ts';
import { day, hour, submission, t0 } from './rows.ts';

const entry = (subject: string) => ({ at: t0, actor: 'runtime', act: 'change', subject, hash: 'h' });
const report = (value: string): Report => ({
  work: { code: 'OB-0101-1', settings: {} },
  members: {},
  submissions: [{ id: 's', slot: t0, values: { caudal: { value, at: t0, flag: 1 } } }],
});
const attempt = (id: string, epoch: number, startedAt: number) => ({
  id,
  submission: 's',
  epoch,
  kind: 'submit' as const,
  artifact: { method: 'PUT', url: 'https://x.test', headers: {}, body: '{}', mediaType: 'application/json', slots: [] },
  artifactHash: 'hash',
  startedAt,
  audit: [],
});
const end = (epoch: number, id = 'a1') => ({
  attempt: { id, endedAt: t0 + 9, outcome: 'accepted' as const, answer: { status: 200, headers: {}, body: 'ok' } },
  change: { id: 's', epoch, state: 'accepted' as const, nextAt: t0 + hour, receipt: 'R-1', sentAt: t0 + 8 },
  alerts: [],
  ended: [],
  audit: [entry('s')],
});

export const submissionSuite = (open: Open): void => {
  describe('submissions', () => {
    it('are created once for an obligation and slot', () =>
      withStore(open, async ({ write, read }) => {
        expect(await write.expectSubmissions([submission('s', t0), submission('u', t0 + hour)])).toBe(2);
        expect(await write.expectSubmissions([submission('other', t0), submission('v', t0 + 2 * hour)])).toBe(1);
        expect(await read.submission('s')).toEqual({
          ...submission('s', t0),
          state: 'expected',
          report: null,
          sources: [],
          receipt: null,
          reason: null,
          attempts: 0,
          sentAt: null,
          confirmedAt: null,
          configuration: null,
          epoch: 0,
        } satisfies SubmissionRow);
        expect(await read.submission('other')).toBeNull();
        expect(await read.submissionBy({ obligation: 'well-1/dga', slot: t0 + hour })).toMatchObject({ id: 'u' });
        expect(await read.newestSlots(['nothing', 'well-1/dga', 'nothing'])).toEqual([null, t0 + 2 * hour, null]);
        expect(await read.newestSlots([])).toEqual([]);
        expect((await read.counts()).submissions).toMatchObject({ expected: 3 });
      }));

    it('change by epoch, and what is said of a refused change is not written', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0), submission('u', t0 + hour)]);
        const to = (id: string, epoch: number) => ({
          id,
          epoch,
          state: 'held' as const,
          nextAt: t0 + day,
          reason: 'flag 3',
        });
        expect(
          await write.changeSubmissions([to('s', 0), to('u', 7), to('nobody', 0)], [entry('s'), entry('u')]),
        ).toEqual(['s']);
        expect(await write.changeSubmissions([to('s', 0)])).toEqual([]);
        expect(await write.changeSubmissions([{ id: 's', epoch: 1, state: 'due', nextAt: t0, reason: null }])).toEqual([
          's',
        ]);
        expect(await read.submission('s')).toMatchObject({ state: 'due', epoch: 2, reason: null, nextAt: t0 });
        expect(await read.auditTrail({ limit: 9 })).toEqual([entry('s')]);
        expect((await read.counts()).submissions).toMatchObject({ expected: 1, due: 1, held: 0 });
      }));

    it('keep what they were given and are found by receipt and source', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        const sources = [{ series: 'well-1/level', at: t0 - 1, raw: 'raw-1' }];
        await write.changeSubmissions([
          { id: 's', epoch: 0, state: 'due', nextAt: t0, report: report('1.50'), sources, configuration: 'c1' },
        ]);
        await write.changeSubmissions([
          {
            id: 's',
            epoch: 1,
            state: 'elsewhere',
            nextAt: t0,
            receipt: 'R-9',
            confirmedAt: t0 + 5,
            configuration: null,
          },
        ]);
        const row = await read.submission('s');
        expect(row).toMatchObject({
          report: report('1.50'),
          sources,
          receipt: 'R-9',
          confirmedAt: t0 + 5,
          configuration: null,
        });
        expect(await read.submissionBy({ receipt: 'R-9' })).toEqual(row);
        expect(await read.submissionsOf('well-1/level', t0 - 1)).toEqual([row]);
        expect(await read.submissionsOf('well-1/level', t0)).toEqual([]);
        expect(await read.submissionList({ states: ['elsewhere'], limit: 9 })).toEqual([row]);
        expect(await read.submissionList({ obligation: 'well-1/dga', from: t0 + 1, limit: 9 })).toEqual([]);
        expect(await read.submissionList({ to: t0, limit: 9 })).toEqual([]);
      }));

    it('that are due come fresh first, newest slot first, then the backlog from its oldest slot', () =>
      withStore(open, async ({ write, read }) => {
        const at = t0 + 10 * hour;
        const slots = Array.from({ length: 13 }, (_, index) =>
          submission(`s${index}`, t0 + index * hour, { dueAt: t0 + (index + 3) * hour }),
        );
        await write.expectSubmissions([...slots, submission('x', t0, { obligation: 'o2', target: 'sma' })]);
        const due = async (some: object) =>
          (await read.dueSubmissions({ states: ['expected', 'missing'], at, limit: 99, ...some })).map(({ id }) => id);
        await write.changeSubmissions([{ id: 's2', epoch: 0, state: 'missing', nextAt: t0 + 2 * hour }]);
        await write.changeSubmissions([{ id: 's3', epoch: 0, state: 'missing', nextAt: at + 1 }]);
        await write.changeSubmissions([{ id: 's4', epoch: 0, state: 'held', nextAt: t0 }]);
        const order = ['s10', 's9', 's8', 's7', 's0', 's1', 's2', 's5', 's6'];
        expect(await due({ target: 'dga' })).toEqual(order);
        expect(await due({ target: 'dga', limit: 6 })).toEqual(order.slice(0, 6));
        expect(await due({ target: 'dga', limit: 2 })).toEqual(order.slice(0, 2));
        expect(await due({ target: 'dga', only: 'fresh' })).toEqual(order.slice(0, 4));
        expect(await due({ target: 'dga', only: 'late', limit: 2 })).toEqual(order.slice(4, 6));
        expect(await due({})).toEqual(['s10', 's9', 's8', 's7', 's0', 'x', 's1', 's2', 's5', 's6']);
        expect(await due({ states: ['held'] })).toEqual(['s4']);
        expect(await due({ exceptWorks: ['OB-0101-1'] })).toEqual([]);
        expect(await due({ target: 'dga', exceptWorks: ['another'], limit: 2 })).toEqual(order.slice(0, 2));
        // More than an engine takes as parameters.
        const many = Array.from({ length: 70_000 }, (_, index) => `OB-0202-${index}`);
        expect(await due({ target: 'dga', exceptWorks: many })).toEqual(order);
        expect(await due({ target: 'dga', exceptWorks: many, limit: 5 })).toEqual(order.slice(0, 5));
        expect(await due({ exceptWorks: [...many, 'OB-0101-1'] })).toEqual([]);
        expect(await due({ states: [] })).toEqual([]);
      }));
  });

  describe('attempts', () => {
    it('are on disk with the state, by epoch', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        await write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0, report: report('1.50') }]);
        expect(await write.openAttempt(attempt('a0', 0, t0 + 7))).toBe(false);
        expect(await write.openAttempt(attempt('a1', 1, t0 + 7))).toBe(true);
        expect(await read.submission('s')).toMatchObject({ state: 'sending', epoch: 2, attempts: 1 });
        expect((await read.openAttempts()).map(({ id }) => id)).toEqual(['a1']);
        expect(await read.lastSends('dga')).toEqual([{ work: 'OB-0101-1', at: t0 + 7, lateAt: null }]);

        expect(await write.closeAttempt(end(1))).toBe(false);
        expect(await read.auditTrail({ limit: 9 })).toEqual([]);
        expect(await write.closeAttempt(end(2))).toBe(true);
        expect(await write.closeAttempt(end(3))).toBe(false);
        expect(await read.submission('s')).toMatchObject({
          state: 'accepted',
          epoch: 3,
          receipt: 'R-1',
          sentAt: t0 + 8,
        });
        expect(await read.openAttempts()).toEqual([]);
        const { artifact, artifactHash } = attempt('a1', 1, t0);
        expect(await read.attempts('s')).toEqual([
          {
            id: 'a1',
            submission: 's',
            kind: 'submit',
            artifact,
            artifactHash,
            startedAt: t0 + 7,
            endedAt: t0 + 9,
            outcome: 'accepted',
            reason: null,
            answer: { status: 200, headers: {}, body: 'ok' },
          },
        ]);
        expect((await read.counts()).submissions).toMatchObject({ accepted: 1, sending: 0, due: 0 });

        expect(await write.openAttempt({ ...attempt('c1', 3, t0 + 20), kind: 'confirm' })).toBe(true);
        expect(await read.lastSends('dga')).toEqual([{ work: 'OB-0101-1', at: t0 + 7, lateAt: null }]);
        expect((await read.submission('s'))?.attempts).toBe(1);
      }));

    it('fix what is reported', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        const put = (epoch: number, value: string, state: 'held' | 'due' = 'due') =>
          write.changeSubmissions([{ id: 's', epoch, state, nextAt: t0, report: report(value) }]);
        await put(0, '1.50', 'held');
        await put(1, '1.60');
        await write.openAttempt(attempt('a1', 2, t0));
        await expect(put(3, '1.70')).rejects.toMatchObject({ kind: 'invalid-data' });
        expect(await put(3, '1.60')).toEqual(['s']);
        expect((await read.submission('s'))?.report).toEqual(report('1.60'));
      }));

    it('of one id exist once', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0), submission('u', t0 + hour)]);
        await write.changeSubmissions(['s', 'u'].map((id) => ({ id, epoch: 0, state: 'due', nextAt: t0 })));
        await write.openAttempt(attempt('a1', 1, t0));
        await expect(write.openAttempt({ ...attempt('a1', 1, t0), submission: 'u' })).rejects.toMatchObject({
          kind: 'invalid-data',
        });
        expect(await read.submission('s')).toMatchObject({ epoch: 2, attempts: 1 });
        expect(await read.submission('u')).toMatchObject({ epoch: 1, attempts: 0, state: 'due' });
      }));

    it('that were late are remembered apart, by work', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        await write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0 }]);
        await write.openAttempt(attempt('a1', 1, t0 + 2 * hour));
        expect(await read.lastSends('dga')).toEqual([{ work: 'OB-0101-1', at: t0 + 2 * hour, lateAt: t0 + 2 * hour }]);
      }));
  });

  describe('ways', () => {
    const states = fc.constantFrom(...submissionStates);

    /** Where a list of states leads from `expected`, when what is not allowed is refused. */
    const walk = (path: readonly SubmissionState[]) =>
      path.reduce<SubmissionState>((at, to) => (mayBecome(at, to) ? to : at), 'expected');

    it('that the table does not have are refused as a bug, and change nothing', () =>
      withStore(open, async ({ write, read }) => {
        let round = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(states, { maxLength: 12 }), async (path) => {
            const id = `s${(round += 1)}`;
            await write.expectSubmissions([submission(id, t0, { obligation: id, target: id })]);
            const others = (await read.counts()).submissions;
            for (const state of path) {
              const before = (await read.submission(id)) as SubmissionRow;
              const change = write.changeSubmissions([{ id, epoch: before.epoch, state, nextAt: t0 }]);
              if (mayBecome(before.state, state)) expect(await change).toEqual([id]);
              else {
                await expect(change).rejects.toMatchObject({ kind: 'bug' });
                expect(await read.submission(id)).toEqual(before);
              }
            }
            const end = (await read.submission(id)) as SubmissionRow;
            expect(end.state).toBe(walk(path));
            // What the table says of a state is what the indexes and counts say.
            const moved = { ...others, expected: others.expected - 1 };
            expect((await read.counts()).submissions).toEqual({ ...moved, [end.state]: moved[end.state] + 1 });
            const found = await read.dueSubmissions({ states: [...submissionStates], at: t0, limit: 9, target: id });
            expect(found).toHaveLength(isOpen(end.state) ? 1 : 0);
          }),
          { numRuns: 12 },
        );
      }));

    it('begin an attempt from what may be sent alone', () =>
      withStore(open, async ({ write }) => {
        await write.expectSubmissions([submission('s', t0)]);
        await expect(write.openAttempt(attempt('a1', 0, t0))).rejects.toMatchObject({ kind: 'bug' });
        await write.changeSubmissions([{ id: 's', epoch: 0, state: 'due', nextAt: t0 }]);
        const readBack = { ...attempt('a1', 1, t0), kind: 'confirm' as const };
        await expect(write.openAttempt(readBack)).rejects.toMatchObject({ kind: 'bug' });
        expect(await write.openAttempt(attempt('a1', 1, t0))).toBe(true);
        await expect(write.openAttempt(attempt('a2', 2, t0))).rejects.toMatchObject({ kind: 'bug' });
      }));

    it('of slots that are another system’s begin at their end', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0, { elsewhere: 'before the cutover' })]);
        expect(await read.submission('s')).toMatchObject({ state: 'elsewhere', reason: 'before the cutover' });
        expect((await read.counts()).submissions).toMatchObject({ expected: 0, elsewhere: 1 });
        expect(await read.dueSubmissions({ states: [...submissionStates], at: t0 + day, limit: 9 })).toEqual([]);
      }));
  });

  describe('what is owed', () => {
    it('is counted by obligation and state, with its nearest deadlines', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([
          submission('s', t0),
          submission('u', t0 + hour),
          submission('x', t0, { obligation: 'o2', elsewhere: 'another system' }),
        ]);
        const row = {
          obligation: 'well-1/dga',
          state: 'expected',
          count: 2,
          oldestSlot: t0,
          nearestDueAt: t0 + hour,
          nearestMaxLagAt: t0 + 30 * day,
        };
        expect(await read.owing(t0)).toEqual([{ ...row, nextDueAt: t0 + hour }]);
        expect(await read.owing(t0 + hour + 1)).toEqual([{ ...row, nextDueAt: t0 + 2 * hour }]);
        expect(await read.owing(t0 + 3 * hour)).toEqual([{ ...row, nextDueAt: null }]);
      }));

    it('and quarantined is listed whole, page by page', () =>
      withStore(open, async ({ write, read }) => {
        const ids = Array.from({ length: 7 }, (_, index) => `q${index}`);
        await write.expectSubmissions(ids.map((id, index) => submission(id, t0 + index * hour)));
        await write.changeSubmissions(
          ids.slice(1).map((id) => ({ id, epoch: 0, state: 'quarantined', nextAt: t0, configuration: 'c' })),
        );
        const first = await read.quarantined('', 4);
        expect(first.map(({ id }) => id)).toEqual(['q1', 'q2', 'q3', 'q4']);
        expect((await read.quarantined('q4', 4)).map(({ id }) => id)).toEqual(['q5', 'q6']);
      }));

    it('may be stopped and resumed once each, with an audit entry for each', () =>
      withStore(open, async ({ write, read }) => {
        const stop = { scope: 'target:dga', since: t0, actor: 'ana', reason: 'inspection' };
        expect(await write.stopSends(stop, entry('target:dga'))).toBe(true);
        expect(await write.stopSends({ ...stop, actor: 'eva' }, entry('target:dga'))).toBe(false);
        expect(await read.switches()).toEqual([stop]);
        expect(await write.resumeSends('all', entry('all'))).toBe(false);
        expect(await write.resumeSends('target:dga', entry('target:dga'))).toBe(true);
        expect(await read.switches()).toEqual([]);
        expect(await read.auditTrail({ limit: 9 })).toHaveLength(2);
      }));
  });

  describe('small facts', () => {
    it('facts are the last that were told', () =>
      withStore(open, async ({ write, read }) => {
        await write.remember([
          { key: 'k', value: 1 },
          { key: 'n', value: null },
        ]);
        await write.remember([{ key: 'k', value: { a: ['ñ'] } }]);
        expect(await read.recall('k')).toEqual({ a: ['ñ'] });
        expect(await read.recall('n')).toBeNull();
        expect(await read.recall('x')).toBeNull();
      }));

    it('planned reads keep their page', () =>
      withStore(open, async ({ write, read }) => {
        const plan = {
          id: 'p',
          instance: 'i',
          device: 'd',
          variables: ['v'],
          from: t0,
          to: t0 + day,
          lane: 'backfill',
          state: 'open',
          page: null,
          nextAt: t0,
          reason: null,
        } as const;
        await write.planReads([plan]);
        await write.planReads([{ ...plan, device: 'other' }]);
        expect(await read.reads({ state: 'open', limit: 9 })).toEqual([plan]);
        await write.changeReads([
          { id: 'p', state: 'open', page: { skip: 5 }, nextAt: t0 + 1 },
          { id: 'nobody', state: 'done' },
        ]);
        await write.changeReads([{ id: 'p', state: 'done' }]);
        expect(await read.reads({ state: 'open', limit: 9 })).toEqual([]);
        expect(await read.reads({ state: 'done', limit: 9 })).toEqual([
          { ...plan, state: 'done', page: { skip: 5 }, nextAt: t0 + 1 },
        ]);
        const [ended] = await read.reads({ state: 'done', limit: 9 });
        const before = (ended?.nextAt ?? 0) + 1;
        await write.planReads([{ ...plan, id: 'still open', nextAt: before - 1 }]);
        expect(await write.forgetReads({ before: before - 1, limit: 9 })).toBe(0);
        expect(await write.forgetReads({ before, limit: 9 })).toBe(1);
        expect(await read.reads({ state: 'done', limit: 9 })).toEqual([]);
        expect(await read.reads({ state: 'open', limit: 9 })).toHaveLength(1);
      }));

    it('the audit trail is in the order of commits', () =>
      withStore(open, async ({ write, read }) => {
        await write.audit([entry('a'), entry('b')]);
        await write.audit([entry('a')]);
        expect((await read.auditTrail({ limit: 9 })).map(({ subject }) => subject)).toEqual(['a', 'b', 'a']);
        expect(await read.auditTrail({ subject: 'b', limit: 9 })).toEqual([entry('b')]);
        expect(await read.auditTrail({ limit: 1 })).toHaveLength(1);
      }));
  });
};
