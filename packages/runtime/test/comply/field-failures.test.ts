import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextCalendarDay } from '../../src/comply/calendar.ts';
import { createComplier } from '../../src/comply/complier.ts';
import { day, hour, midnight, type Outbox, start, withOutbox } from './outbox.ts';

// A busy machine syncs slowly.

const minute = 60_000;
const never = new AbortController().signal;

/** The slot of `start`, once its value is there. */
const first = async (outbox: Outbox, text = '12.5') => {
  await outbox.put('W1', start, text);
  await outbox.until(start + 20 * minute);
};
const only = (to: number) => () => ({ to: new Date(start + to).toISOString() });
const patient = { every: 'hour', dueMs: hour, maxLag: { ms: 60 * day }, delivery: 'online' } as const;
const one = { obligation: only(minute) };

/*
 * What existing senders get wrong, by the rows of the list that this project keeps of them. Here is what the sender has to do; what
 * answers mean and how requests look is told by the tests of the targets under the same numbers.
 */

test('E1 a time-out that had arrived is unknown, is tried again the next day alone, and is received and confirmed', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? 'lost-answer' : 'accept');
    await first(outbox);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'unknown', nextAt: midnight });
    await outbox.until(midnight - minute);
    expect(outbox.desk.posts).toHaveLength(1);
    await outbox.until(midnight + 10 * minute);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'confirmed', attempts: 2, receipt: 'R1' });
    expect(outbox.desk.records).toHaveLength(1);
  }));

test('E2 the receipt of a duplicate is kept, and the slot is over', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.records.push({ work: 'W1', slot: start, values: { q: '12.5' }, receipt: 'OLD' });
    await first(outbox);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'confirmed', receipt: 'OLD' });
    await outbox.until(start + 2 * day);
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('E3 a duplicate with other values is a conflict for a person, and is never sent again', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.records.push({ work: 'W1', slot: start, values: { q: '9.9' }, receipt: 'OLD' });
    await first(outbox);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'conflict', reason: 'q: ours 12.5, theirs 9.9' });
    expect((await outbox.alerts()).map(({ event }) => event)).toContain('submission.conflict');
    await outbox.until(start + 2 * day);
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('E4 a success without a receipt is accepted-unverified, and is never sent again', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => 'no-receipt';
    await first(outbox);
    expect(await outbox.of('W1', start)).toMatchObject({
      state: 'accepted-unverified',
      receipt: null,
      confirmedAt: null,
    });
    await outbox.until(start + 3 * day);
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('E5 no number of failures discards a datum: it goes each day until it is taken', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length < 9 ? 'refuse' : 'accept');
    await first(outbox);
    for (let count = 0; count < 9; count += 1) {
      outbox.clock.at = midnight + count * day;
      await outbox.step();
    }
    await outbox.step();
    expect(outbox.desk.posts.map(({ at }) => Math.floor((at - midnight) / day))).toEqual([
      -1, 0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'confirmed', attempts: 10 });
  }));

