import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Held, Store } from '../../src/store/store.ts';
import { endingOf, stepOf, taskId } from '../../src/comply/task-steps.ts';
import { type Open, withStore } from './files.ts';
import { bytes, day, hour, processed, raw, submission, t0, value } from './rows.ts';

const everything = { kept: t0 + 31 * day, others: t0 + 31 * day, records: 3, bytes: 1_000_000 };
const nothingHeld: Held = {
  from: t0,
  to: null,
  devices: [],
  instances: [],
  points: [],
  series: [],
  obligations: [],
};

const complete = async ({ write }: Store): Promise<void> => {
  const taken = await write.claimRaw({ limit: 999, maxBytes: 1e9 });
  await write.commitProcessed(processed({ marks: taken.map(({ id }) => ({ id, status: 'COMPLETED', readings: 1 })) }));
};

const packAll = async ({ read, write }: Store, input = everything): Promise<readonly number[]> => {
  const packs = await read.packable(input);
  for (const seqs of packs) expect(await write.putPack(await read.rawPack(seqs))).toBe(true);
  return packs.map(({ length }) => length);
};

/** Nothing but these records, each with its body, and every count right. */
const expectThere = async ({ read }: Store, ids: readonly string[]): Promise<void> => {
  expect((await read.rawList({}, 999)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  for (const id of ids) expect((await read.raw(id))?.body, id).toEqual(bytes(`body of ${id}`));
  const { found, stored, forgotten } = await read.conservation({ rows: true });
  const sum = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((all, one) => all + one, 0);
  expect(found?.bodies).toBe(ids.length);
  expect(sum(stored) - sum(forgotten)).toBe(ids.length);
};

const source = (record: string, at: number) => ({ series: 'well-1/level', at, raw: record });

/** An ended submission with its sources, sent and confirmed within the hour. */
const reported = async ({ write }: Store, id: string, slot: number, records: readonly string[], some = {}) => {
  await write.expectSubmissions([submission(id, slot, some)]);
  const report = { work: { code: 'OB-0101-1', settings: {} }, members: {}, submissions: [] };
  const sources = records.map((record, index) => source(record, slot - index));
  await write.changeSubmissions([{ id, epoch: 0, state: 'due', nextAt: slot, report, sources }]);
  await write.openAttempt({
    id: `${id}-1`,
    submission: id,
    epoch: 1,
    kind: 'submit',
    artifact: null,
    artifactHash: 'hash',
    startedAt: slot,
    audit: [{ at: slot, actor: 'comply', act: 'attempt opened', subject: id, hash: 'hash' }],
  });
  await write.closeAttempt({
    attempt: { id: `${id}-1`, endedAt: slot + 1, outcome: 'accepted' },
    change: { id, epoch: 2, state: 'accepted-unverified', nextAt: slot, receipt: `R-${id}`, sentAt: slot + 1 },
    alerts: [],
    ended: [],
    audit: [],
  });
};

export const retentionSuite = (open: Open): void => {
  describe('packs', () => {
    it('hold one device and month each, and what comes out is what went in, whoever asks', () =>
      withStore(open, async (store) => {
        const { read, write } = store;
        const of = (id: string, device: string, receivedAt: number) =>
          raw(id, { receivedAt, envelope: { channel: 'pull', device, key: id } });
        await write.appendRaw([
          ...['a', 'b', 'c', 'd'].map((id, index) => of(id, 'device-1', t0 + index)),
          of('e', 'device-2', t0 + 5),
          of('f', 'device-1', t0 + 40 * day),
        ]);
        await complete(store);
        await write.appendRaw([of('pending', 'device-1', t0 + 6)]);
        expect((await packAll(store)).toSorted((a, b) => a - b)).toEqual([1, 1, 3]);
        expect(await packAll(store)).toEqual([]);
        expect((await read.retained({ years: 6 })).packed).toMatchObject({ records: 5, bytes: 5 * 'body of a'.length });
        await expectThere(store, ['a', 'b', 'c', 'd', 'e', 'f', 'pending']);

        expect(await write.appendRaw([of('a', 'device-1', t0)])).toEqual({ stored: ['a'], repeated: [] });
        await expect(write.appendRaw([raw('a', { body: bytes('other') })])).rejects.toThrow(/another body/u);
        const { records } = await read.neededRaw([{ id: 'c', instance: 'tago-north', key: 'b' }]);
        expect(records.map(({ body }) => body)).toEqual([bytes('body of b')]);
        const again = { at: t0, actor: 'ana', act: 'reprocess', subject: 'raw', hash: null };
        expect(await write.requeueRaw({ ids: ['b', 'd', 'f'] }, again)).toBe(3);
        const claimed = await write.claimRaw({ limit: 9, maxBytes: 1e6 });
        expect(claimed.map(({ id, body }) => [id, body])).toEqual(
          ['b', 'd', 'f', 'pending'].map((id) => [id, bytes(`body of ${id}`)]),
        );
      }));

    it('give back any bodies byte for byte', () =>
      withStore(open, async (store) => {
        let round = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 }),
            fc.integer({ min: 1, max: 400 }),
            async (bodies, most) => {
              round += 1;
              const rows = bodies.map((body, index) => raw(`${round}-${index}`, { body }));
              await store.write.appendRaw(rows);
              await complete(store);
              await packAll(store, { ...everything, records: 5, bytes: most });
              for (const { id, body } of rows) expect((await store.read.raw(id))?.body).toEqual(body);
            },
          ),
          { numRuns: 12 },
        );
      }));

    it('that lose a record are taken apart, so that no byte of it stays, and made again', () =>
      withStore(open, async (store) => {
        const { write, read } = store;
        await write.appendRaw(['a', 'b', 'c'].map((id, index) => raw(id, { receivedAt: t0 + index })));
        await complete(store);
        expect(await packAll(store)).toEqual([3]);
        expect(await write.loosenPack()).toBe(0);
        expect(await write.deleteOldRaw({ before: t0 + 1, limit: 9 })).toBe(1);
        await expectThere(store, ['b', 'c']);
        expect(await write.loosenPack()).toBe(2);
        expect((await read.retained({ years: 6 })).packed).toEqual({ records: 0, bytes: 0, storedBytes: 0 });
        await expectThere(store, ['b', 'c']);
        expect(await packAll(store)).toEqual([2]);
        expect(await write.deleteOldRaw({ before: t0 + day, limit: 9 })).toBe(2);
        expect(await write.loosenPack()).toBe(0);
        expect((await read.retained({ years: 6 })).packed).toEqual({ records: 0, bytes: 0, storedBytes: 0 });
        await expectThere(store, []);
      }));

    it('are not put over records that changed since', () =>
      withStore(open, async (store) => {
        const { write, read } = store;
        await write.appendRaw([raw('a'), raw('b')]);
        await complete(store);
        const [seqs = []] = await read.packable(everything);
        const pack = await read.rawPack(seqs);
        expect(await write.putPack(pack)).toBe(true);
        await expect(write.putPack(pack)).rejects.toMatchObject({ kind: 'transient' });
        await expectThere(store, ['a', 'b']);
      }));
  });

  describe('the end of submissions', () => {
    it('takes attempts, receipt, values and raw that stand behind nothing else, and says so in the audit', () =>
      withStore(open, async (store, clock) => {
        const { write, read } = store;
        const slots = [0, 1, 2].map((index) => t0 + index * hour);
        await write.appendRaw(['r0', 'r1', 'r2'].map((id) => raw(id)));
        await complete(store);
        await write.commitProcessed(
          processed({ values: slots.flatMap((at) => [value(at, 1), value(at - 1, 2), value(at + 60_000, 3)]) }),
        );
        await write.commitProcessed(processed({ values: [value(t0, 7)] }));
        // The second names the record of the first too.
        await reported(store, 's0', slots[0] as number, ['r0']);
        await reported(store, 's1', slots[1] as number, ['r1', 'r0']);
        await reported(store, 's2', slots[2] as number, ['r2']);
        await write.expectSubmissions([submission('open', t0 - hour)]);
        const evidence = await read.evidenceOf('s1');
        await packAll(store);
        expect(await read.evidenceOf('s1')).toEqual(evidence);
        expect(await write.deleteOldRaw({ before: t0 + day, limit: 9 })).toBe(0);

        clock.at = t0 + 9 * day;
        const cut = { before: t0 + hour, valuesBefore: t0 + hour, limit: 9 };
        expect(await read.oldSubmissions({ before: cut.before, held: [] })).toEqual([
          { target: 'dga', work: 'OB-0101-1', submissions: 1 },
        ]);
        expect(await write.endSubmissions(cut)).toBe(1);
        expect(await write.endSubmissions(cut)).toBe(0);
        expect(await read.submission('s0')).toBeNull();
        expect(await read.submissionBy({ receipt: 'R-s0' })).toBeNull();
        expect(await read.attempts('s0')).toEqual([]);
        expect(await read.revisions('well-1/level', t0)).toEqual([]);
        expect(await read.values({ series: ['well-1/level'], from: t0, to: t0 + 1 })).toEqual([]);
        expect(await read.submission('open')).not.toBeNull();
        // Its record stands behind another one.
        expect(await write.deleteOldRaw({ before: t0 + day, limit: 9 })).toBe(0);
        expect(await read.auditTrail({ subject: 'work:OB-0101-1', limit: 1 })).toMatchObject([
          { act: 'submissions ended by age', detail: { target: 'dga', count: 1, from: t0, to: t0 }, at: clock.at },
        ]);

        expect(await write.endSubmissions({ before: t0 + day, valuesBefore: t0, limit: 1 })).toBe(1);
        expect(await read.values({ series: ['well-1/level'], from: t0 + hour, to: t0 + hour + 1 })).toHaveLength(1);
        expect(await write.deleteOldRaw({ before: t0 + day, limit: 9 })).toBe(2);
        await expectThere(store, ['r2']);
        expect((await read.conservation({ rows: true })).ended).toBe(2);
        expect((await read.counts()).submissions).toMatchObject({ 'accepted-unverified': 1, expected: 1 });
        expect(await write.forgetValues({ before: t0 + day, limit: 99 })).toBe(7);
        expect(await read.values({ series: ['well-1/level'], from: 0, to: Infinity })).toMatchObject([
          { at: t0 + 2 * hour },
        ]);
        expect((await read.counts()).values[1]).toBe(1);
      }));

    it('waits for what was sent or confirmed later, and for a hold', () =>
      withStore(open, async (store) => {
        const { write, read } = store;
        await write.appendRaw([raw('r')]);
        await complete(store);
        await write.commitProcessed(processed({ values: [value(t0, 1), value(t0 + 5, 2)] }));
        await reported(store, 's', t0, ['r']);
        const cut = { before: t0 + 1, valuesBefore: t0 + day, limit: 9 };
        expect(await write.endSubmissions(cut)).toBe(0);
        const later = { ...cut, before: t0 + 2 };
        const held = [{ ...nothingHeld, to: t0 + 1, obligations: ['well-1/dga'], series: ['well-1/level'] }];
        expect(await write.endSubmissions({ ...later, held })).toBe(0);
        expect(await write.forgetValues({ ...later, before: t0 + day, held })).toBe(1);
        expect(await write.endSubmissions({ ...later, held: [{ ...(held[0] as Held), obligations: [] }] })).toBe(1);
        // The submission went, the value is held by itself.
        expect(await read.values({ series: ['well-1/level'], from: 0, to: Infinity })).toMatchObject([{ at: t0 }]);
        expect(await write.forgetValues({ ...later, before: t0 + day })).toBe(1);
      }));

    it('waits for a correction that a person has to ask for, and takes the task when that is done', () =>
      withStore(open, async (store) => {
        const { write, read } = store;
        await write.appendRaw([raw('r')]);
        await complete(store);
        await write.commitProcessed(processed({ values: [value(t0, 1)] }));
        await reported(store, 's', t0, ['r']);
        const of = { id: 's', obligation: 'well-1/dga', target: 'dga', work: 'OB-0101-1', slot: t0 };
        const wanted = { held: '1', value: '2', cause: 'late-data' as const, detail: null };
        const cut = { before: t0 + day, valuesBefore: t0 + day, limit: 9 };
        await write.putTasks({ steps: [stepOf(of, 'caudal', undefined, wanted, t0)], settled: [] });
        expect(await read.oldSubmissions({ before: cut.before, held: [] })).toEqual([]);
        expect(await write.endSubmissions(cut)).toBe(0);
        const task = await read.task(taskId('s', 'caudal'));
        if (task === null) throw new Error('the task is not there');
        const asked = { act: 'dismissed' as const, actor: 'ana', at: t0 + 1, reason: 'too old', reference: null };
        await write.putTasks({ steps: [endingOf(task, asked)], settled: [] });
        expect(await write.endSubmissions(cut)).toBe(1);
        expect(await read.task(task.id)).toBeNull();
        expect(await read.taskSteps(task.id)).toEqual([]);
        expect((await read.counts()).tasks).toEqual({ open: 0, done: 0, dismissed: 0 });
        expect(await read.auditTrail({ subject: 'submission', limit: 1 })).toMatchObject([
          { detail: { submissions: 1, tasks: 1 } },
        ]);
      }));

    it('leaves notices about what is held', () =>
      withStore(open, async (store) => {
        const { write, read } = store;
        const about = [
          { subject: 'device:d1', point: null },
          { subject: 'obligation:well-1/dga', point: 'well-1' },
          { subject: 'system', point: null },
        ];
        const [byDevice, byPoint, other] = await write.changeAlerts({
          open: about.map(({ subject, point }) => ({
            event: 'system',
            rule: 'r',
            subject,
            point,
            severity: 'info',
            openedAt: t0,
            facts: {},
          })),
          close: [],
        });
        await write.createNotices(
          [byDevice, byPoint, other].map((alert, index) => ({
            id: `n${index}`,
            person: 'ana',
            channel: 'mail',
            event: 'system',
            alerts: [alert as string],
            state: 'sent',
            nextAt: t0,
            attempts: 1,
            externalId: null,
            reason: null,
            createdAt: t0,
            sentAt: t0,
            message: null,
          })),
          [],
        );
        const held = [
          { ...nothingHeld, devices: ['d1'] },
          { ...nothingHeld, points: ['well-1'] },
        ];
        const first = await write.forgetNotices({ before: t0 + 1, limit: 2, held });
        expect(first).toEqual({ gone: 0, next: { at: t0, id: 'n1' } });
        expect(
          await write.forgetNotices({ before: t0 + 1, limit: 2, held, after: first.next ?? { at: 0, id: '' } }),
        ).toEqual({
          gone: 1,
          next: null,
        });
        expect((await read.notices(9)).map(({ id }) => id).toSorted()).toEqual(['n0', 'n1']);
        expect(await write.forgetNotices({ before: t0 + 1, limit: 9 })).toMatchObject({ gone: 2 });
      }));

    it('takes findings and corrections that are over, and none that is held', () =>
      withStore(open, async ({ write, read }) => {
        const finding = (key: string, from: number, to: number) => ({
          point: 'well-1',
          rule: 'r',
          key,
          series: 'well-1/level',
          ruleVersion: '1',
          about: 'quality' as const,
          role: 'level',
          from,
          to,
          code: 'X',
          flag: 3 as const,
          status: 'final' as const,
        });
        await write.commitProcessed(
          processed({ findings: [finding('a', t0, t0 + 1), finding('b', t0, t0 + day), finding('c', t0 + 5, t0 + 6)] }),
        );
        const held = [{ ...nothingHeld, from: t0 + 4, points: ['well-1'] }];
        expect(await write.forgetFindings({ before: t0 + hour, limit: 9, held })).toBe(1);
        expect(await write.forgetFindings({ before: t0 + hour, limit: 9 })).toBe(1);
        expect((await read.findings({ limit: 9 })).map(({ key }) => key)).toEqual(['b']);
      }));
  });
};
