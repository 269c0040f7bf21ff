import { expect, test } from 'vitest';
import { createComplier } from '../../src/comply/complier.ts';
import { hour, midnight, type Outbox, type OutboxOptions, start, withOutbox } from './outbox.ts';

const minute = 60_000;
const never = new AbortController().signal;
const afterMs = 3 * minute;
const sentAt = start + 15 * minute;

/** Keeps whatever it gets, and can be asked by key. */
const options = (profile: OutboxOptions['profile'] = {}): OutboxOptions => ({
  dedup: 'doubles',
  profile: {
    duplicateMeans: 'doubled',
    readBack: false,
    resend: 'immediately',
    resendUnknown: 'immediately',
    lookUp: { afterMs },
    ...profile,
  },
  obligation: () => ({ to: new Date(start + minute).toISOString() }),
});

const firstIs = (outbox: Outbox, reply: ReturnType<Outbox['desk']['reply']>) => {
  outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? reply : 'accept');
};

test('an unanswered send that arrived is found after the visibility delay: confirmed with its receipt, sent once', () =>
  withOutbox(options(), async (outbox) => {
    outbox.desk.visibleAfterMs = afterMs;
    firstIs(outbox, 'lost-answer');
    await outbox.put('W1', start, '1.5');
    await outbox.until(sentAt);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'unknown', nextAt: sentAt + afterMs });
    await outbox.until(start + 2 * hour);
    expect(outbox.desk.finds).toHaveLength(1);
    expect(outbox.desk.finds[0]?.at).toBeGreaterThanOrEqual(sentAt + afterMs);
    expect(outbox.desk.posts).toHaveLength(1);
    const row = await outbox.of('W1', start);
    expect(row).toMatchObject({ state: 'confirmed', receipt: 'R1', attempts: 1 });
    const attempts = await outbox.services.store.read.attempts(row?.id ?? '');
    expect(attempts.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['submit', 'unknown'],
      ['find', 'confirmed'],
    ]);
  }));

test('one that did not arrive goes again, after the question and by the resend rule', () =>
  withOutbox(options(), async (outbox) => {
    firstIs(outbox, 'silence');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 2 * hour);
    const [, second] = outbox.desk.posts;
    expect(outbox.desk.posts).toHaveLength(2);
    expect(outbox.desk.finds.map(({ at }) => at <= (second?.at ?? 0))).toContain(true);
    expect(second?.at).toBeGreaterThanOrEqual(sentAt + 5 * minute);
    // What was taken is asked for too, and equal.
    expect((await outbox.of('W1', start))?.state).toBe('confirmed');
    expect(outbox.desk.records).toHaveLength(1);
  }));

test('where a resend waits for the next day, it is asked at once and once more before it goes', () =>
  withOutbox(options({ resendUnknown: 'next-calendar-day' }), async (outbox) => {
    firstIs(outbox, 'silence');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 2 * hour);
    expect(outbox.desk.finds).toHaveLength(1);
    expect(await outbox.of('W1', start)).toMatchObject({
      state: 'unknown',
      nextAt: midnight,
      reason: 'the regulator has no such record',
    });
    outbox.clock.at = midnight;
    await outbox.step();
    expect(outbox.desk.finds).toHaveLength(2);
    expect(outbox.desk.posts).toHaveLength(2);
    await outbox.until(midnight + hour);
    expect(await outbox.states()).toEqual(['confirmed']);
  }));