test('E6 nothing is repeated at once: a backlog keeps five minutes apart, a refusal waits for the next day', () =>
  withOutbox({ obligation: only(6 * hour) }, async (outbox) => {
    outbox.desk.reply = (_work, slot) => (slot === start + hour ? 'refuse' : 'accept');
    outbox.clock.at = start + 6 * hour;
    for (let slot = 0; slot < 6; slot += 1) await outbox.put('W1', start + slot * hour, '1.5');
    await outbox.until(start + 7 * hour);
    const { posts } = outbox.desk;
    expect(posts).toHaveLength(6);
    for (const [index, post] of posts.entries())
      if (index > 0) expect(post.at - (posts[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(5 * minute);
    expect(await outbox.of('W1', start + hour)).toMatchObject({ state: 'retry', nextAt: midnight });
  }));

test('E7 what is refused for good starves nobody: fresh before backlog, work beside work, and all come back at a change', () =>
  withOutbox(
    { works: ['A', 'B'], from: start - 40 * day, profile: { standards: { HOUR: patient } } },
    async (outbox) => {
      outbox.desk.reply = (work) => (work === 'A' ? 'mismatch' : 'accept');
      // Every slot was looked at once; then more than a page of A is quarantined.
      for (let count = 0; count < 5; count += 1) await outbox.step();
      const rows = await outbox.services.store.read.submissionList({ obligation: 'A', limit: 700, to: start - day });
      await outbox.services.store.write.changeSubmissions(
        rows.map(({ id, epoch }) => ({
          id,
          epoch,
          state: 'quarantined',
          nextAt: start,
          configuration: 'of last year',
        })),
      );
      for (const at of [start - 5 * hour, start - 3 * hour, start]) await outbox.put('B', at, '2.5');
      await outbox.until(start + 50 * minute);
      expect(outbox.desk.posts.map(({ work, slot }) => [work, (slot - start) / hour])).toEqual([
        // Late data are looked at as they come, and nothing fresh waits yet.
        ['B', -5],
        ['B', -4],
        ['B', -3],
        // Its fifteen minutes are over: it goes before the rest of the backlog.
        ['B', 0],
        ['B', -2],
      ]);
      expect((await outbox.of('B', start))?.state).toBe('confirmed');
      await outbox.restart();
      await outbox.step();
      expect((await outbox.services.store.read.counts()).submissions.quarantined).toBe(0);
    },
  ));

test('E8 a long backlog is read in pages: no query answers more than five hundred', () =>
  withOutbox({ works: ['A', 'B'], from: start - 44 * day }, async (outbox) => {
    const { read } = outbox.services.store;
    const sizes: number[] = [];
    const services = {
      ...outbox.services,
      store: {
        ...outbox.services.store,
        read: {
          ...read,
          async dueSubmissions(input: Parameters<typeof read.dueSubmissions>[0]) {
            const rows = await read.dueSubmissions(input);
            sizes.push(rows.length);
            return rows;
          },
        },
      },
    };
    const complier = createComplier(services);
    for (let count = 0; count < 6; count += 1) await complier.step(never);
    await complier.finish?.(never);
    const { missing, expected, ...rest } = (await read.counts()).submissions;
    expect(missing + expected + rest['failed-reported']).toBe(2 * (44 * 24 + 1));
    expect(expected).toBe(2);
    expect(Math.max(...sizes)).toBe(500);
  }));

test('E9 a send that takes long is not begun twice, however often is looked', () =>
  withOutbox(one, async (outbox) => {
    const held = Promise.withResolvers<void>();
    outbox.desk.during = () => held.promise;
    await outbox.put('W1', start, '1.5');
    outbox.clock.at = start + 15 * minute;
    for (let count = 0; count < 5; count += 1) {
      await outbox.step({ wait: false });
      outbox.clock.at += 5 * minute;
    }
    held.resolve();
    await outbox.finish();
    await outbox.step();
    expect(outbox.desk.posts).toHaveLength(1);
    expect((await outbox.of('W1', start))?.state).toBe('confirmed');
  }));

test('E10 the attempt is on disk before the send; found open at the next start it is unknown, not pending', () =>
  withOutbox(one, async (outbox) => {
    const sending = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    outbox.desk.during = () => {
      sending.resolve();
      return held.promise;
    };
    await outbox.put('W1', start, '1.5');
    outbox.clock.at = start + 15 * minute;
    await outbox.step({ wait: false });
    await sending.promise;
    const [attempt] = await outbox.services.store.read.openAttempts();
    expect(attempt).toMatchObject({
      kind: 'submit',
      outcome: 'open',
      artifactHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Another life of the program begins; what the old one still learns is refused.
    const next = createComplier(outbox.services);
    await next.step(never);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'unknown', nextAt: midnight, attempts: 1 });
    held.resolve();
    await outbox.finish();
    expect((await outbox.of('W1', start))?.state).toBe('unknown');
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('E11 who read an older state changes nothing: two senders at once send once', () =>
  withOutbox(one, async (outbox) => {
    await outbox.put('W1', start, '1.5');
    outbox.clock.at = start + 15 * minute;
    const [a, b] = [createComplier(outbox.services), createComplier(outbox.services)];
    await Promise.all([a.step(never), b.step(never)]);
    await Promise.all([a.finish?.(never), b.finish?.(never)]);
    expect(outbox.desk.posts).toHaveLength(1);
    const row = await outbox.of('W1', start);
    const stale = { id: row?.id ?? '', epoch: (row?.epoch ?? 0) - 1, state: 'due' as const, nextAt: start };
    expect(await outbox.services.store.write.changeSubmissions([stale])).toEqual([]);
  }));

test('E12 the regulator’s day is at UTC-4 whatever the season', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }), (at) => {
      const next = nextCalendarDay(at, -240);
      expect(new Date(next).toISOString().slice(11)).toBe('04:00:00.000Z');
      expect(next - at).toBeGreaterThan(0);
      expect(next - at).toBeLessThanOrEqual(day);
    }),
  );
});

test('E13 what the instrument said arrives digit for digit', () =>
  withOutbox(one, async (outbox) => {
    await first(outbox, '1.005');
    expect(outbox.desk.posts[0]?.values).toEqual({ q: '1.005' });
  }));

test('E14 nothing is invented: a hole stays a hole, a failed read is none, zero and negative go as read', () =>
  withOutbox({ obligation: only(3 * hour + minute) }, async (outbox) => {
    await outbox.put('W1', start, '0');
    await outbox.put('W1', start + hour, null);
    await outbox.put('W1', start + 3 * hour, '-1.25');
    await outbox.until(start + 4 * hour);
    expect(outbox.desk.posts.map(({ slot, values }) => [slot, values['q']])).toEqual([
      [start, '0'],
      [start + 3 * hour, '-1.25'],
    ]);
    expect(await outbox.states()).toEqual(['confirmed', 'missing', 'missing', 'confirmed']);
  }));

test('E15 a register that falls or stands at zero is reported as it stands', () =>
  withOutbox({ obligation: only(2 * hour + minute) }, async (outbox) => {
    for (const [index, text] of ['1010', '0', '7'].entries())
      await outbox.put('W1', start + index * hour, text, { flag: 3 });
    await outbox.until(start + 3 * hour);
    expect(outbox.desk.posts.map(({ values }) => values['q'])).toEqual(['1010', '0', '7']);
  }));

test('E16 a suspect reading goes as read; a failed one is held until its time, then goes as read with an incidence', () =>
  withOutbox({ obligation: only(hour + minute) }, async (outbox) => {
    await outbox.put('W1', start, '5', { flag: 3 });
    await outbox.put('W1', start + hour, '6', { flag: 4 });
    await outbox.until(start + hour + 30 * minute);
    expect(await outbox.states()).toEqual(['confirmed', 'held']);
    await outbox.until(start + 2 * hour + 5 * minute);
    const row = await outbox.of('W1', start + hour);
    expect(row).toMatchObject({ state: 'confirmed' });
    const trail = await outbox.services.store.read.auditTrail({ subject: row?.id ?? '', limit: 9 });
    expect(trail.map(({ act }) => act).join()).toContain('although flagged');
    expect(outbox.desk.posts[1]?.values).toEqual({ q: '6' });
  }));

test('E17 a repetition is on the next calendar day, not after so many hours; the maximum lag is told of before it ends', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => 'refuse';
    outbox.clock.at = midnight - 30 * minute;
    await outbox.put('W1', start, '1.5');
    await outbox.until(midnight + minute);
    // Half an hour later is another day.
    expect(outbox.desk.posts).toHaveLength(2);
    const { dueAt = 0, maxLagAt = 0 } = (await outbox.of('W1', start)) ?? {};
    const lag = async () => (await outbox.alerts()).filter(({ rule }) => rule === 'submission.lag.80');
    outbox.clock.at = maxLagAt - (maxLagAt - dueAt) / 5 - minute;
    await outbox.watch();
    expect(await lag()).toEqual([]);
    outbox.clock.at += 2 * minute;
    await outbox.watch();
    expect(await lag()).toMatchObject([{ severity: 'critical', subject: 'obligation:W1' }]);
  }));

