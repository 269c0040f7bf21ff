import { describe, expect, it } from 'vitest';
import type { Report } from '@caudal/core';
import type { SubmissionRow } from '../../src/store/index.ts';
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
        expect(await read.newestSlot('well-1/dga')).toBe(t0 + 2 * hour);
        expect(await read.newestSlot('nothing')).toBeNull();
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
            state: 'confirmed',
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
        expect(await read.submissionList({ states: ['confirmed'], limit: 9 })).toEqual([row]);
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
          (await read.dueSubmissions({ states: ['expected', 'retry'], at, limit: 99, ...some })).map(({ id }) => id);
        await write.changeSubmissions([{ id: 's2', epoch: 0, state: 'retry', nextAt: t0 + 2 * hour }]);
        await write.changeSubmissions([{ id: 's3', epoch: 0, state: 'retry', nextAt: at + 1 }]);
        await write.changeSubmissions([{ id: 's4', epoch: 0, state: 'held', nextAt: t0 }]);
        const order = ['s10', 's9', 's8', 's7', 's0', 's1', 's2', 's5', 's6'];
        expect(await due({ target: 'dga' })).toEqual(order);
        expect(await due({ target: 'dga', limit: 6 })).toEqual(order.slice(0, 6));
        expect(await due({ target: 'dga', limit: 2 })).toEqual(order.slice(0, 2));
        expect(await due({})).toEqual(['s10', 's9', 's8', 's7', 's0', 'x', 's1', 's2', 's5', 's6']);
        expect(await due({ states: ['held'] })).toEqual(['s4']);
        expect(await due({ exceptWorks: ['OB-0101-1'] })).toEqual([]);
        expect(await due({ target: 'dga', exceptWorks: ['another'], limit: 2 })).toEqual(order.slice(0, 2));
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
        expect(await read.lastSends('dga')).toEqual([{ work: 'OB-0101-1', at: t0 + 7 }]);

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
        expect(await read.lastSends('dga')).toEqual([{ work: 'OB-0101-1', at: t0 + 7 }]);
        expect((await read.submission('s'))?.attempts).toBe(1);
      }));

    it('fix what is reported', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        const put = (epoch: number, value: string) =>
          write.changeSubmissions([{ id: 's', epoch, state: 'due', nextAt: t0, report: report(value) }]);
        await put(0, '1.50');
        await put(1, '1.60');
        await write.openAttempt(attempt('a1', 2, t0));
        await expect(put(3, '1.70')).rejects.toMatchObject({ kind: 'invalid-data' });
        expect(await put(3, '1.60')).toEqual(['s']);
        expect((await read.submission('s'))?.report).toEqual(report('1.60'));
      }));

    it('of one id exist once', () =>
      withStore(open, async ({ write, read }) => {
        await write.expectSubmissions([submission('s', t0)]);
        await write.openAttempt(attempt('a1', 0, t0));
        await expect(write.openAttempt(attempt('a1', 1, t0))).rejects.toMatchObject({ kind: 'invalid-data' });
        expect(await read.submission('s')).toMatchObject({ epoch: 1, attempts: 1 });
      }));
  });

  describe('small facts', () => {
    it('one caller claims a slot of a schedule, ever', () =>
      withStore(open, async ({ write, read }) => {
        const claims = await Promise.all([1, 2, 3].map(() => write.claimSlot('poll', t0, t0)));
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect(await write.claimSlot('other', t0, t0)).toBe(true);
        expect(await write.claimSlot('poll', t0 - 1, t0)).toBe(true);
        expect(await read.lastSlot('poll')).toBe(t0);
        expect(await read.lastSlot('none')).toBeNull();
      }));

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