test('one that became visible between two questions is not sent again', () =>
  withOutbox(options({ resendUnknown: 'next-calendar-day' }), async (outbox) => {
    outbox.desk.visibleAfterMs = 5 * hour;
    firstIs(outbox, 'lost-answer');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 2 * hour);
    outbox.clock.at = midnight;
    await outbox.until(midnight + 10 * minute);
    expect(await outbox.states()).toEqual(['confirmed']);
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('found with other values, or twice: a conflict, and nothing goes again', () =>
  withOutbox({ ...options(), works: ['A', 'B'] }, async (outbox) => {
    outbox.desk.reply = () => 'lost-answer';
    outbox.desk.records.push({ work: 'A', slot: start, values: { q: '0.01' }, receipt: 'X' });
    for (const work of ['A', 'B']) await outbox.put(work, start, '1.5');
    await outbox.until(sentAt);
    outbox.desk.records.push({ work: 'B', slot: start, values: { q: '1.5' }, receipt: 'Y' });
    await outbox.until(start + 2 * hour);
    expect(await outbox.states()).toEqual(['conflict', 'conflict']);
    expect((await outbox.of('B', start))?.reason).toBe('records: ours 1, theirs 2');
    expect(outbox.desk.posts).toHaveLength(2);
  }));

test.each(['silence', 'unclear'] as const)(
  'a question that brings %s proves nothing: nothing goes, it is asked again',
  (reply) =>
    withOutbox(options(), async (outbox) => {
      firstIs(outbox, 'silence');
      outbox.desk.findReply = () => (outbox.desk.finds.length < 3 ? reply : 'answer');
      await outbox.put('W1', start, '1.5');
      await outbox.until(sentAt + 10 * minute);
      expect(outbox.desk.posts).toHaveLength(1);
      expect((await outbox.of('W1', start))?.state).toBe('unknown');
      await outbox.until(start + 2 * hour);
      expect(outbox.desk.finds.length).toBeGreaterThanOrEqual(3);
      expect(outbox.desk.posts).toHaveLength(2);
      expect(await outbox.states()).toEqual(['confirmed']);
    }),
);

test('an answer with an error may have been stored all the same: it is asked before it goes again', () =>
  withOutbox(options(), async (outbox) => {
    firstIs(outbox, 'refuse');
    await outbox.put('W1', start, '1.5');
    await outbox.until(sentAt);
    expect((await outbox.of('W1', start))?.state).toBe('retry');
    outbox.desk.records.push({ work: 'W1', slot: start, values: { q: '1.5' }, receipt: 'R9' });
    await outbox.until(start + hour);
    expect(await outbox.of('W1', start)).toMatchObject({ state: 'confirmed', receipt: 'R9' });
    expect(outbox.desk.posts).toHaveLength(1);
  }));

test('a second try that never left leaves the first unknown', () =>
  withOutbox(options(), async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length === 0 ? 'silence' : 'down');
    await outbox.put('W1', start, '1.5');
    await outbox.until(sentAt + 20 * minute);
    expect(outbox.desk.posts.length).toBeGreaterThan(1);
    expect((await outbox.of('W1', start))?.state).toBe('unknown');
    outbox.desk.records.push({ work: 'W1', slot: start, values: { q: '1.5' }, receipt: 'R9' });
    await outbox.until(start + 2 * hour);
    expect(await outbox.states()).toEqual(['confirmed']);
    expect(outbox.desk.records).toHaveLength(1);
  }));

test('what never left is not asked about, however often: it goes when it can', () =>
  withOutbox(options(), async (outbox) => {
    outbox.desk.reply = () => (outbox.desk.posts.length < 3 ? 'down' : 'accept');
    await outbox.put('W1', start, '1.5');
    await outbox.until(sentAt + 10 * minute);
    expect(outbox.desk.posts).toHaveLength(3);
    expect((await outbox.of('W1', start))?.state).toBe('due');
    expect(outbox.desk.finds).toEqual([]);
    await outbox.until(start + hour);
    expect(await outbox.states()).toEqual(['confirmed']);
    expect(outbox.desk.records).toHaveLength(1);
  }));

test('the program dies over a send: the next start asks, and sends nothing blindly', () =>
  withOutbox(options(), async (outbox) => {
    const sending = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    outbox.desk.during = () => {
      sending.resolve();
      return held.promise;
    };
    await outbox.put('W1', start, '1.5');
    outbox.clock.at = sentAt;
    await outbox.step({ wait: false });
    await sending.promise;
    // Another life of the program begins, after this one was killed.
    const next = createComplier(outbox.services);
    await next.step(never);
    expect((await outbox.of('W1', start))?.state).toBe('unknown');
    held.resolve();
    await outbox.finish();
    await outbox.until(start + hour);
    expect(await outbox.states()).toEqual(['confirmed']);
    expect(outbox.desk.posts).toHaveLength(1);
    expect(outbox.desk.records).toHaveLength(1);
  }));

test('never again without a person: asked all the same, and left to a person when absent', () =>
  withOutbox(options({ resendUnknown: 'never' }), async (outbox) => {
    firstIs(outbox, 'silence');
    await outbox.put('W1', start, '1.5');
    await outbox.until(start + 3 * hour);
    expect(outbox.desk.posts).toHaveLength(1);
    const row = await outbox.of('W1', start);
    expect(row).toMatchObject({ state: 'unknown', reason: expect.stringContaining('a person has to decide') });
    await outbox.operations.decideUnknown({ submission: row?.id ?? '', as: 'send-again', because: 'asked by phone' });
    await outbox.until(start + 4 * hour);
    expect(await outbox.states()).toEqual(['confirmed']);
    expect(outbox.desk.records).toHaveLength(1);
  }));