test('E18 the send time is that of the sending; a regulator with another clock is told of', () =>
  withOutbox({ obligation: only(2 * hour) }, async (outbox) => {
    outbox.desk.clockAheadMs = -10 * minute;
    await first(outbox);
    expect(outbox.desk.posts[0]?.at).toBe(start + 15 * minute);
    const skew = async () => (await outbox.alerts()).filter(({ rule }) => rule === 'clock.skew');
    expect((await skew())[0]?.facts['reason']).toBe('the clock of desk is 600 s behind this one');
    outbox.desk.clockAheadMs = 0;
    await outbox.put('W1', start + hour, '1.5');
    await outbox.until(start + hour + 20 * minute);
    expect(await skew()).toEqual([]);
  }));

test('E19 a secret that an error quotes is nowhere on disk', () =>
  withOutbox(one, async (outbox) => {
    outbox.services.redact.add('s3cret-of-the-informant');
    outbox.desk.during = async () => {
      throw new Error('POST with s3cret-of-the-informant failed');
    };
    await first(outbox);
    const row = await outbox.of('W1', start);
    const attempts = await outbox.services.store.read.attempts(row?.id ?? '');
    const trail = await outbox.services.store.read.auditTrail({ limit: 99 });
    expect(attempts[0]?.reason).toContain('POST with');
    expect(JSON.stringify([row, attempts, trail, await outbox.alerts()])).not.toContain('s3cret');
  }));

test('E20 an answer that says nothing of the submission is never a success', () =>
  withOutbox(one, async (outbox) => {
    outbox.desk.reply = () => 'no-outcome';
    await first(outbox);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'unknown', receipt: null });
  }));

test('E21 what is configured is what is sent, and can be seen before: the request shows it, the reference instead of the secret', () =>
  withOutbox(one, async (outbox) => {
    await outbox.put('W1', start, '1.5');
    const { artifact, hash } = await outbox.operations.dryRun({ obligation: 'W1', slot: start });
    expect(artifact?.body).toContain('"centre":"centre"');
    expect(artifact?.body).toContain('env:W1');
    await outbox.until(start + 20 * minute);
    const [attempt] = await outbox.services.store.read.attempts((await outbox.of('W1', start))?.id ?? '');
    // The dry run has no submission yet, so only what is not its id is the same.
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(attempt?.artifact?.body).toContain('"centre":"centre"');
  }));

test('E22 late data fill their slot until the maximum lag; after it the slot is closed, with its reason and a text to report it', () =>
  withOutbox({ obligation: () => ({ ...only(hour + minute)(), toleranceMinutes: 30 }) }, async (outbox) => {
    await outbox.until(start + 6 * hour);
    expect(await outbox.states()).toEqual(['missing', 'missing']);
    await outbox.put('W1', start, '3.5');
    outbox.clock.at = start + 6 * day;
    await outbox.step();
    await outbox.step();
    expect((await outbox.of('W1', start))?.state).toBe('confirmed');
    outbox.clock.at = start + 8 * day;
    await outbox.step();
    const lost = await outbox.of('W1', start + hour);
    expect(lost).toMatchObject({
      state: 'failed-reported',
      reason: expect.stringContaining('the maximum lag has passed'),
    });
    expect((await outbox.alerts()).map(({ rule }) => rule)).toContain('submission.failed');
    await outbox.put('W1', start + hour, '4.5');
    await outbox.step();
    expect((await outbox.of('W1', start + hour))?.state).toBe('failed-reported');
    expect(await outbox.operations.failures({})).toMatchObject([
      { target: 'desk', slots: [{ work: 'W1' }], draft: null },
    ]);
  }));

test('E23 a secret that is refused is said aloud at once, and stops its own works alone', () =>
  withOutbox({ works: ['A', 'B'], obligation: only(minute) }, async (outbox) => {
    outbox.desk.reply = (work) => (work === 'A' ? 'wrong-secret' : 'accept');
    for (const work of ['A', 'B']) await outbox.put(work, start, '1.5');
    await outbox.until(start + 20 * minute);
    expect((await outbox.of('B', start))?.state).toBe('confirmed');
    expect((await outbox.of('A', start))?.state).toBe('due');
    expect(await outbox.alerts()).toMatchObject([
      { rule: 'comply.auth', severity: 'critical', subject: 'credential:desk/env:A' },
    ]);
  }));

test('E24 every regulator has its own submissions: what one refuses is nothing to the other', () =>
  withOutbox(
    { works: ['A', 'B'], obligation: (code) => ({ ...only(minute)(), standard: code === 'A' ? 'HOUR' : 'DAY' }) },
    async (outbox) => {
      outbox.desk.reply = (work) => (work === 'A' ? 'refuse-final' : 'accept');
      outbox.clock.at = start;
      await outbox.put('A', start, '1.5');
      await outbox.until(start + 20 * minute);
      const row = await outbox.of('A', start);
      expect(row).toMatchObject({ state: 'rejected', receipt: null, reason: 'never' });
      // Obligations share no row, even for one slot of one work.
      await outbox.services.store.write.expectSubmissions([
        { ...(row as NonNullable<typeof row>), id: 'other', obligation: 'C', target: 'another' },
      ]);
      expect(await outbox.services.store.read.submission('other')).toMatchObject({ state: 'expected', receipt: null });
      expect(await outbox.services.store.read.lastSends('another')).toEqual([]);
    },
  ));

test('E25 all three kinds of measurement can be owed', () => {
  const { variants } = dga({ rutEmpresa: '11111111-1' }).definition.profile;
  expect(Object.keys(variants).toSorted()).toEqual(['flujometro', 'limnimetrica', 'subterranea']);
  expect(Object.keys(variants['limnimetrica']?.parameters ?? {}).toSorted()).toEqual(['alturaLimnimetrica', 'caudal']);
});

test('each of the 25 rows has its test here, once', () => {
  const text = readFileSync(join(import.meta.dirname, 'field-failures.test.ts'), 'utf8');
  const rows = [...text.matchAll(/^test\('E(\d+) /gm)].map(([, row]) => Number(row));
  expect(rows).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
});
